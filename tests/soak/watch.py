"""File descriptors and resident memory of a process, and the rule by which they are flat.

Samples that decide are taken at rest: the load stops, its connections are closed, and what is open then should
have been open before. Under load both breathe; there only the peaks are noted.

The rule, on the samples after the warm-up (the first quarter):
- descriptors: the second half of them never has more than the first half had. One that is lost in a hundred
  thousand requests is seen. Connections to the database, the provider and the mail server are counted apart:
  they are kept for as long as they are used, so their number varies, below a bound.
- memory: the slope, by Theil and Sen (the median of the slopes between all pairs of samples, which a few
  outliers cannot move), times the requests since the warm-up, stays below a bound.
"""
import os
import pathlib
import statistics
import threading
import time

MEGABYTE = 1 << 20


def outgoing_sockets(pid, port):
    """The names, as in /proc/PID/fd, of TCP sockets that do not belong to the port it serves."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if int(fields[1].rsplit(":", 1)[1], 16) != port:
                found.add(f"socket:[{fields[9]}]")
    return found


def descriptors(pid, port):
    """(its own, outgoing connections)."""
    others, own, outgoing = outgoing_sockets(pid, port), 0, 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            is_outgoing = os.readlink(f"/proc/{pid}/fd/{name}") in others
        except OSError:
            continue  # closed meanwhile
        own, outgoing = own + (not is_outgoing), outgoing + is_outgoing
    return own, outgoing


def resident(pid):
    """Bytes."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10
    raise RuntimeError(f"process {pid} has no memory: it has ended")


def rest(pid, port, patience=30):
    """Waits until descriptors have not changed for half a second; the sample then."""
    until, same, last = time.monotonic() + patience, 0, None
    while same < 5 and time.monotonic() < until:
        time.sleep(0.1)
        now = descriptors(pid, port)
        same, last = (same + 1, last) if now == last else (0, now)
    return {"descriptors": last[0], "outgoing": last[1], "resident": resident(pid)}


def warm(samples):
    return samples[max(1, len(samples) // 4):]


def descriptor_growth(samples):
    """How many more were open in the second half than ever in the first."""
    values = [one["descriptors"] for one in warm(samples)]
    middle = len(values) // 2
    return max(values[middle:]) - max(values[:middle])


def slope(samples):
    """Bytes of memory per request."""
    points = [(one["requests"], one["resident"]) for one in warm(samples)]
    return statistics.median((later[1] - earlier[1]) / (later[0] - earlier[0])
                             for at, earlier in enumerate(points) for later in points[at + 1:])


def memory_growth(samples):
    """Bytes over all requests after the warm-up."""
    kept = warm(samples)
    return slope(samples) * (kept[-1]["requests"] - kept[0]["requests"])


class Peaks:
    """The most of each, seen every tenth of a second while the block runs."""

    def __init__(self, pid):
        self.pid, self.descriptors, self.resident, self.ended = pid, 0, 0, threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def _look(self):
        while not self.ended.wait(0.1):
            try:
                self.descriptors = max(self.descriptors, len(os.listdir(f"/proc/{self.pid}/fd")))
                self.resident = max(self.resident, resident(self.pid))
            except (OSError, RuntimeError):
                return  # it has ended; whoever waits for answers will say so
