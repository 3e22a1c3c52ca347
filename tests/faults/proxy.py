#!/usr/bin/python3
"""A small TCP proxy that can be slow, cut, or a black hole: what a kernel's traffic control would do, without one.

It runs as a process of its own and is told what to do on its standard input, a line each:

    pass          what comes in goes out
    slow SECONDS  every piece of data waits that long, in each direction; later ones do not overtake, and do not add up
    cut           every connection is reset, and so is every new one
    hole          nothing passes and nobody is told; new connections are taken. With `pass` what has been waiting goes on
                  its way, late: also to a server whose client has long given up

It answers each line with "ok". `Proxy` below is the other end of that.
"""
import asyncio
import os
import pathlib
import socket
import subprocess
import sys

CHUNK = 64 << 10


class Way:
    """What is done to everything that passes."""

    def __init__(self, port):
        self.port, self.delay, self.cut, self.open = port, 0.0, False, asyncio.Event()
        self.open.set()
        self.sockets = set()

    def tell(self, words):
        self.delay = float(words[1]) if words[0] == "slow" else 0.0
        self.cut = words[0] == "cut"
        self.open.clear() if words[0] == "hole" else self.open.set()
        if self.cut:
            for writer in list(self.sockets):
                reset(writer)

    async def take(self, reader, writer):
        self.sockets.add(writer)
        try:
            if self.cut:
                return reset(writer)
            await self.open.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self.port)
            self.sockets.add(back)
            try:
                await asyncio.gather(self.pump(reader, back), self.pump(there, writer))
            finally:
                self.sockets.discard(back)
                reset(back)
        except OSError:
            reset(writer)  # the server is not there, or one side went away: the other learns it
        finally:
            self.sockets.discard(writer)
            writer.close()

    async def pump(self, reader, writer):
        """Two tasks, so that data that waits does not keep the next from coming in, up to a bound."""
        loop, queue = asyncio.get_running_loop(), asyncio.Queue(64)

        async def send():
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                await self.open.wait()
                if not data:
                    return writer.write_eof()
                writer.write(data)
                await writer.drain()

        sender = asyncio.ensure_future(send())
        try:
            while True:
                data = await reader.read(CHUNK)
                await queue.put((loop.time() + self.delay, data))
                if not data or sender.done():
                    return await sender
        finally:
            sender.cancel()


def reset(writer):
    """Ends a connection as a cut cable is noticed: RST, not a polite end."""
    raw = writer.get_extra_info("socket")
    if raw is not None and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def serve(port):
    way, lines = Way(port), asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    server = await asyncio.start_server(way.take, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await lines.readline():  # ends with whoever started it
        way.tell(line.decode().split())
        print("ok", flush=True)
    os._exit(0)  # connections in the middle of something are nobody's any more: no farewell to each


class Proxy:
    """A proxy before a port of this machine, in a process of its own."""

    def __init__(self, port):
        self.process = subprocess.Popen([sys.executable, str(pathlib.Path(__file__).resolve()), str(port)], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ok\n", f"the proxy does not understand '{line}'"

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)


if __name__ == "__main__":
    try:
        asyncio.run(serve(int(sys.argv[1])))
    except KeyboardInterrupt:
        pass
