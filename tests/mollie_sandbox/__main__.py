"""Run the sandbox: `python -m tests.mollie_sandbox --port 8899`."""

import argparse
import logging
import os
import socket
import sys
import threading

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import create_app
from .state import State

HOST = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """Prints no line per request: there are thousands in a test run."""

    def log_request(self, code="-", size="-"):
        pass


def arguments():
    parser = argparse.ArgumentParser(prog="mollie_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8899, help="0: any free one")
    parser.add_argument("--hold-webhooks", action="store_true", help="keep them for the tests")
    parser.add_argument("--record", metavar="FILE", help="append each body sent, as JSON lines")
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="stop when the standard input is closed"
    )
    return parser.parse_args()


def listen(port):
    """A socket of our own: werkzeug tells of a port in use at length, and then exits."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        sys.exit(f"mollie_sandbox: port {port} is in use; choose another with --port.")
    listener.listen(128)
    return listener


def main():
    options = arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    state = State(options.hold_webhooks, options.record)
    listener = listen(options.port)
    server = make_server(
        HOST,
        listener.getsockname()[1],
        create_app(state),
        threaded=True,
        request_handler=QuietHandler,
        fd=listener.fileno(),
    )
    print(f"Sandbox at http://{HOST}:{server.port}", flush=True)
    if options.stop_with_stdin:
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        state.stop()


def _stop_with_stdin():
    """Whoever started us is gone, however it went: don't stay behind."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
