"""How the gateway reaches Mollie: by connections that are used again."""

import json
import socketserver
import threading
import unittest
from http.server import BaseHTTPRequestHandler

from odoo.addons.invoice_mollie.gateway import Gateway

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
        self.connections = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.answers = 0
        self.hung_up = threading.Event()
        self.server.connections.append(self)

    def do_GET(self):
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
