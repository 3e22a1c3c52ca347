"""pgbench over TCP with prepared statements, running statements of the shop by name.

A script file is pgbench's language plus one thing: a line "@name a b" stands for the statement `name` of
some queries.sql with $1, $2, … replaced by the arguments (~ is a space). "@name a b \\gset 1 of 11 booking"
keeps the first of its 11 columns in :booking. So both sides run the same text, and a statement that changes changes
here too.
"""
import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def statements(stage):
    """name -> SQL, as the build sees them."""
    found = {}
    files = sorted(ROOT.glob("common/modules/*/queries.sql")) + sorted(ROOT.glob(f"stages/{stage}/queries.sql"))
    for path in files:
        for block in re.split(r"^-- name: ", path.read_text(), flags=re.M)[1:]:
            name, sql = block.split("\n", 1)
            lines = [line for line in sql.splitlines() if not line.strip().startswith("--")]
            found[name.strip()] = " ".join(" ".join(lines).split()).rstrip("; ")
    return found


def expand(script, stage):
    known = statements(stage)
    lines = []
    for line in script.splitlines():
        if not line.startswith("@"):
            lines.append(line)
            continue
        words = line[1:].split()
        keep = None
        if "\\gset" in words:
            at = words.index("\\gset")
            column, _, columns, keep = words[at + 1:at + 5]
            words = words[:at]
        sql = known[words[0]]
        for number in range(len(words) - 1, 0, -1):
            sql = sql.replace(f"${number}", words[number].replace("~", " "))
        if keep:
            names = ", ".join(f"c{number}" for number in range(1, int(columns) + 1))
            sql = f"SELECT c{column} AS {keep} FROM ({sql}) AS answer ({names}) \\gset"
        lines.append(sql if keep else sql + ";")
    return "\n".join(lines) + "\n"


def rate(stack, path, clients, seconds, variables):
    """Transactions (scripts) per second."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(expand(pathlib.Path(path).read_text(), stack.stage))
        script.flush()
        command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", script.name]
        for name, value in variables.items():
            command += ["-D", f"{name}={value}"]
        result = subprocess.run(command, env=dict(os.environ, **stack.pg_environment()),
                                capture_output=True, text=True, timeout=seconds + 120)
    match = re.search(r"tps = ([\d.]+) \(without initial", result.stdout)
    if result.returncode != 0 or not match:
        raise SystemExit(f"pgbench failed:\n{result.stdout}\n{result.stderr}")
    return float(match.group(1))
