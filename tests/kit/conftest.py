"""The deployment kit, for real: `make test-kit`. Needs root or a running container engine, and minutes.

What it measures goes to .run/results/kit.json; with RECORD=1 also to docs/results, from where infra/kit/README.md shows it.
A run of one file, or of one stage (-k 05), brings its own figures up to date and leaves the others as they are.
"""
import fcntl
import json
import os
import pathlib
import subprocess
import sys
import time

import pytest

from engine import Engine, Missing

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from results import machine  # noqa: E402

STAGES = sorted(path.parent.name for path in ROOT.glob("stages/*/stage.mk"))
DEPLOYABLE = [stage for stage in STAGES if (ROOT / f"infra/compose/{stage}.yaml").exists()]
PORT = 28080


def make(*words, cwd=ROOT, timeout=1200, check=True, **environment):
    """`make WORDS` in a checkout, or a fork; the finished process with its output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "STAGE", "SHOP_"))}
    environment = dict(clean, BUILD_OPTIONS="--network=host", SHOP_PORT=str(PORT), **environment)
    result = subprocess.run(["make", *words], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=timeout)
    assert not check or result.returncode == 0, result.stdout[-6000:]
    return result


class Figures:
    """{stage: {what: how much, and of which commit}} of this run."""

    def __init__(self):
        self.stages = {}

    def note(self, stage, **values):
        self.stages.setdefault(stage, {}).update(values)

    def timed(self, stage, what, action):
        """Does it, and notes the seconds."""
        began = time.monotonic()
        result = action()
        self.note(stage, **{what: round(time.monotonic() - began, 1)})
        return result

    def save(self):
        paths = [ROOT / ".run/results/kit.json"] + ([ROOT / "docs/results/kit.json"] if os.environ.get("RECORD") == "1" else [])
        facts = machine()
        with open(ROOT / ".run/kit.lock", "w") as lock:  # two runs may end together
            fcntl.flock(lock, fcntl.LOCK_EX)
            for path in paths if self.stages else []:
                path.parent.mkdir(parents=True, exist_ok=True)
                stages = json.loads(path.read_text())["stages"] if path.exists() else {}
                for stage, values in self.stages.items():
                    stages[stage] = stages.get(stage, {}) | values | {"commit": facts["commit"]}
                path.write_text(json.dumps({"machine": facts, "stages": dict(sorted(stages.items()))}, indent=1) + "\n")


@pytest.fixture(scope="session")
def figures():
    made = Figures()
    yield made
    made.save()


@pytest.fixture(scope="session")
def engine():
    try:
        found = Engine()
    except Missing as why:
        if os.environ.get("WITHOUT_ENGINE") == "fail":
            pytest.exit(str(why), returncode=1)
        pytest.skip(str(why))
    yield found
    found.close()


@pytest.fixture(scope="session")
def image(engine, figures):
    """image(stage): builds its images once."""
    built = set()

    def build(stage):
        if stage not in built:
            figures.timed(stage, "build_seconds", lambda: make("image", f"STAGE={stage}"))
            built.add(stage)
        return f"stagecraft/shop:{stage}"
    return build


@pytest.fixture(scope="session")
def servers(engine):
    engine.servers()
