"""The proxy before the servers does what it says, or a drill would prove nothing."""
import contextlib
import socket
import threading
import time

import pytest
from proxy import Proxy


@pytest.fixture
def echo():
    """The port of a server that sends back what it gets, through a proxy: (proxy, connect())."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard = []

    def serve(connection):
        with connection, contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65536):
                heard.append(data)
                connection.sendall(data)

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    proxy = Proxy(listener.getsockname()[1])
    proxy.heard = heard
    yield proxy, lambda: socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
    listener.close()
    proxy.close()


def test_it_passes_everything_on(echo):
    _, connect = echo
    sent = bytes(range(256)) * 8192
    with connect() as wire:
        threading.Thread(target=wire.sendall, args=(sent,), daemon=True).start()
        received = b""
        while len(received) < len(sent):
            received += wire.recv(65536)
        assert received == sent
        wire.shutdown(socket.SHUT_WR)
        assert wire.recv(1) == b"", "the end passes, too"


def test_slow_delays_and_keeps_the_order(echo):
    proxy, connect = echo
    with connect() as wire:
        proxy.tell("slow 0.2")
        began = time.monotonic()
        for n in range(20):
            wire.sendall(b"%02d" % n)
            time.sleep(0.005)
        received = b""
        while len(received) < 40:
            received += wire.recv(100)
        assert received == b"".join(b"%02d" % n for n in range(20))
        assert 0.4 <= time.monotonic() - began < 3, "0.2 s there and 0.2 s back, not for each"


def test_cut_resets_old_and_new_connections(echo):
    proxy, connect = echo
    with connect() as wire:
        wire.sendall(b"hello")
        assert wire.recv(5) == b"hello"
        proxy.tell("cut")
        with pytest.raises(ConnectionResetError):
            wire.recv(1)
        with pytest.raises(OSError), connect() as other:
            other.sendall(b"x")
            if other.recv(1) == b"":
                raise ConnectionResetError
    proxy.tell("pass")
    with connect() as wire:
        wire.sendall(b"again")
        assert wire.recv(5) == b"again"


def test_what_a_hole_has_swallowed_arrives_late(echo):
    proxy, connect = echo
    wire = connect()
    wire.sendall(b"a")
    assert wire.recv(1) == b"a"
    proxy.tell("hole")
    wire.sendall(b"late")
    wire.settimeout(0.5)
    with pytest.raises(TimeoutError):
        wire.recv(1)
    wire.close()  # the client has given up
    assert proxy.heard == [b"a"]
    proxy.tell("pass")
    began = time.monotonic()
    while b"".join(proxy.heard) != b"alate":
        assert time.monotonic() - began < 5, proxy.heard
        time.sleep(0.05)
