"""Reads stages/NN-name/proof/proof.yaml (README.md here says what may stand in it) and refuses what cannot be meant.

A proof takes a quarter of an hour. A misspelt key must not be found after it but before: whatever is not known, or
names what does not exist, ends the program with the place. QUICK=1 and ONLY are applied here too, so that the
rest of the machinery knows one plan and no modes.
"""
import dataclasses
import importlib.util
import pathlib
import re
import sys

import yaml
from claims import RUNS_MAX
from measurement import Measurement
from stack import ROOT

TIMES = ("p50", "p90", "p95", "p99", "p99_9", "max", "mean")
RATES = ("requests_per_s", "visits_per_s", "bookings_per_s")
WORK = {"statements": "", "rows": "", "pages": "pages", "db_ms": "ms"}
WRITTEN = {"wal_bytes": "B", "wal_records": ""}
ARRIVALS = ("constant", "poisson")
SIZES = ("database.bytes", "database.index_bytes", "database.table_bytes")
UNITS = {**{name: "ms" for name in TIMES}, **{name: "/s" for name in RATES}, "failed": "", **WORK, **WRITTEN}


class Wrong(SystemExit):
    """Something in the proof's files cannot be meant; exit code 2."""

    def __init__(self, text):
        print(f"prove: {text}", file=sys.stderr)
        super().__init__(2)


@dataclasses.dataclass
class Workload:
    name: str
    title: str
    mix: pathlib.Path | None
    get: str | None
    token: str | None
    rate: float | None
    saturate: int | None
    share: float | None
    seconds: float
    warmup: float
    fill: float
    rounds: int
    set: dict

    def text(self):
        """What the load generator will run; a workload of one request has no file of its own."""
        if self.mix:
            return self.mix.read_text()
        token = f"\n        token: \"{self.token}\"" if self.token else ""
        return f"visits:\n  - name: {self.name}\n    weight: 1\n    steps:\n      - name: {self.name}\n        get: {self.get}{token}\n"


@dataclasses.dataclass
class Plan:
    stage: str
    folder: pathlib.Path
    data: str
    shop: dict
    provider: dict
    prepare: list
    values: dict
    people: int | str
    workloads: dict
    sweep: dict | None
    growth: dict | None
    claims: list
    measurements: dict
    quantities: dict
    units: dict
    whole: bool = True   # nothing was left out: may become the stage's result
    quick: bool = False
    rounds: int = 5
    arrivals: str = ARRIVALS[0]

    def unit(self, metric):
        if metric in SIZES:
            return "B"
        return "×" if metric.startswith("growth.") else self.units.get(metric.split(".")[-1], "")

    def counts(self):
        """Does any claim need the shop's own counters? Reading them takes a second of patience."""
        used = {claim["metric"].split(".")[-1] for claim in self.claims}
        return bool(used & set(self.quantities)) or any(name.endswith("_total") for name in used)


class Reader:
    """A mapping of the file, with its place; every key is taken once, and what is left over is unknown."""

    def __init__(self, place, mapping):
        if not isinstance(mapping, dict):
            raise Wrong(f"{place}: this is to be a mapping of keys, not {mapping!r}")
        self.place, self.left = place, dict(mapping)

    def take(self, key, kind, default=dataclasses.MISSING, check=lambda value: True, what=""):
        if key not in self.left:
            if default is dataclasses.MISSING:
                raise Wrong(f"{self.place}: '{key}' is missing")
            return default
        value = self.left.pop(key)
        if not isinstance(value, kind) or isinstance(value, bool) or not check(value):
            raise Wrong(f"{self.place}: {key} is {value!r}, which is not {what or 'what it should be'}")
        return value

    def end(self):
        if self.left:
            raise Wrong(f"{self.place}: unknown {', '.join(sorted(map(str, self.left)))}; tests/prove/README.md has the keys")


NUMBER = (int, float)


def positive(value):
    return value > 0


def read_workload(name, place, mapping, folder, rounds):
    reader = Reader(f"{place}: workload {name}", mapping)
    given = reader.take("mix", str, None)
    get = reader.take("get", str, None, lambda path: path.startswith("/"), "a path")
    rate = reader.take("rate", NUMBER, None, positive, "a number of visits per second")
    saturate = reader.take("saturate", int, None, positive, "a number of connections")
    share = reader.take("share", NUMBER, None, lambda value: 0 < value <= 1, "a share of what the stage before can do, up to 1")
    if (given is None) == (get is None):
        raise Wrong(f"{reader.place}: give either a mix or a path to get")
    if sum(how is not None for how in (rate, saturate, share)) != 1:
        raise Wrong(f"{reader.place}: give either a rate or a share (open loop), or saturate (closed loop)")
    workload = Workload(
        name=name, title=reader.take("title", str, name), mix=mix_file(given, folder, reader.place), get=get,
        token=reader.take("token", str, None), rate=rate, saturate=saturate, share=share,
        seconds=reader.take("seconds", NUMBER, 6, positive, "a number of seconds"),
        warmup=reader.take("warmup", NUMBER, 1, lambda value: value >= 0, "a number of seconds"),
        fill=reader.take("fill", NUMBER, 0, lambda value: value >= 0, "a number of seconds"),
        rounds=reader.take("rounds", int, rounds, lambda n: 5 <= n <= RUNS_MAX, f"a number from 5 to {RUNS_MAX}"),
        set=reader.take("set", dict, {}))
    reader.end()
    return workload


