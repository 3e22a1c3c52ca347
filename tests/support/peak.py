"""How much memory a program takes at the worst moment, not at the end: seen by looking every 20 ms."""
import threading


class Peak:
    """The largest RSS of a program while the block runs."""

    def __init__(self, program):
        self.program, self.ended = program, threading.Event()
        self.before = self.megabytes = program.rss_megabytes()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def gained(self):
        return self.megabytes - self.before

    def _look(self):
        while not self.ended.wait(0.02):
            self.megabytes = max(self.megabytes, self.program.rss_megabytes())
