"""How far a long measurement is: a bar, what runs now, the time gone and the time left.

The caller plans parts with the seconds each should take. The time left of the part at hand comes from how far it
is, that of the others from their plan, scaled by how the parts that are done kept to theirs. On a terminal one
line is redrawn every second; elsewhere (a pipe, CI) a line is written now and then. Anything else that is
printed meanwhile goes through say(), so that it does not land in the bar.
"""
import sys
import threading
import time

WIDTH = 24


def clock(seconds):
    seconds = max(0, int(seconds))
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


class Progress:
    def __init__(self, parts, quiet_seconds=20):
        """`parts`: {name: planned seconds}, in the order they will be done."""
        self.parts = dict(parts)
        self.began = self.part_began = time.monotonic()
        self.finished, self.part, self.share, self.stepped, self.note = [], None, 0.0, 0.0, ""
        self.terminal, self.quiet_seconds, self.written = sys.stdout.isatty(), quiet_seconds, 0.0
        self.lock, self.ended = threading.RLock(), threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)
        if self.terminal:
            self.ticker.start()

    def begin(self, part):
        """The next part; the one before is done."""
        with self.lock:
            self._finish()
            self.part, self.share, self.stepped, self.note = part, 0.0, 0.0, ""
            self.part_began = time.monotonic()
            self._draw()

    def step(self, done, total, note=""):
        """`done` of `total` of the part at hand."""
        with self.lock:
            self.share, self.stepped, self.note = min(1.0, done / max(1, total)), time.monotonic() - self.part_began, note
            self._draw()

    def note_is(self, note):
        """What is seen of the part at hand right now."""
        with self.lock:
            self.note = note
            self._draw()

    def say(self, text):
        with self.lock:
            self._clear()
            print(text, flush=True)
            self._draw()

    def end(self):
        with self.lock:
            self._finish()
            self.ended.set()
            self._clear()

    def seconds(self):
        """(gone, left)."""
        now = time.monotonic()
        in_part = now - self.part_began
        whole = self.stepped / self.share if self.share >= 0.1 else self.parts.get(self.part, 0.0)
        to_come = sum(plan for part, plan in self.parts.items() if part != self.part and part not in self.finished)
        planned = sum(self.parts[part] for part in self.finished)
        # a guess is the plan's until enough has been done to know better
        pace = (self.part_began - self.began) / planned if planned > 0.1 * sum(self.parts.values()) else 1.0
        return now - self.began, (max(0.0, whole - in_part) if self.part else 0.0) + pace * to_come

    def line(self):
        gone, left = self.seconds()
        share = gone / (gone + left) if gone + left > 0 else 1.0
        filled = int(share * WIDTH)
        what = f"{self.part or ''}{': ' if self.note else ''}{self.note}"
        return f"  [{'#' * filled}{'.' * (WIDTH - filled)}] {clock(gone)} gone, about {clock(left)} left  {what}"

    def _finish(self):
        if self.part is not None:
            self.finished.append(self.part)
        self.part = None

    def _clear(self):
        if self.terminal:
            print("\r\x1b[K", end="", flush=True)

    def _draw(self):
        if self.ended.is_set():
            return
        if self.terminal:
            print("\r" + self.line()[:118] + "\x1b[K", end="", flush=True)
        elif time.monotonic() - self.written >= self.quiet_seconds:
            self.written = time.monotonic()
            print(self.line(), flush=True)

    def _tick(self):
        while not self.ended.wait(1.0):
            with self.lock:
                self._draw()
