"""A server that behaves as it is told: for what a shop does only when it is broken.

`behave(request)` gives the bytes of the answer, None to close the connection instead, or SILENCE to say nothing at
all. Everything that was asked is kept in `requests`, in the order it came.
"""
import collections
import socketserver
import threading
import time

SILENCE = object()

Request = collections.namedtuple("Request", "at method path headers body connection")


def answer(status, body=b"{}", *headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Scripted(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128

    def __init__(self, behave=lambda request: answer(200)):
        self.behave, self.requests, self.connections = behave, [], 0
        self.lock, self.ended = threading.Lock(), threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        pass  # a client that has gone away


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        with self.server.lock:
            self.server.connections += 1
            number = self.server.connections
        while True:
            first = self.rfile.readline().decode()
            if not first:
                return
            method, path, _ = first.split()
            headers = {}
            while (line := self.rfile.readline().decode().strip()):
                name, value = line.split(":", 1)
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            request = Request(time.monotonic(), method, path, headers, body, number)
            with self.server.lock:
                self.server.requests.append(request)
            said = self.server.behave(request)
            if said is SILENCE:
                self.server.ended.wait()
            if said is None or said is SILENCE:
                return
            self.wfile.write(said)
