"""The statements `make explain` has no values for: planned on both sides, not run.

PostgreSQL plans a statement without its values (a generic plan) and says which tables it would read whole and which
through an index. That needs no case to be thought up, changes nothing, and covers every named statement, those that write too.
"""
import json
import re

MARK = "=== statement ==="
PLANNED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.I)


def parameters(sql):
    return max((int(number) for number in re.findall(r"\$(\d+)", sql)), default=0)


def script(texts, names, gone):
    lines = ["\\set ON_ERROR_STOP on", "BEGIN;", "SET LOCAL lock_timeout = '5s';", "SET LOCAL plan_cache_mode = force_generic_plan;"]
    lines += [f"DROP INDEX {name};" for name in gone]
    for number, name in enumerate(names):
        values = ", ".join(["NULL"] * parameters(texts[name]))
        lines += [f"PREPARE planned_{number} AS {texts[name]};", f"\\echo '{MARK}'",
                  f"EXPLAIN (FORMAT JSON) EXECUTE planned_{number}{f'({values})' if values else ''};"]
    return "\n".join(lines + ["ROLLBACK;"])


def reads(node):
    """What the plan reads, in its order: an index by its name, a whole table as "all of it"."""
    kind = node["Node Type"]
    if node.get("Index Name"):
        yield node["Index Name"]
    elif kind == "Seq Scan":
        yield f"all of {node['Relation Name']}"
    for child in node.get("Plans", []):
        yield from reads(child)


def table(texts_before, texts_after, without, gone, run):
    """Prints a line for each statement that has no case; `run` sends a script to psql and answers its output."""
    names = [name for name, sql in texts_after.items() if name not in without and PLANNED.match(sql)]
    common = [name for name in names if name in texts_before and PLANNED.match(texts_before[name])]

    def asked(texts, which, dropped):
        answers = run(script(texts, which, dropped)).split(MARK)[1:]
        return {name: ", ".join(dict.fromkeys(reads(json.loads(answer)[0]["Plan"]))) or "no table" for name, answer in zip(which, answers)}
    before, after = asked(texts_before, common, gone), asked(texts_after, names, [])
    print(f"\n{len(names)} more statements, planned without values and not run: what each of them reads")
    for name in names:
        old = before.get(name, "(is new)")
        print(f"  {name:<32} {old:<52} {'the same' if old == after[name] else after[name]}")
