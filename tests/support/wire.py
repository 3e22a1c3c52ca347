"""One HTTP/1.1 connection as bytes on a socket: for measuring, where a client library would cost more than the
request, and for sending what a library refuses to send.
"""
import json
import socket
import time
from urllib.parse import urlsplit

HEAD_MAX, BODY_MAX = 64 << 10, 256 << 20


def request(method, path, token=None, body=None, headers=None, host="shop"):
    """The bytes of a request. A `body` that is not bytes is sent as JSON."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        lines.append("Content-Type: application/json")
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


class Wire:
    """Keep-alive; connects again when the server has closed."""

    def __init__(self, url, timeout=60):
        parts = urlsplit(url)
        self.address, self.timeout = (parts.hostname, parts.port), timeout
        self.socket = None

    def connect(self):
        self.close()
        self.socket = socket.create_connection(self.address, timeout=self.timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def exchange(self, data):
        """(status, body, seconds from the first byte sent to the last received)."""
        if self.socket is None:
            self.connect()
        began = time.perf_counter()
        self.socket.sendall(data)
        head, rest = self._head()
        status = int(head[9:12])
        names = head.lower()
        if b"\r\ntransfer-encoding: chunked" in names:
            body = self._chunks(rest)
        else:
            at = names.find(b"\r\ncontent-length:")
            length = 0 if at < 0 or status in (204, 304) else int(names[at + 17:names.index(b"\r\n", at + 17)])
            body = self._exactly(rest, length)
        seconds = time.perf_counter() - began
        if b"\r\nconnection: close" in names:
            self.close()
        return status, body, seconds

    def _more(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise ConnectionError("the server closed in the middle of an answer")
        return data

    def _head(self):
        buffer = b""
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            if len(buffer) > HEAD_MAX:
                raise ValueError("the head of the answer has no end")
            buffer += self._more()
        return buffer[:end + 2], buffer[end + 4:]

    def _exactly(self, rest, length):
        parts, got = [rest], len(rest)
        while got < length:
            parts.append(self._more())
            got += len(parts[-1])
        return b"".join(parts)

    def _chunks(self, rest):
        parts, kept = [], 0
        while True:
            while (end := rest.find(b"\r\n")) < 0:
                rest += self._more()
            size = int(rest[:end].split(b";")[0], 16)
            rest = self._exactly(rest[end + 2:], size + 2)
            if size == 0:
                return b"".join(parts)
            kept += size
            if kept > BODY_MAX:
                raise ValueError("the answer is larger than anybody asked for")
            parts.append(rest[:size])
            rest = rest[size + 2:]
