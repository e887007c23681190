"""Run the sandbox: `python -m tests.mollie_sandbox --port 8899`."""

import argparse
import logging
import os
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


def main():
    options = arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    state = State(options.hold_webhooks, options.record)
    try:
        server = make_server(
            HOST, options.port, create_app(state), threaded=True, request_handler=QuietHandler
        )
    except (OSError, SystemExit):
        sys.exit(f"mollie_sandbox: port {options.port} is in use; choose another with --port.")
    print(f"Sandbox at http://{HOST}:{server.server_port}", flush=True)
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
