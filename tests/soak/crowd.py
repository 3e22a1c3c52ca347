"""Many clients at once, on one asyncio loop: well-behaved ones with a connection each, and the others.

Written on asyncio's protocols rather than its streams, because the crowd must not be slower than the shop. A
connection carries one request at a time; the watchdog ends one that has not been answered for a minute, so a
shop that forgets a request fails the soak instead of stopping it.
"""
import asyncio
import socket
import struct
import time

PATIENCE_SECONDS = 60


class Answers(asyncio.Protocol):
    """Finds where an answer ends: by Content-Length, by chunks, or with the connection."""

    def __init__(self):
        self.buffer, self.waiting, self.transport, self.closed, self.since = bytearray(), None, None, False, 0.0

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, why):
        self.closed = True
        if self.waiting and not self.waiting.done():
            self.waiting.set_exception(ConnectionError("the shop closed the connection before it had answered"))

    def data_received(self, data):
        self.buffer += data
        if self.waiting and not self.waiting.done():
            answer = self._complete()
            if answer is not None:
                self.waiting.set_result(answer)

    def _complete(self):
        """(status, head, body) or None: more is to come."""
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        status, head = int(self.buffer[9:12]), bytes(self.buffer[:end + 2]).lower()
        if b"\r\ntransfer-encoding: chunked" in head:
            body = unchunked(self.buffer, end + 4)
        else:
            at = head.find(b"\r\ncontent-length:")
            length = 0 if at < 0 or status in (204, 304) else int(head[at + 17:head.index(b"\r\n", at + 17)])
            body = bytes(self.buffer[end + 4:end + 4 + length]) if len(self.buffer) >= end + 4 + length else None
        return None if body is None else (status, head, body)


def unchunked(buffer, at):
    parts = []
    while True:
        end = buffer.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(buffer[at:end].split(b";")[0], 16)
        if len(buffer) < end + 2 + size + 2:
            return None
        if size == 0:
            return b"".join(parts)
        parts.append(bytes(buffer[end + 2:end + 2 + size]))
        at = end + 2 + size + 2


class Client:
    """One connection, made anew when it has been closed."""

    def __init__(self, port):
        self.port, self.answers = port, None

    async def ask(self, data):
        if self.answers is None or self.answers.closed:
            _, self.answers = await asyncio.get_running_loop().create_connection(Answers, "127.0.0.1", self.port)
        answers = self.answers
        answers.buffer.clear()
        answers.waiting, answers.since = asyncio.get_running_loop().create_future(), time.monotonic()
        answers.transport.write(data)
        try:
            status, head, body = await answers.waiting
        finally:
            answers.waiting = None
        if b"\r\nconnection: close" in head:
            self.close()
        return status, body

    def close(self):
        if self.answers is not None:
            self.answers.transport.abort()
            self.answers = None

    def check_patience(self):
        answers = self.answers
        if answers and answers.waiting and not answers.waiting.done() and time.monotonic() - answers.since > PATIENCE_SECONDS:
            answers.waiting.set_exception(TimeoutError(f"no answer for {PATIENCE_SECONDS} s"))


async def connect(port, receive_buffer=None):
    """A raw socket, for those who do not behave."""
    raw = socket.socket()
    raw.setblocking(False)
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", port))
    return raw


def reset(raw):
    """Closes with a reset, as a phone does that loses its network."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.close()


async def aborted(port, data, dice):
    """Sends all or part of a request and goes, waiting for no answer or only for its beginning."""
    raw, loop = await connect(port), asyncio.get_running_loop()
    try:
        manner = dice.randrange(4)
        if manner == 1:
            await loop.sock_sendall(raw, data[:dice.randrange(1, len(data))])
        elif manner >= 2:
            await loop.sock_sendall(raw, data)
        if manner == 3:
            await asyncio.wait_for(loop.sock_recv(raw, 40), PATIENCE_SECONDS)
    except ConnectionError:
        pass
    if dice.random() < 0.5:
        reset(raw)
    else:
        raw.close()


async def slow_sender(port, data, seconds):
    """A byte now and then until it is done, gives up, or is cut. Never a reason to wait for anybody else."""
    raw, loop = await connect(port), asyncio.get_running_loop()
    until = time.monotonic() + seconds
    try:
        for at in range(len(data)):
            await loop.sock_sendall(raw, data[at:at + 1])
            await asyncio.sleep(0.1)
            if time.monotonic() > until:
                break
    except ConnectionError:
        pass
    finally:
        raw.close()


async def slow_reader(port, data, seconds):
    """Asks for much and reads it drop by drop."""
    raw, loop = await connect(port, receive_buffer=4096), asyncio.get_running_loop()
    until = time.monotonic() + seconds
    try:
        await loop.sock_sendall(raw, data)
        while time.monotonic() < until and await asyncio.wait_for(loop.sock_recv(raw, 64), PATIENCE_SECONDS):
            await asyncio.sleep(0.05)
    except ConnectionError:
        pass
    finally:
        raw.close()
