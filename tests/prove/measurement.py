"""What a stage's measure.py is given: a proof's two sides, the load generator, and a place for its values.

A measurement is for what no workload can show. It is a function of one Proof and named in the file's table:

    MEASUREMENTS = {"cold": Measurement(cold_start, seconds=30, quick=5)}
"""
import collections

# function(proof); the seconds it should take, for the bar; the same with QUICK=1
Measurement = collections.namedtuple("Measurement", "function seconds quick", defaults=(10,))


class Proof:
    def __init__(self, name, sides, load, plan, progress):
        self.name, self.before, self.after = name, *sides
        self.runs, self.quick = plan.rounds, plan.quick
        self._load, self._progress = load, progress
        self.series = {}

    @property
    def sides(self):
        return self.before, self.after

    def load(self, where, **how):
        """One run of the load generator against a side, or any URL; see Load.run for what it can be told."""
        return self._load.run(where, **how)

    def step(self, index, note=""):
        self._progress.step(index, self.runs, note or f"run {index + 1} of {self.runs}")

    def say(self, text):
        self._progress.say(f"  {text}")

    def add(self, metric, series, value):
        """One value of a series: `before`, `after`, or any name that a claim speaks of."""
        if metric.split(".")[0] != self.name:
            raise ValueError(f"measurement {self.name} adds to {metric}: its metrics begin with its own name")
        self.series.setdefault(metric, {}).setdefault(series, []).append(float(value))
