"""How the gateway reaches Mollie: by connections that are used again."""

import datetime
import json
import socketserver
import ssl
import tempfile
import threading
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from odoo.addons.invoice_mollie.gateway import Gateway, MollieUnavailable

from tests.common import TEST_KEY

PROFILE = json.dumps({"resource": "profile", "id": "pfl_1", "mode": "test"}).encode()


class Server(socketserver.ThreadingTCPServer):
    """A server that keeps connections open, as Mollie's does and the sandbox's can't; with
    `answers_each` it hangs up after as many answers, without having said so.
    """

    daemon_threads = True
    answers_each = None

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections, self.asked = [], 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.answers = 0
        self.hung_up = threading.Event()
        self.server.connections.append(self)

    def do_GET(self):
        self.server.asked += 1
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(PROFILE)))
        self.end_headers()
        self.wfile.write(PROFILE)
        self.answers += 1
        self.close_connection = self.answers == self.server.answers_each

    def finish(self):
        super().finish()
        self.server.shutdown_request(self.request)
        self.hung_up.set()

    def log_message(self, *_args):
        pass


def certificate():
    """Return a certificate of this machine with its key, as PEM, signed by nobody but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begin = datetime.datetime(2026, 1, 1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(begin).not_valid_after(begin.replace(year=2099))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    return secret + made.sign(key, hashes.SHA256()).public_bytes(pem)


class TestConnections(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.server = self.enterContext(Server())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.shutdown)

    def ask(self):
        address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.assertEqual(Gateway(TEST_KEY, address).profile().id, "pfl_1")

    def test_the_next_call_of_a_thread_goes_by_the_same_connection(self):
        self.ask()
        self.ask()
        self.assertEqual(len(self.server.connections), 1)

    def test_where_mollie_has_hung_up_meanwhile_another_one_is_made(self):
        self.server.answers_each = 1
        for number in range(3):
            self.ask()
            self.assertTrue(self.server.connections[number].hung_up.wait(10))
        self.assertEqual(len(self.server.connections), 3)

    def test_who_can_not_prove_to_be_mollie_is_asked_nothing(self):
        """The key would be told to whoever stands in between. ASVS 12.3.2."""
        context, made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), certificate()
        with tempfile.NamedTemporaryFile() as file:
            file.write(made)
            file.flush()
            context.load_cert_chain(file.name)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        address = f"https://localhost:{self.server.server_address[1]}"
        with self.assertRaises(MollieUnavailable):
            Gateway(TEST_KEY, address).profile()
        self.assertEqual(self.server.asked, 0)
        # Who trusts it is answered.
        trusting = ssl.create_default_context(cadata=made.decode())
        with urllib.request.urlopen(address, context=trusting) as answer:
            self.assertEqual(answer.read(), PROFILE)
