"""What a stage consists of, as make sees it: the files that it has, from itself and from the stages before."""
import collections
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
Stage = collections.namedtuple("Stage", "name wire config sources queries migrations servers libraries packages settings services entry ports programs")


def stage(name):
    """The stage called `name` (in full, or by its number)."""
    result = subprocess.run(["make", "--no-print-directory", "-s", f"STAGE={name}", "stage-files"], cwd=ROOT,
                            capture_output=True, text=True, timeout=60)
    if result.returncode != 0:
        raise SystemExit(result.stderr.strip().splitlines()[-1] if result.stderr else "make cannot tell about the stage")
    lines = dict(line.split(":", 1) for line in result.stdout.splitlines())
    words = {key: value.split() for key, value in lines.items()}
    words["name"] = words["name"][0]
    return Stage(**words)


def before(name):
    """The stage before; of the first, nothing."""
    names = sorted(path.parent.name for path in ROOT.glob("stages/*/stage.mk"))
    place = names.index(stage(name).name)
    if place == 0:
        raise SystemExit(f"there is no stage before {names[0]}: say which two with FROM=… TO=…")
    return names[place - 1]


def statements(paths):
    """{name: SQL} of some queries.sql files; a later one replaces a name."""
    found = {}
    for path in paths:
        text = (ROOT / path).read_text()
        for block in re.split(r"^-- name: ", text, flags=re.M)[1:]:
            name, sql = block.split("\n", 1)
            lines = [line for line in sql.splitlines() if line.strip() and not line.lstrip().startswith("--")]
            found[name.strip()] = "\n".join(lines).rstrip().rstrip(";")
    return found