def mix_file(given, folder, place):
    if given is None:
        return None
    found = [path for path in (folder / given, ROOT / given) if path.is_file()]
    if not found:
        raise Wrong(f"{place}: there is no mix {given}, neither in {folder.relative_to(ROOT)} nor from the root")
    return found[0]


def one_by_one(mix):
    """A mix whose visits are the single requests of another one, as often as they occur in it. Without think times what is
    offered is offered at once, and a run of a few seconds has whole visits in it."""
    document = yaml.safe_load(mix.read_text())
    document["visits"] = [{"name": f"{visit['name']}-{number}", "weight": visit.get("weight", 1),
                           "steps": [{key: value for key, value in step.items() if key != "think_ms"}]}
                          for visit in document["visits"] for number, step in enumerate(visit["steps"])]
    return yaml.safe_dump(document, sort_keys=False, width=10 ** 6)


def read_sweep(place, mapping, folder):
    reader = Reader(f"{place}: sweep", mapping)
    sweep = {"text": one_by_one(mix_file(reader.take("mix", str), folder, reader.place)), "set": reader.take("set", dict, {}),
             "rates": reader.take("rates", list, check=lambda rates: rates and all(isinstance(one, NUMBER) and one > 0 for one in rates)
                                  and rates == sorted(rates), what="a growing list of rates"),
             "seconds": reader.take("seconds", NUMBER, 5, positive, "a number of seconds")}
    reader.end()
    return sweep


def read_growth(place, mapping, workloads, rounds):
    reader = Reader(f"{place}: growth", mapping)
    growth = {"sizes": reader.take("sizes", dict, check=lambda sizes: len(sizes) > 1, what="at least two sets of data with their numbers"),
              "unit": reader.take("unit", str),
              "workloads": reader.take("workloads", list, check=lambda names: set(names) <= set(workloads), what="a list of workloads above"),
              "seconds": reader.take("seconds", NUMBER, 2, positive, "a number of seconds"),
              "rounds": reader.take("rounds", int, rounds, lambda n: 2 <= n <= RUNS_MAX, f"a number from 2 to {RUNS_MAX}")}
    reader.end()
    growth["sizes"] = dict(sorted(growth["sizes"].items(), key=lambda size: size[1]))
    return growth


def read_claim(place, mapping):
    reader = Reader(f"{place}: claim {mapping.get('claim', mapping)!r}", mapping)
    least, most = reader.take("at_least", NUMBER, None), reader.take("at_most", NUMBER, None)
    if (least is None) == (most is None):
        raise Wrong(f"{reader.place}: give either at_least or at_most")
    kind = reader.take("kind", str, "gain", lambda kind: kind in ("gain", "cost", "limit"), "gain, cost or limit")
    shape = r"\w+" if kind == "limit" else r"\w+/\w+"
    effect = reader.take("effect", str, check=lambda text: re.fullmatch(shape, text),
                         what="one series, like after" if kind == "limit" else "a quotient, like before/after")
    claim = {"claim": reader.take("claim", str), "metric": reader.take("metric", str), "kind": kind, "effect": effect,
             "bound": "at most" if least is None else "at least", "bar": most if least is None else least}
    reader.end()
    return claim


def check_metric(claim, place, plan):
    """Claims about nothing: the workload, the request's name in its mix, or the quantity does not exist."""
    parts, quantities = claim["metric"].split("."), set(UNITS) | set(plan.quantities)
    if claim["metric"] in SIZES or parts[0] in plan.measurements:
        return
    if parts[0] == "growth":
        known = plan.growth is not None and parts[1:] and parts[1] in plan.growth["workloads"] and len(parts) == 2
    elif parts[0] in plan.workloads and len(parts) in (2, 3):
        known = parts[-1] in quantities or parts[-1].endswith("_total")
        if len(parts) == 3:
            known = known and re.search(rf"name: *{re.escape(parts[1])}\b", plan.workloads[parts[0]].text())
    else:
        known = False
    if not known:
        raise Wrong(f"{place}: claim {claim['claim']!r}: nothing measures {claim['metric']}")


