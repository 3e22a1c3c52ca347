"""Breaks a server of a stack in one way, and mends it again. Everything is done by process id or through the stack's own
command; a server that was killed is started anew, as a supervisor would.
"""
import contextlib
import os
import pathlib
import signal
import threading
import time

from proxy import Proxy
from victims import ON_THE_WAY, kinds_of

START_SECONDS = 90
MAY_DIE_OF_A_FULL_DISK = {"postgres", "replica", "kafka"}  # what cannot write its log must not go on


def family(pid):
    """The process and all that it has started; PostgreSQL is a dozen."""
    found, at = [pid], 0
    while at < len(found):
        for children in pathlib.Path(f"/proc/{found[at]}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(child) for child in children.read_text().split()]
        at += 1
    return found


def send(pids, number):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


class Breaker:
    """`stack` runs already, without proxies; its shop is led through one to each server that has a row for it."""

    def __init__(self, stack, disk=None):
        self.stack, self.disk, self.lock = stack, disk, threading.Lock()
        self.servers = {entry["name"]: entry["port"] for entry in stack.status()["servers"]}
        self.proxies = {name: Proxy(port) for name, port in self.servers.items() if set(ON_THE_WAY) & set(kinds_of(name))}
        self.way = self._lead_through()
        self.deaths = []  # who ended though nobody has ended it
        self.lasting = []  # faults that have begun and are not mended; on a busy machine two of one server may overlap
        self.begun = []    # whom each fault was done to, in order
        self.frozen = {}   # fault -> processes
        stack.up(**self.way)

    def pairs(self):
        """[(server, kind)] of all that can be done here."""
        found = [(server, kind) for server in self.servers for kind in kinds_of(server)
                 if kind not in ON_THE_WAY or server in self.reached]
        return found + [("disk", kind) for kind in kinds_of("disk") if self.disk]

    def left_alone(self):
        return sorted(server for server in self.servers if not kinds_of(server))

    def _lead_through(self):
        """The shop's settings that name a server's port, with the proxy's instead. A secret stays a secret: where the setting is
        the name of a file, a copy of that file is changed."""
        changed, self.reached = {}, set()
        for name, value in self.stack.env.items():
            if not name.startswith("SHOP_"):
                continue
            text = pathlib.Path(value).read_text() if name.endswith("_FILE") and os.path.exists(value) else value
            for server, proxy in self.proxies.items():
                old, new = f"127.0.0.1:{self.servers[server]}", f"127.0.0.1:{proxy.port}"
                if old not in text:
                    continue
                self.reached.add(server)
                text = text.replace(old, new)
                changed[name] = text
        for name, text in changed.items():
            if name.endswith("_FILE"):
                path = self.stack.run / "secrets" / f"through-proxies-{name.lower()}"
                path.touch(mode=0o600)
                path.write_text(text)
                changed[name] = str(path)
        return changed

    # --- break and mend

    def begin(self, fault):
        with self.lock:
            self.lasting.append(fault)
            self.begun.append(fault.server)
        getattr(self, f"_begin_{fault.kind}")(fault)

    def end(self, fault):
        try:
            getattr(self, f"_end_{fault.kind}")(fault)
        finally:
            with self.lock:
                self.lasting.remove(fault)

    @property
    def broken(self):
        """server -> kind, of what is broken now."""
        return {fault.server: fault.kind for fault in list(self.lasting)}

    def pid(self, server):
        return self.stack.pid(server)

    def start(self, server):
        return self.insist("start", server)

    def insist(self, *words):
        """As often as it takes: what it needs may be broken at the same time, the disk above all."""
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.stack.call(*words)
            except SystemExit:
                if time.monotonic() > until:
                    raise
                time.sleep(1)

    def _begin_kill(self, fault):
        pid = self.pid(fault.server)
        if pid:
            send(family(pid), signal.SIGKILL)

    def _end_kill(self, fault):
        self.start(fault.server)

    def _begin_freeze(self, fault):
        pid = self.pid(fault.server)
        self.frozen[fault] = family(pid) if pid else []
        send(self.frozen[fault], signal.SIGSTOP)

    def _end_freeze(self, fault):
        send(self.frozen.pop(fault), signal.SIGCONT)

    def _begin_restart(self, fault):
        self.insist("stop", fault.server)

    def _end_restart(self, fault):
        self.start(fault.server)

    def _begin_slow(self, fault):
        # a hundred times the way through a machine, and still within every time-out
        self.proxies[fault.server].tell("slow 0.15")

    def _begin_cut(self, fault):
        self.proxies[fault.server].tell("cut")

    def _begin_hole(self, fault):
        self.proxies[fault.server].tell("hole")

    def _end_slow(self, fault):
        self.proxies[fault.server].tell("pass")

    _end_cut = _end_hole = _end_slow

    def _begin_full(self, fault):
        self.disk.fill()

    def _end_full(self, fault):
        self.disk.empty()
        for server in self.ended():
            if server not in MAY_DIE_OF_A_FULL_DISK:
                self.deaths.append(f"{server} did not outlive a full disk")
            self.start(server)

    def ended(self):
        """Servers that do not run though nobody has stopped them. Looking takes its time: who was broken, or has been mended,
        meanwhile is not one of them."""
        with self.lock:
            excused, begun = set(self.broken), len(self.begun)
        found = [entry["name"] for entry in self.stack.status()["servers"] if not entry["running"]]
        with self.lock:
            excused.update(self.begun[begun:])
        return [server for server in found if server not in excused]

    def close(self):
        for pids in self.frozen.values():
            send(pids, signal.SIGCONT)
        for proxy in self.proxies.values():
            proxy.close()
