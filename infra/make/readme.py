#!/usr/bin/python3
"""Writes the generated parts of READMEs between their markers, or checks that they are current.

    readme.py            rewrite
    readme.py --check    exit 1 and name the files whose parts are out of date

A part is `<!-- begin: NAME -->` … `<!-- end: NAME -->` in stages/*/README.md:
  adds    what the stage's folder and its stage.mk add
  bench   the table of docs/results/bench-<stage>.json, as the last full run wrote it
  routes  the answer times in the same file: every route on the large data set
  soak    the table of docs/results/soak-<stage>.json
  explain the table of stages/<stage>/proof/explain.json, as RECORD=1 make explain wrote it
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def adds(stage):
    folder, facts = ROOT / "stages" / stage, {}
    for line in (folder / "stage.mk").read_text().splitlines():
        match = re.match(r"(STAGE_[A-Z]+)\s*[:+]?=\s*(.*)", line)
        if match and match.group(2).strip():
            facts[match.group(1)] = match.group(2).split()
    queries = folder / "queries.sql"
    rows = [("wiring", [path.split("/")[-1] for path in facts.get("STAGE_WIRE", [])]),
            ("servers", facts.get("STAGE_SERVERS", [])),
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


NOTHING = "_No full run has been committed yet._"
PARTS = {"adds": adds, "bench": bars("bench"), "routes": routes, "soak": bars("soak"), "explain": explain}


def rendered(path):
    def part(match):
        name = match.group(1)
        return f"<!-- begin: {name} -->\n{PARTS[name](path.parent.name)}\n<!-- end: {name} -->"
    return re.sub(r"<!-- begin: ([a-z]+) -->.*?<!-- end: \1 -->", part, path.read_text(), flags=re.S)


def main():
    stale = []
    for path in sorted(ROOT.glob("stages/*/README.md")):
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
