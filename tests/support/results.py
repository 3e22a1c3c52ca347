"""Rows of a measurement: what was measured, against which bar, with median and spread.

A row is {name, measured, bar, unit, holds, n, spread}: `measured` is the median of n values, `spread`
their smallest and largest. A bar is a lower bound ("at_least") or an upper one ("at_most"), or None for a
figure that is only reported. Ratios are taken pair by pair within one run, so that a machine whose speed
drifts moves both sides. Rows of a group (the routes) are a table of their own and carry p50 and p99.
"""
import json
import os
import pathlib
import platform
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Results:
    def __init__(self, say=print):
        self.rows = []
        self.say = say

    def add(self, name, values, unit, at_least=None, at_most=None, **more):
        median = statistics.median(values)
        bar = at_least if at_least is not None else at_most
        holds = None if bar is None else (median >= bar if at_least is not None else median <= bar)
        row = {
            "name": name, "measured": rounded(median), "bar": bar,
            "bound": None if bar is None else ("at least" if at_least is not None else "at most"),
            "unit": unit, "holds": holds, "n": len(values),
            "spread": [rounded(min(values)), rounded(max(values))], **more,
        }
        self.rows.append(row)
        self.say("  " + (line(row) if "group" not in row else grouped_line(row)))
        return row

    def add_times(self, group, name, seconds, **more):
        """Answer times of one kind of request, in milliseconds, as a row of a group."""
        values = sorted(1000 * one for one in seconds)
        return self.add(name, values, "ms", group=group, p50=rounded(percentile(values, 50)),
                        p99=rounded(percentile(values, 99)), **more)

    def table(self):
        self.say(f"\n  {'what':<58} {'median':>10} {'bar':>12} {'spread':>19}  n")
        for row in self.rows:
            if "group" not in row:
                self.say("  " + line(row))
        grouped = [row for row in self.rows if "group" in row]
        if grouped:
            self.say(f"\n  {'one request at a time':<78} {'p50 ms':>9} {'p99 ms':>9}  n")
        for row in grouped:
            self.say("  " + grouped_line(row))

    def save(self, name, stage, **more):
        """.run/results/NAME.json; with RECORD=1 also docs/results/NAME-STAGE.json, which the READMEs show."""
        paths = [ROOT / f".run/results/{name}.json"]
        if os.environ.get("RECORD") == "1":
            paths.append(ROOT / f"docs/results/{name}-{stage}.json")
        document = {"machine": machine(), "results": self.rows, **more}
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, indent=1) + "\n")
            self.say(f"written: {path.relative_to(ROOT)}")

    @property
    def all_hold(self):
        return all(row["holds"] is not False for row in self.rows)


def percentile(ordered, percent):
    """The smallest value that `percent` of them do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def rounded(value):
    return round(value, 3) if abs(value) < 100 else round(value)


def line(row):
    sign = {"at least": "≥", "at most": "≤", None: " "}[row["bound"]]
    bar = "" if row["bar"] is None else f"{sign} {row['bar']}"
    verdict = {True: "holds", False: "MISSED", None: ""}[row["holds"]]
    low, high = row["spread"]
    return f"{row['name']:<58} {row['measured']:>10} {bar:>12} {f'{low} … {high}':>19}  {row['n']}  {row['unit']:<6} {verdict}"


def grouped_line(row):
    failed = f"  {row['failed']} FAILED" if row.get("failed") else ""
    return f"{row['name']:<78} {row['p50']:>9} {row['p99']:>9}  {row['n']}{failed}"


def machine():
    def output(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=10, cwd=ROOT).stdout.strip().splitlines()[0]
        except (OSError, IndexError, subprocess.TimeoutExpired):
            return "unknown"

    model = "unknown"
    for text in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if text.startswith("model name"):
            model = text.split(":", 1)[1].strip()
            break
    return {
        "cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
        "commit": output("git", "rev-parse", "--short", "HEAD"),
        "gcc": output("gcc", "--version"), "postgresql": output("psql", "--version"),
        "libmicrohttpd": output("pkg-config", "--modversion", "libmicrohttpd"),
    }
