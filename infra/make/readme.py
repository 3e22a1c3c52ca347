#!/usr/bin/python3
"""Writes the generated parts of READMEs between their markers, or checks that they are current.

    readme.py            rewrite
    readme.py --check    exit 1 and name the files whose parts are out of date

A part is `<!-- begin: NAME -->` … `<!-- end: NAME -->` in stages/*/README.md:
  adds    what the stage's stage.mk and folder add
  bench   the table of docs/results/bench-<stage>.json, as the last full run wrote it
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def adds(stage):
    facts = {}
    for line in (ROOT / "stages" / stage / "stage.mk").read_text().splitlines():
        match = re.match(r"(STAGE_[A-Z]+)\s*[:+]?=\s*(.*)", line)
        if match and match.group(2).strip():
            facts[match.group(1)] = match.group(2).split()
    rows = [("wiring", [path.split("/")[-1] for path in facts.get("STAGE_WIRE", [])]),
            ("servers", facts.get("STAGE_SERVERS", [])), ("sources", facts.get("STAGE_SOURCES", [])),
            ("migrations", facts.get("STAGE_MIGRATIONS", [])), ("libraries", facts.get("STAGE_LIBRARIES", []))]
    lines = ["| | |", "| --- | --- |"]
    lines += [f"| {name} | {', '.join(f'`{value}`' for value in values)} |" for name, values in rows if values]
    return "\n".join(lines)


def bench(stage):
    path = ROOT / "docs/results" / f"bench-{stage}.json"
    if not path.exists():
        return "_No full run has been committed yet._"
    document = json.loads(path.read_text())
    lines = ["| what | median | bar | spread | n |", "| --- | --- | --- | --- | --- |"]
    for row in document["results"]:
        sign = {"at least": "≥ ", "at most": "≤ ", None: ""}[row["bound"]]
        bar = "" if row["bar"] is None else f"{sign}{row['bar']} {row['unit']}{'' if row['holds'] else ' **missed**'}"
        low, high = row["spread"]
        lines.append(f"| {row['name']} | {row['measured']} {row['unit']} | {bar} | {low} … {high} | {row['n']} |")
    machine = document["machine"]
    lines.append("")
    lines.append(f"Measured on {machine['cores']} cores ({machine['cpu']}), {machine['postgresql']}, "
                 f"libmicrohttpd {machine['libmicrohttpd']}, commit {machine['commit']}; "
                 f"[raw figures](../../docs/results/{path.name}).")
    return "\n".join(lines)


PARTS = {"adds": adds, "bench": bench}


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
