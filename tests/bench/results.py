"""Rows of a benchmark: what was measured, against which bar, with median and spread.

A row is {name, measured, bar, unit, holds, n, spread}: `measured` is the median of n values, `spread`
their smallest and largest. A bar is a lower bound ("at_least") or an upper one ("at_most"), or None for a
figure that is only reported. Ratios are taken pair by pair within one run, so that a machine whose speed
drifts moves both sides.
"""
import json
import os
import pathlib
import platform
import statistics
import subprocess


class Results:
    def __init__(self):
        self.rows = []

    def add(self, name, values, unit, at_least=None, at_most=None, **more):
        median = statistics.median(values)
        bar = at_least if at_least is not None else at_most
        holds = None if bar is None else (median >= bar if at_least is not None else median <= bar)
        row = {
            "name": name, "measured": _rounded(median), "bar": bar,
            "bound": None if bar is None else ("at least" if at_least is not None else "at most"),
            "unit": unit, "holds": holds, "n": len(values),
            "spread": [_rounded(min(values)), _rounded(max(values))], **more,
        }
        self.rows.append(row)
        print("  " + _line(row), flush=True)

    def table(self):
        print(f"\n  {'what':<58} {'median':>10} {'bar':>12} {'spread':>19}  n")
        for row in self.rows:
            print("  " + _line(row))

    def write(self, path):
        path = pathlib.Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {"machine": machine(), "results": self.rows}
        path.write_text(json.dumps(document, indent=1) + "\n")

    @property
    def all_hold(self):
        return all(row["holds"] is not False for row in self.rows)


def _rounded(value):
    return round(value, 3) if abs(value) < 100 else round(value)


def _line(row):
    sign = {"at least": "≥", "at most": "≤", None: " "}[row["bound"]]
    bar = "" if row["bar"] is None else f"{sign} {row['bar']}"
    verdict = {True: "holds", False: "MISSED", None: ""}[row["holds"]]
    low, high = row["spread"]
    return f"{row['name']:<58} {row['measured']:>10} {bar:>12} {f'{low} … {high}':>19}  {row['n']}  {row['unit']:<6} {verdict}"


def machine():
    def output(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.strip().splitlines()[0]
        except (OSError, IndexError, subprocess.TimeoutExpired):
            return "unknown"

    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {
        "cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
        "commit": output("git", "rev-parse", "--short", "HEAD"),
        "gcc": output("gcc", "--version"), "postgresql": output("psql", "--version"),
        "libmicrohttpd": output("pkg-config", "--modversion", "libmicrohttpd"),
    }
