#!/usr/bin/python3
"""`make explain STAGE=NN`: how PostgreSQL runs a stage's statements, before it and with it, side by side.

Asks for EXPLAIN (ANALYZE, BUFFERS) of the cases in stages/NN-name/proof/explain.sql, on the database that is open
(make up STAGE=NN DATA=large). There is one database: the side before runs in a transaction that takes the stage's
indexes away and is rolled back, so nobody else should be using it meanwhile. Each case runs three times, the
fastest counts: planning and execution, everything in memory that fits. All other statements follow, planned but not
run (planned.py). RECORD=1 keeps the figures for the README.

    explain.py [FROM] TO [CASE …]      only cases whose name contains one of the words; then with whole plans
"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

import planned
import stages

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARK = "=== case ==="
RUNS = 3


def cases(stage):
    path = ROOT / "stages" / stage / "proof/explain.sql"
    if not path.exists():
        raise SystemExit(f"stage {stage} has no cases: there is no {path.relative_to(ROOT)}")
    return re.findall(r"^-- explain: (\w+) / (.*)\n(\(.*\))$", path.read_text(), re.M)


def environment():
    result = subprocess.run([str(ROOT / "infra/local/stack"), "env"], capture_output=True, text=True, timeout=60)
    settings = dict(line.split("=", 1) for line in result.stdout.splitlines() if "=" in line)
    if "PGPORT" not in settings:
        raise SystemExit("no database is open:  make up DATA=large")
    return {name: value for name, value in settings.items() if name.startswith("PG")}


def new_indexes(earlier, later):
    """Names of the indexes, with their schema, that the later stage's migrations make."""
    found = []
    for path in later.migrations:
        if path not in earlier.migrations:
            found += re.findall(r"CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(\w+)\s+ON (\w+)\.",
                                (ROOT / path).read_text())
    return [f"{schema}.{name}" for name, schema in found]


def script(texts, wanted, gone):
    lines = ["\\set ON_ERROR_STOP on", "SET statement_timeout = '120s';", "BEGIN;", "SET LOCAL lock_timeout = '5s';"]
    lines += [f"DROP INDEX {name};" for name in gone]
    for number, (name, _, parameters) in enumerate(wanted):
        lines.append(f"PREPARE case_{number} AS {texts[name]};")
        for _ in range(RUNS):
            lines += [f"\\echo '{MARK}'", f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE case_{number} {parameters};"]
    return "\n".join(lines + ["ROLLBACK;"])


def psql(text, variables):
    result = subprocess.run(["psql", "-qXAt"], input=text, env=dict(os.environ, **variables), capture_output=True,
                            text=True, timeout=600)
    if result.returncode != 0:
        raise SystemExit(f"psql: {result.stderr.strip()}")
    return result.stdout


def ask(text, variables):
    """The plans, [[run, …], …] case by case."""
    plans = [json.loads(part)[0] for part in psql(text, variables).split(MARK)[1:]]
    return [plans[at:at + RUNS] for at in range(0, len(plans), RUNS)]


def milliseconds(plan):
    return plan["Planning Time"] + plan["Execution Time"]


def pages(plan):
    return plan["Plan"].get("Shared Hit Blocks", 0) + plan["Plan"].get("Shared Read Blocks", 0)


def tree(node, depth=0):
    """One line for each step: what it does to what, rows, pages."""
    where = node.get("Index Name") or node.get("Relation Name") or node.get("CTE Name") or ""
    blocks = node.get("Shared Hit Blocks", 0) + node.get("Shared Read Blocks", 0)
    loops = f" x{node['Actual Loops']}" if node["Actual Loops"] > 1 else ""
    yield f"{'  ' * depth}{node['Node Type']} {where}: {node['Actual Rows']} rows{loops}, {blocks} pages"
    for child in node.get("Plans", []):
        yield from tree(child, depth + 1)


def side_by_side(left, right, width=68):
    left, right = list(tree(left["Plan"])), list(tree(right["Plan"]))
    for number in range(max(len(left), len(right))):
        one = left[number] if number < len(left) else ""
        two = right[number] if number < len(right) else ""
        print(f"    {one[:width]:<{width}} | {two[:width]}")


def main():
    words = sys.argv[1:]
    named = [word for word in words if re.fullmatch(r"\d\d(-[a-z-]+)?", word)]
    if not 1 <= len(named) <= 2:
        raise SystemExit(__doc__)
    later = stages.stage(named[-1])
    earlier = stages.stage(named[0] if len(named) == 2 else stages.before(later.name))
    filters = [word for word in words if word not in named]
    wanted = [case for case in cases(later.name) if not filters or any(word in " / ".join(case[:2]) for word in filters)]
    variables = environment()
    gone = new_indexes(earlier, later)
    print(f"{len(wanted)} cases on {variables['PGDATABASE']}: {earlier.name} (without {len(gone)} indexes), then {later.name}",
          flush=True)
    texts = stages.statements(earlier.queries), stages.statements(later.queries)
    first = ask(script(dict(texts[1], **texts[0]), wanted, gone), variables)
    second = ask(script(texts[1], wanted, []), variables)
    print(f"\n{'statement':<24} {'case':<36} {'before ms':>10} {'pages':>8} {'after ms':>10} {'pages':>8} {'factor':>8}")
    rows = []
    for (name, how, _), left, right in zip(wanted, first, second):
        left, right = min(left, key=milliseconds), min(right, key=milliseconds)
        row = {"statement": name, "case": how, "before_ms": round(milliseconds(left), 3), "before_pages": pages(left),
               "after_ms": round(milliseconds(right), 3), "after_pages": pages(right)}
        row["factor"] = round(row["before_ms"] / row["after_ms"], 1)
        rows.append(row)
        print(f"{name:<24} {how:<36} {row['before_ms']:>10.2f} {row['before_pages']:>8} {row['after_ms']:>10.2f} "
              f"{row['after_pages']:>8} {row['factor']:>8.1f}")
        if filters or os.environ.get("PLANS") == "1":
            side_by_side(left, right)
    if not filters:
        planned.table(*texts, {name for name, *_ in wanted}, gone, lambda text: psql(text, variables))
    if os.environ.get("RECORD") == "1" and not filters:
        path = ROOT / "stages" / later.name / "proof/explain.json"
        path.write_text(json.dumps({"from": earlier.name, "to": later.name, "database": variables["PGDATABASE"],
                                    "day": datetime.date.today().isoformat(), "runs": RUNS, "results": rows}, indent=1) + "\n")
        print(f"\nkept in {path.relative_to(ROOT)}; make readme shows it")


if __name__ == "__main__":
    main()