def load_measures(folder):
    """measure.py of the stage, or nothing."""
    path = folder / "measure.py"
    if not path.exists():
        return {}, {}, {}
    spec = importlib.util.spec_from_file_location(f"measure_{folder.parent.name[:2]}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    measurements = getattr(module, "MEASUREMENTS", {})
    if not all(isinstance(one, Measurement) for one in measurements.values()):
        raise Wrong(f"{path.relative_to(ROOT)}: MEASUREMENTS holds something else than Measurement(function, seconds, quick)")
    return measurements, getattr(module, "QUANTITIES", {}), getattr(module, "UNITS", {})


def read(stage, folder=None):
    """The whole plan of a stage, as it stands in its file."""
    folder = folder or ROOT / "stages" / stage / "proof"
    path = folder / "proof.yaml"
    if not path.exists():
        raise Wrong(f"stage {stage} has nothing to prove: there is no {path.relative_to(ROOT)}")
    place = str(path.relative_to(ROOT))
    try:
        reader = Reader(place, yaml.safe_load(path.read_text()))
    except yaml.YAMLError as why:
        raise Wrong(f"{place}: this is not YAML: {why}") from why
    rounds = reader.take("rounds", int, 5, lambda n: 5 <= n <= RUNS_MAX, f"a number from 5 to {RUNS_MAX}")
    workloads = {name: read_workload(name, place, one, folder, rounds) for name, one in reader.take("workloads", dict, {}).items()}
    measurements, quantities, units = load_measures(folder)
    sweep, growth = reader.take("sweep", dict, None), reader.take("growth", dict, None)
    plan = Plan(
        stage=stage, folder=folder, data=reader.take("data", str, "large"), shop=reader.take("shop", dict, {}),
        provider=reader.take("provider", dict, {}), prepare=reader.take("prepare", list, []), values=reader.take("values", dict, {}),
        people=reader.take("people", (int, str), 200), workloads=workloads,
        sweep=sweep and read_sweep(place, sweep, folder), growth=growth and read_growth(place, growth, workloads, rounds),
        claims=[read_claim(place, one) for one in reader.take("claims", list)], measurements=measurements,
        quantities=quantities, units={**UNITS, **units}, rounds=rounds,
        arrivals=reader.take("arrivals", str, ARRIVALS[0], ARRIVALS.__contains__, f"one of {', '.join(ARRIVALS)}"))
    for claim in plan.claims:
        check_metric(claim, place, plan)
    plan.quick_changes = reader.take("quick", dict, None)
    reader.end()
    return plan


def quickly(plan, names=()):
    """The plan as QUICK=1 does it: small data, short runs, other bars, and only what `quick` names (or `names`)."""
    place = f"{plan.folder.relative_to(ROOT)}/proof.yaml: quick"
    if plan.quick_changes is None:
        raise Wrong(f"{place} is missing: it says what QUICK=1 measures, and on which data")
    reader = Reader(place, plan.quick_changes)
    plan.quick, plan.whole = True, False
    plan.data = reader.take("data", str)
    plan.rounds = reader.take("rounds", int, 3, lambda n: 2 <= n <= RUNS_MAX, f"a number from 2 to {RUNS_MAX}")
    seconds = reader.take("seconds", NUMBER, 1, positive, "a number of seconds")
    listed = reader.take("workloads", list, list(plan.workloads)) + reader.take("measurements", list, [])
    only(plan, names or listed, place)
    quantile = reader.take("quantile", str, None, lambda name: name in TIMES, f"one of {' '.join(TIMES)}")
    bars, rates = reader.take("bars", dict, {}), reader.take("rates", dict, {})
    reader.end()
    for workload in plan.workloads.values():
        workload.rounds, workload.seconds, workload.warmup = plan.rounds, seconds, min(workload.warmup, 0.3)
        workload.fill = 0
        if workload.name in rates and not workload.saturate:
            workload.rate, workload.share = rates[workload.name], None
    for claim in plan.claims:
        *parts, last = claim["metric"].split(".")
        if quantile and last in TIMES:
            claim["metric"], claim["claim"] = ".".join([*parts, quantile]), claim["claim"].replace(last, quantile)
        claim["bar"] = bars.pop(claim["metric"], claim["bar"])
    if bars and not names:
        raise Wrong(f"{place}: bars for {', '.join(bars)}, of which nothing is claimed here")
    return plan


def only(plan, names, place):
    """Leaves out all other workloads and measurements, and the claims about them."""
    for name in names:
        if name not in plan.workloads and name not in plan.measurements:
            raise Wrong(f"{place}: there is no workload or measurement '{name}'; there are: {' '.join([*plan.workloads, *plan.measurements])}")
    plan.whole, plan.sweep, plan.growth = False, None, None
    plan.workloads = {name: one for name, one in plan.workloads.items() if name in names}
    plan.measurements = {name: one for name, one in plan.measurements.items() if name in names}
    plan.claims = [claim for claim in plan.claims if claim["metric"].split(".")[0] in (*names, "database")]
    return plan
