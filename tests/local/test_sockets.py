"""A listening socket changes hands: whoever waits in its queue is answered by the successor, and before one of several is
closed its queue is empty."""
import socket
import subprocess
import sys
import textwrap

import pytest
from conftest import ROOT

SOCKETS = ROOT / "infra/local/sockets.py"

# listens twice on one port, as a program with two loops does, and counts what waits in each queue when told to
OWNER = textwrap.dedent("""
    import socket, sys
    first = socket.socket()
    first.bind(("127.0.0.1", 0))
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    first.listen(100)
    second = socket.socket()
    second.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    second.bind(first.getsockname())
    second.listen(100)
    print(first.getsockname()[1], flush=True)
    for _ in sys.stdin:
        counts = []
        for one in (first, second):
            one.setblocking(False)
            counts.append(0)
            try:
                while one.accept():
                    counts[-1] += 1
            except BlockingIOError:
                pass
        print(*counts, flush=True)
""")

# what the socket is handed to: when it is told to, answers whoever waits
SUCCESSOR = textwrap.dedent("""
    import os, socket, sys
    print("started", flush=True)
    sys.stdin.readline()
    assert os.environ["LISTEN_FDS"] == "1" and os.environ["LISTEN_PID"] == str(os.getpid()) and os.environ["NGINX"] == "3;"
    wire, _ = socket.socket(fileno=3).accept()
    wire.sendall(b"here")
""")


@pytest.fixture
def owner():
    process = subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    process.port = process.stdout.readline().strip()
    yield process
    process.kill()
    process.wait()


def sockets(*words):
    return subprocess.run([str(SOCKETS), *map(str, words)], capture_output=True, text=True, timeout=30)


def dealt(owner, count=40):
    """How many of so many new connections each queue got."""
    wires = [socket.create_connection(("127.0.0.1", int(owner.port)), timeout=10) for _ in range(count)]
    owner.stdin.write("\n")
    counts = [int(word) for word in owner.stdout.readline().split()]
    for wire in wires:
        wire.close()
    assert sum(counts) == count
    return counts


def test_all_come_to_the_first_and_then_to_all_again(owner):
    assert min(dealt(owner)) > 0
    assert sockets("gather", owner.pid, owner.port).returncode == 0
    assert dealt(owner) == [40, 0]
    assert sockets("deal", owner.pid, owner.port).returncode == 0
    assert min(dealt(owner)) > 0


def test_who_waits_is_answered_by_the_successor(owner):
    assert sockets("gather", owner.pid, owner.port).returncode == 0
    with socket.create_connection(("127.0.0.1", int(owner.port)), timeout=10) as waiting:
        with subprocess.Popen([str(SOCKETS), "start", str(owner.pid), owner.port, sys.executable, "-c", SUCCESSOR], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as successor:
            assert successor.stdout.readline() == "started\n"
            owner.kill()
            owner.wait()
            successor.stdin.write("\n")
            successor.stdin.flush()
            assert waiting.recv(10) == b"here"


def test_what_cannot_be_had_is_said(owner):
    for words, why in ((("check", owner.pid, 1), f"process {owner.pid} does not listen at port 1"), (("check", 999999999, owner.port), "cannot be looked at"),
                       (("check", "x", 1), "invalid literal"), (("take",), "usage:")):
        result = sockets(*words)
        assert result.returncode == 1 and why in result.stderr, result.stderr
    assert sockets("check", owner.pid, owner.port).returncode == 0
