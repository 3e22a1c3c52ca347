#!/usr/bin/python3
"""Writes the generated parts of READMEs between their markers, or checks that they are current.

    readme.py            rewrite
    readme.py --check    exit 1 and name the files whose parts are out of date

A part is `<!-- begin: NAME -->` … `<!-- end: NAME -->` in stages/*/README.md, infra/kit/README.md,
terraform/README.md or tests/faults/README.md:
  adds    what the stage's folder and its stage.mk add
  bench   the table of docs/results/bench-<stage>.json, as the last full run wrote it
  routes  the answer times in the same file: every route on the large data set
  soak    the table of docs/results/soak-<stage>.json
  kill    the table of docs/results/kill-<stage>.json, as RECORD=1 make kill wrote it
  explain the table of stages/<stage>/proof/explain.json, as RECORD=1 make explain wrote it
  proof   the table and the plots of stages/<stage>/proof/result.json, as make prove wrote it
  kit     the table of docs/results/kit.json, as RECORD=1 make test-kit wrote it
  costs   the table of docs/results/cost-*.json and capacity-*.json, as RECORD=1 make cost and make capacity wrote them
  drills  the table of docs/results/faults-*.json, as RECORD=1 make faults wrote them
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/prove"), str(ROOT / "tests/support"), str(ROOT / "infra/make"), str(ROOT / "terraform")]
import cost  # noqa: E402
import figures as prove  # noqa: E402
import stages  # noqa: E402
from plots import CAPTIONS  # noqa: E402


def adds(stage):
    folder, facts = ROOT / "stages" / stage, {}
    for line in (folder / "stage.mk").read_text().splitlines():
        match = re.match(r"(STAGE_[A-Z]+)\s*[:+]?=\s*(.*)", line)
        if match and match.group(2).strip():
            facts[match.group(1)] = match.group(2).split()
    queries = folder / "queries.sql"
    servers = facts.get("STAGE_SERVERS", [])
    if any("$(" in word for word in servers):  # it depends on something: as it is when nothing is said
        earlier = stages.stage(stages.before(stage)).servers
        servers = [name for name in stages.stage(stage).servers if name not in earlier]
    rows = [("wiring", [path.split("/")[-1] for path in facts.get("STAGE_WIRE", [])]),
            ("servers", servers),
            ("sources", [path.split("/")[-1] for path in facts.get("STAGE_SOURCES", [])]),
            ("statements", re.findall(r"^-- name: (\w+)", queries.read_text(), re.M) if queries.exists() else []),
            ("migrations", [path.name for path in sorted(folder.glob("migrations/*.sql"))]),
            ("libraries", facts.get("STAGE_LIBRARIES", []))]
    lines = ["| | |", "| --- | --- |"]
    lines += [f"| {name} | {', '.join(f'`{value}`' for value in values)} |" for name, values in rows if values]
    return "\n".join(lines)


def result(name, stage):
    """A committed result, or None."""
    path = ROOT / "docs/results" / f"{name}-{stage}.json"
    return json.loads(path.read_text()) if path.exists() else None


def machine(name, stage, document):
    facts = document["machine"]
    return ["", f"Measured on {facts['cores']} cores ({facts['cpu']}), {facts['postgresql']}, "
                f"libmicrohttpd {facts['libmicrohttpd']}, commit {facts['commit']}; "
                f"[raw figures](../../docs/results/{name}-{stage}.json)."]


def bars(name):
    def table(stage):
        document = result(name, stage)
        if document is None:
            return NOTHING
        lines = ["| what | median | bar | spread | n |", "| --- | --- | --- | --- | --- |"]
        for row in document["results"]:
            if "group" in row:
                continue
            sign = {"at least": "≥ ", "at most": "≤ ", None: ""}[row["bound"]]
            bar = "" if row["bar"] is None else f"{sign}{row['bar']} {row['unit']}{'' if row['holds'] else ' **missed**'}"
            low, high = row["spread"]
            lines.append(f"| {row['name']} | {row['measured']} {row['unit']} | {bar} | {low} … {high} | {row['n']} |")
        return "\n".join(lines + machine(name, stage, document))
    return table


def routes(stage):
    rows = [row for row in (result("bench", stage) or {"results": []})["results"] if row.get("group") == "routes"]
    lines = ["| route | asked for | p50 ms | p99 ms | n |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| `{row['route']}` | {row['how']} | {row['p50']} | {row['p99']} | {row['n']} |" for row in rows]
    return "\n".join(lines) if rows else NOTHING


def kill(stage):
    document = result("kill", stage)
    if document is None:
        return NOTHING
    lines = ["| what | times | orders answered | entries of the provider | receipts | rules that hold |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {row['name']} | {row['measured']} | {row['orders']} | {row['entries']} | {row['receipts']} | {row['rules']} |"
              for row in document["results"]]
    return "\n".join(lines + machine("kill", stage, document))


def explain(stage):
    path = ROOT / "stages" / stage / "proof/explain.json"
    if not path.exists():
        return NOTHING
    document = json.loads(path.read_text())
    lines = ["| statement | case | before, ms | pages | after, ms | pages | |", "| --- | --- | --- | --- | --- | --- | --- |"]
    lines += [f"| `{row['statement']}` | {row['case']} | {row['before_ms']:.2f} | {row['before_pages']} | {row['after_ms']:.2f} "
              f"| {row['after_pages']} | {row['factor']:g} × |" for row in document["results"]]
    return "\n".join(lines + ["", f"Planning and execution inside PostgreSQL, the fastest of {document['runs']}; pages of 8 KiB; "
                                   f"[raw figures](proof/explain.json)."])


def proof(stage):
    folder = ROOT / "stages" / stage / "proof"
    if not (folder / "result.json").exists():
        return NOTHING
    document = json.loads((folder / "result.json").read_text())
    lines = ["| claim | before | after | effect | 95 % interval | bar | |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for claim in document["claims"]:
        effect, spread, bar = prove.effect_of(claim)
        sides = [prove.figure(claim[side], claim["unit"]) for side in ("before", "after")]
        cost = ", a cost" if claim["kind"] == "cost" else ""
        lines.append(f"| {claim['claim']}{cost} | {sides[0]} | {sides[1]} | {effect} | {spread} | {bar} | "
                     f"{'holds' if claim['holds'] else '**does not hold**: ' + str(claim['why'])} |")
    facts = document["machine"]
    lines += ["", f"**{document['verdict']}**: before is {document['before']}, after is {document['after']}, on the {document['data']['set']} data set; "
                  f"{facts['cores']} cores ({facts['cpu']}), {facts['postgresql']}, commit {facts['commit']}, {document['day']}. The effect is the "
                  f"{document['method']}. [Raw figures](proof/result.json), [what is measured](proof/proof.yaml).", ""]
    lines += [f"![{caption}](proof/{name}.svg)\n" for name, caption in CAPTIONS.items() if (folder / f"{name}.svg").exists()]
    return "\n".join(lines).rstrip()


# what is known of a stage on a container host (and on AWS), and in a cluster: name in kit.json: (title, unit)
ON_A_HOST = {"image_mb": ("on top of the base", "MB"), "own_mb": ("of that ours", "MB"), "build_seconds": ("built in", "s"), "up_seconds": ("up in", "s"),
             "containers": ("containers", ""), "killed": ("killed while people shopped", ""), "orders": ("orders answered meanwhile", ""),
             "rules": ("rules that hold", ""), "down_seconds": ("down in", "s"), "aws_resources": ("resources on AWS, made and gone again", "")}
IN_A_CLUSTER = {"cluster_objects": ("objects the server takes", ""), "cluster_pods": ("pods", ""), "cluster_up_seconds": ("deployed where nothing runs, in", "s"),
                "cluster_down_seconds": ("gone in", "s"), "node_up_seconds": ("deployed on a real node, in", "s"), "node_down_seconds": ("gone in", "s"),
                "fork_build_seconds": ("images of its fork built in", "s")}


def kit(_):
    path = ROOT / "docs/results/kit.json"
    if not path.exists():
        return NOTHING
    document = json.loads(path.read_text())

    def cell(value, unit):
        return "–" if value is None else ", ".join(value) if isinstance(value, list) else f"{value} {unit}".strip()

    def table(columns):
        lines = ["| stage | " + " | ".join(title for title, _ in columns.values()) + " |", "| --- |" + " --- |" * len(columns)]
        return lines + [f"| {stage} | " + " | ".join(cell(row.get(name), unit) for name, (_, unit) in columns.items()) + " |"
                        for stage, row in sorted(document["stages"].items())] + [""]
    facts, commits = document["machine"], sorted({row["commit"] for row in document["stages"].values()})
    return "\n".join(table(ON_A_HOST) + table(IN_A_CLUSTER) + [
        f"Measured on {facts['cores']} cores ({facts['cpu']}), commit {', '.join(commits)}; [raw figures](../../docs/results/kit.json)."])


def drills(_):
    lines = ["| stage | minutes | faults | orders answered | of these confirmed | violations | rules | |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for path in sorted((ROOT / "docs/results").glob("faults-*.json")):
        row = json.loads(path.read_text())
        good = not (row["audit"]["violations"] or row["deaths"] or row["problems"] or row["left"])
        lines.append(f"| {row['stage']} | {row['seconds'] / 60:g} | {len(row['faults'])} of {row['planned']} | {sum(row['told'].values()):,} | {row['told'].get('confirmed', 0):,} "
                     f"| {row['audit']['violations']} | {row['audit']['rules']} | {'PASS' if good else '**FAIL**'}, seed {row['seed']}, "
                     f"commit {row['machine']['commit']}, [raw figures](../../docs/results/{path.name}) |")
    return "\n".join(lines) if len(lines) > 2 else NOTHING


def costs(_):
    """Of each stage: the bill as `RECORD=1 make cost` found it, and what it carries as `RECORD=1 make capacity` did."""
    lines = ["| stage | dollars a month | requests/s | orders confirmed/s | dollars per million requests | per thousand bookings |", "| --- | --- | --- | --- | --- | --- |"]
    bills = {path.stem.removeprefix("cost-"): json.loads(path.read_text()) for path in sorted((ROOT / "docs/results").glob("cost-*.json"))}
    known = [(stage, bill, carries) for stage, bill in bills.items() if (carries := result("capacity", stage))]
    if not known:
        return NOTHING
    for stage, bill, carries in known:
        rows = [f"{row['measured']:,.0f} ({row['spread'][0]:,.0f} … {row['spread'][1]:,.0f})" for row in carries["results"]]
        million, thousand = map(cost.digits, cost.for_each(bill["dollars_a_month"], stage))
        lines.append(f"| {stage} | {bill['dollars_a_month']:.2f} | {rows[0]} | {rows[1]} | {million} | {thousand} |")
    facts = carries["machine"]
    return "\n".join(lines + ["", f"List prices as of {bill['as_of']}; medians of n = {carries['results'][0]['n']}, the published mix in a closed loop on the demo data, the whole stage "
                              f"on {facts['cores']} cores ({facts['cpu']}), commit {facts['commit']}."])


NOTHING = "_No full run has been committed yet._"
PARTS = {"adds": adds, "bench": bars("bench"), "routes": routes, "soak": bars("soak"), "kill": kill, "explain": explain, "proof": proof,
         "kit": kit, "drills": drills, "costs": costs}


def rendered(path):
    def part(match):
        name = match.group(1)
        return f"<!-- begin: {name} -->\n{PARTS[name](path.parent.name)}\n<!-- end: {name} -->"
    return re.sub(r"<!-- begin: ([a-z]+) -->.*?<!-- end: \1 -->", part, path.read_text(), flags=re.S)


def main():
    stale = []
    for path in [*sorted(ROOT.glob("stages/*/README.md")), ROOT / "infra/kit/README.md", ROOT / "terraform/README.md", ROOT / "tests/faults/README.md"]:
        text = rendered(path)
        if text != path.read_text():
            stale.append(str(path.relative_to(ROOT)))
            if "--check" not in sys.argv:
                path.write_text(text)
    if "--check" in sys.argv and stale:
        print("out of date, run `make readme`: " + ", ".join(stale))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
