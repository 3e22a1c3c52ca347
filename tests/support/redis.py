"""Just enough of Redis for tests: commands over a socket, and a door between a shop and its Redis that can be slow or shut."""
import pathlib
import socket
import threading
import time
from urllib.parse import urlparse


def url_of(stack):
    return pathlib.Path(stack.env["SHOP_CACHE_REDIS_URL_FILE"]).read_text().strip()


def place_of(url):
    parts = urlparse(url)
    return parts.hostname, parts.port


class Redis:
    def __init__(self, url, timeout=10):
        self.socket = socket.create_connection(place_of(url), timeout)
        self.file = self.socket.makefile("rb")
        self.call("AUTH", urlparse(url).password)

    def call(self, *words):
        encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in encoded))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:].strip()
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.reply() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest.decode()

    def close(self):
        self.socket.close()


class Door:
    """Listens on a port of its own and passes on to Redis what comes; `delay` seconds late; not at all while `shut`, without
    closing anything, as when a network swallows what it is given."""

    def __init__(self, url):
        self.target, self.delay, self.shut = place_of(url), 0.0, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.url = url.replace(f":{self.target[1]}/", f":{port}/")
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source, sink):
        try:
            while data := source.recv(1 << 16):
                time.sleep(self.delay / 2)  # each way
                while self.shut:
                    time.sleep(0.01)
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
