#!/usr/bin/python3
"""Hands a listening socket from a running process to its successor, so that no connection is ever refused or reset.

    sockets.py check PID PORT             can it be had?
    sockets.py start PID PORT COMMAND…    runs COMMAND with the socket as its descriptor 3
    sockets.py gather PID PORT            all new connections to that socket, none to others of the same port
    sockets.py deal PID PORT              … to all of them again

Connections that the kernel has made and nobody has accepted yet wait in the queue of a socket. The queue lives as
long as anybody has the socket, so the successor is given the socket itself: a copy of the old process's descriptor
(pidfd_getfd(2); both must be the same user's), which the old one knows nothing of. The successor finds it as
systemd would give it, LISTEN_FDS, or as nginx gives it to its own successor, NGINX.

A process with several event loops has several sockets on the port, among which the kernel deals connections out. One
is handed over; before the others are closed, a filter of one instruction makes the kernel choose the first of them
always, so that their queues are empty by then. The first is the one with the lowest descriptor
(common/http/listeners.h).
"""
import ctypes
import os
import socket
import struct
import sys

PIDFD_GETFD = 438  # the same number on every architecture
SO_ATTACH_REUSEPORT_CBPF, SO_DETACH_REUSEPORT_BPF = 51, 68
RETURN_CONSTANT = 0x06
FIRST_INHERITED = 3

libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """A sentence for whoever called."""


def copy_of(pidfd, number):
    """Our own copy of that process's descriptor."""
    copied = libc.syscall(PIDFD_GETFD, pidfd, number, 0)
    if copied < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return copied


def listens_at(descriptor, port):
    with socket.socket(fileno=os.dup(descriptor)) as one:
        try:
            return one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1 and one.getsockname()[1] == port
        except (OSError, IndexError):
            return False


def is_socket(pid, number):
    try:
        return os.readlink(f"/proc/{pid}/fd/{number}").startswith("socket:")
    except OSError:
        return False  # it was closed meanwhile


def listener(pid, port):
    """A copy of the descriptor with which it listens at the port, of the lowest when there are several."""
    try:
        numbers = sorted(int(name) for name in os.listdir(f"/proc/{pid}/fd"))
        pidfd = os.pidfd_open(pid)
    except OSError as why:
        raise Failure(f"process {pid} cannot be looked at: {why.strerror}") from why
    for number in numbers:
        if not is_socket(pid, number):
            continue
        try:
            copied = copy_of(pidfd, number)
        except OSError as why:
            raise Failure(f"the kernel does not let us have a descriptor of process {pid}: {why.strerror}; it takes the same user, "
                          "Linux 5.6, and /proc/sys/kernel/yama/ptrace_scope at 0 or root") from why
        if listens_at(copied, port):
            return copied
        os.close(copied)
    raise Failure(f"process {pid} does not listen at port {port}")


def start(descriptor, command):
    """Becomes the command."""
    if descriptor != FIRST_INHERITED:
        os.dup2(descriptor, FIRST_INHERITED)
        os.close(descriptor)
    os.set_inheritable(FIRST_INHERITED, True)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), NGINX=f"{FIRST_INHERITED};")
    os.execvp(command[0], command)


def gather(one):
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", RETURN_CONSTANT, 0, 0, 0))
    try:
        one.setsockopt(socket.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, struct.pack("HL", 1, ctypes.addressof(instruction)))
    except OSError:
        pass  # it shares its port with no other: everything comes to it anyway


def deal(one):
    try:
        one.setsockopt(socket.SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 1)
    except OSError:
        pass  # nothing was attached


def main(words):
    if len(words) < 3 or words[0] not in ("check", "start", "gather", "deal"):
        raise Failure("usage: sockets.py check|start|gather|deal PID PORT [COMMAND…]")
    verb, descriptor = words[0], listener(int(words[1]), int(words[2]))
    if verb == "start":
        start(descriptor, words[3:])
    with socket.socket(fileno=descriptor) as one:
        {"check": lambda _: None, "gather": gather, "deal": deal}[verb](one)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Failure, ValueError, OSError) as problem:
        sys.exit(f"sockets.py: {problem}")
