"""The result of a proof: as a document, as the table at its end, as the part of the stage's README.

The document has everything that the table, the page and the plots show, so that they can be made again from it alone.
"""
import datetime
import json
import subprocess

from claims import METHOD, mean, verdict
from figures import effect_of, figure
from load import Statements
from results import ROOT, machine, rounded

QUANTILES = [0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 100]
TIMES = ("min", "p50", "p90", "p95", "p99", "p99_9", "max", "mean")


def pooled(samples):
    """[[per cent, ms], …] of all latencies of several runs: their histograms added up, bucket by bucket."""
    counts = {}
    for sample in samples:
        for low, high, count in sample.latencies()["buckets"]:
            counts[low, high] = counts.get((low, high), 0) + count
    total, points = sum(counts.values()), []
    for percent in QUANTILES if total else []:
        seen = 0
        for (low, high), count in sorted(counts.items()):
            seen += count
            if seen >= max(1, total * percent / 100):
                points.append([percent, rounded((low + high) / 2000)])
                break
    return points


def run_of(sample):
    """Raw quantiles of one run, in ms, and what else there is to say about it."""
    result, every = sample.result, sample.result["all"]
    return {"count": every["count"], "failed": result["failed"], "requests_per_s": result["requests_per_s"],
            "bookings_per_s": result["bookings_per_s"], "seconds": result["seconds"], "errors": result["errors"],
            "late_p99": result["late_us"]["p99"] / 1000, **{name: every[name] / 1000 for name in TIMES},
            "named": {name: {"count": one["count"], "failed": one["failed"], **{q: one[q] / 1000 for q in TIMES}}
                      for name, one in result["named"].items()} if len(result["named"]) > 1 else {},
            "database": sample.database}


def of_workload(workload, pairs):
    sides = {}
    for side in ("before", "after"):
        samples = [pair[side] for pair in pairs]
        sides[side] = {"curve": pooled(samples), "runs": [run_of(sample) for sample in samples],
                       "per_request": {name: rounded(sum(sample.database[name] for sample in samples) / sum(sample.requests for sample in samples))
                                       for name in Statements.FIELDS[:4]}}
    return {"title": workload.title, "mix": workload.text(), "rate": workload.rate, "share": workload.share, "saturate": workload.saturate,
            "seconds": workload.seconds, "warmup": workload.warmup, "fill": workload.fill, **sides}


def failures(plan, rounds):
    """How many requests failed in each run of each workload, of both sides."""
    found = [sample.result["failed"] for name in plan.workloads for pair in rounds.samples(name) for sample in pair.values()]
    return verdict({"claim": "failed requests, in each run of both sides", "metric": "failed", "kind": "limit", "effect": "runs", "bound": "at most",
                    "bar": 0}, {"runs": found or [0]})


def document(plan, sides, rounds, facts):
    metrics = rounds.metrics()
    claims = [{**verdict(claim, metrics[claim["metric"]]), "unit": plan.unit(claim["metric"])} for claim in plan.claims]
    claims.append({**failures(plan, rounds), "unit": ""})
    return {
        "stage": plan.stage, "before": sides[0].stage, "after": sides[1].stage,
        "verdict": "PASS" if all(claim["holds"] for claim in claims) else "FAIL",
        "day": datetime.datetime.now(datetime.timezone.utc).date().isoformat(), "quick": plan.quick, "whole": plan.whole, **facts,
        "method": METHOD, "arrivals": plan.arrivals, "machine": {**machine(), "memory_gb": memory_gb(), "uncommitted_changes": changed()},
        "data": {"set": plan.data, "loaded": sides[1].loaded(), "bytes": rounds.journal.get("bytes")},
        "claims": claims,
        "workloads": {name: of_workload(one, rounds.samples(name)) for name, one in plan.workloads.items()},
        "sweep": plan.sweep and {"mix": plan.sweep["text"], "seconds": plan.sweep["seconds"], **rounds.sweep_points()},
        "growth": plan.growth and {"unit": plan.growth["unit"], "sizes": plan.growth["sizes"], "points": rounds.growth_points(),
                                   "titles": {name: plan.workloads[name].title for name in plan.growth["workloads"]}},
        "metrics": metrics,
    }


def memory_gb():
    with open("/proc/meminfo") as file:
        return round(int(file.readline().split()[1]) / 1e6)


def changed():
    """Does the commit not say all about the programs?"""
    result = subprocess.run(["git", "status", "--porcelain", "--untracked-files=no"], cwd=ROOT, capture_output=True, text=True)
    return bool(result.stdout.strip())


# --- for people

def table(document):
    yield f"\n  {'claim':<52} {'before':>10} {'after':>10} {'effect':>9}  {'95 % interval':<17} {'bar':<9} n"
    for claim in document["claims"]:
        effect, spread, bar = effect_of(claim)
        sides = [figure(claim[name], claim["unit"]) for name in ("before", "after")]
        kind = {"gain": "", "cost": " (cost)", "limit": ""}[claim["kind"]]
        yield (f"  {claim['claim'] + kind:<52} {sides[0]:>10} {sides[1]:>10} {effect:>9}  {spread:<17} {bar:<9} {claim['n']}"
               f"  {'holds' if claim['holds'] else 'FAILS: ' + claim['why']}")


def closing(document):
    bad = sum(not claim["holds"] for claim in document["claims"])
    quick = ", quickly: not a result to keep" if document["quick"] else ""
    return f"\n{document['verdict']}  {document['after']} against {document['before']}: " + (
        f"{bad} of {len(document['claims'])} claims do not hold" if bad else f"all {len(document['claims'])} claims hold") + quick


def late(document):
    """Runs in which the generator itself was late: their figures are the machine's, not the shop's."""
    for name, one in document["workloads"].items():
        for side in ("before", "after"):
            runs = one[side]["runs"]
            lateness, usual = max(run["late_p99"] for run in runs), mean([run["p50"] for run in runs])
            if one["rate"] and lateness > max(5, usual):
                yield f"  note: {name}, {side}: the load generator was up to {lateness:.0f} ms late (p99): is the machine busy with something else?"


def write(document, path):
    """JSON with a line for each claim and each workload: what changes from one result to the next can be read in a diff."""
    def compact(value):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def part(value):
        if isinstance(value, list) and value:
            return "[\n  " + ",\n  ".join(map(compact, value)) + "]"
        if isinstance(value, dict) and value:
            return "{\n  " + ",\n  ".join(f"{compact(name)}:{compact(one)}" for name, one in value.items()) + "}"
        return compact(value)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n " + ",\n ".join(f"{compact(name)}: {part(value)}" for name, value in document.items()) + "\n}\n")
