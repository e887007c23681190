"""Requests as bytes on a socket: clients that know HTTP would mend them, or refuse to send them."""

import http.client
import socket
from typing import NamedTuple

TIMEOUT = 10


class Request(NamedTuple):
    """What is sent. The target is all that stands between method and version."""

    method: str
    target: bytes
    headers: tuple = ()  # Of pairs of bytes.
    body: bytes = b""

    def bytes(self, **others):
        """Return it as it is sent, with other headers as far as it has none of that name."""
        own = {name.lower() for name, _value in self.headers}
        others |= {"content-length": str(len(self.body))} if self.body else {}
        added = [(name.encode(), value.encode()) for name, value in others.items()]
        headers = [*self.headers, *(pair for pair in added if pair[0] not in own)]
        lines = [b"%s %s HTTP/1.1" % (self.method.encode(), self.target)]
        return b"\r\n".join([*lines, *map(b": ".join, headers), b"", self.body])


class Answer(NamedTuple):
    status: int
    headers: dict
    body: bytes


def send(host, port, request, session_id):
    """Send a request, then close our side: a server that waits for more gets no more."""
    sent = request.bytes(
        host=f"{host}:{port}", connection="close", cookie=f"session_id={session_id}"
    )
    with socket.create_connection((host, port), TIMEOUT) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        response = http.client.HTTPResponse(connection, method=request.method)
        response.begin()
        return Answer(response.status, dict(response.getheaders()), response.read())
