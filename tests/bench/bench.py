"""What the measurements share: the stacks, how long and how often to measure, and wrk.

A measurement is a function of one Bench. It asks for `bench.small` (the shop as `make up` fills it) or
`bench.large` (a million users); only one of the two is open at a time. Data of an earlier run is used again.
"""
import os
import pathlib
import re
import subprocess

from stack import ROOT, Stack

HERE = pathlib.Path(__file__).resolve().parent
RUN = ".run/bench"


def loaded(size):
    """Is the data set there from an earlier run? (Then opening it is a matter of seconds.)"""
    return (ROOT / RUN / "sandbox" / size).exists()


class Bench:
    def __init__(self, stage, results, progress, quick):
        self.stage, self.results, self.progress, self.quick = stage, results, progress, quick
        self.seconds = 1 if quick else 5
        self.runs = 2 if quick else int(os.environ.get("RUNS", "5"))
        self.stacks = {}

    def stack(self, size):
        if size not in self.stacks:
            self.stacks = {size: Stack(RUN, self.stage, "release", size)}
            self.stacks[size].call("stop", "shop")  # each measurement starts its own
        return self.stacks[size]

    small = property(lambda self: self.stack("small"))
    large = property(lambda self: self.stack("large"))

    def step(self, index, note=""):
        self.progress.step(index, self.runs, note or f"run {index + 1} of {self.runs}")

    def wrk(self, url, connections, script=None, seconds=None, environment=None, refusals=False):
        """wrk's output for one run of one thread. `refusals`: answers other than 2xx are the script's business."""
        seconds = seconds or self.seconds
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
        if script:
            command += ["-s", str(HERE / script)]
        result = subprocess.run(command + [url], env=dict(os.environ, **(environment or {})),
                                capture_output=True, text=True, timeout=seconds + 60)
        if result.returncode != 0:
            raise SystemExit(f"wrk failed: {result.stderr or result.stdout}")
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", result.stdout)
        if bad and not refusals:
            raise SystemExit(f"wrk saw {bad.group(1)} failed answers from {url}")
        return result.stdout

    def rate(self, *words, **settings):
        """Requests per second."""
        return float(re.search(r"Requests/sec:\s+([\d.]+)", self.wrk(*words, **settings)).group(1))
