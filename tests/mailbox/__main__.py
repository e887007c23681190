"""Run the mailbox: `python -m tests.mailbox --port 8025`."""

import argparse
import asyncio
import functools
import logging
import os
import sys
import threading

from aiosmtpd.smtp import SMTP
from flask import Flask
from werkzeug.serving import make_server

from .catcher import Catcher
from .pages import pages

HOST = "127.0.0.1"


def arguments():
    parser = argparse.ArgumentParser(prog="mailbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8025, help="of its pages; 0: any free one")
    parser.add_argument(
        "--smtp-port", type=int, default=0, help="where it takes mail; 0: any free one"
    )
    parser.add_argument(
        "--stop-with-stdin", action="store_true", help="stop when the standard input is closed"
    )
    return parser.parse_args()


def main():
    options = arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = Flask(__name__)
    app.catcher = Catcher()
    app.register_blueprint(pages)
    server = make_server(HOST, options.port, app, threaded=True)
    smtp_port = _take_mail(app.catcher, options.smtp_port)
    print(f"Mailbox at http://{HOST}:{server.port} takes mail at {smtp_port}", flush=True)
    if options.stop_with_stdin:
        threading.Thread(target=_stop_with_stdin, daemon=True).start()
    server.serve_forever()


def _take_mail(catcher, port):
    """Take mail in a thread of its own; return at which port.

    Not by aiosmtpd's own controller, which can't be given any free port.
    """
    loop = asyncio.new_event_loop()
    take = functools.partial(SMTP, catcher, loop=loop)
    server = loop.run_until_complete(loop.create_server(take, HOST, port))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return server.sockets[0].getsockname()[1]


def _stop_with_stdin():
    """Whoever started us is gone, however it went: don't stay behind."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
