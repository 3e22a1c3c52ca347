"""The load generator as its users run it: the program, its words, its files.

Started alone: /usr/bin/python3 -m pytest tests/load   (VARIANT=asan runs the sanitizer build)
"""
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests/support")]
from stack import Shop, Stack  # noqa: E402

PROGRAM = ROOT / ".run/build" / os.environ.get("VARIANT", "release") / "tests/load/load"
MIXES = HERE / "mixes"

Outcome = collections.namedtuple("Outcome", "code result ledger output errors")


class Load:
    """Runs the generator; result and ledger go to files of the test's own folder."""

    def __init__(self, folder):
        self.folder, self.numbers = folder, 0

    def start(self, url, *words, mix=None):
        """The process, and where its files will be."""
        self.numbers += 1
        files = {kind: self.folder / f"{self.numbers}.{kind}" for kind in ("json", "csv")}
        command = [PROGRAM, "--url", url, "--json", files["json"], "--ledger", files["csv"], "--quiet"]
        if mix:
            path = mix if isinstance(mix, pathlib.Path) else self.write(mix)
            command += ["--mix", path]
        process = subprocess.Popen([str(word) for word in (*command, *words)], cwd=ROOT, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return process, files

    def finish(self, process, files, seconds=90):
        output, errors = process.communicate(timeout=seconds)
        result = json.loads(files["json"].read_text() or "null") if files["json"].exists() else None
        rows = list(csv.DictReader(files["csv"].open(newline=""))) if files["csv"].exists() else None
        return Outcome(process.returncode, result, rows, output, errors)

    def __call__(self, url, *words, mix=None):
        return self.finish(*self.start(url, *words, mix=mix))

    def good(self, url, *words, mix=None):
        outcome = self(url, *words, mix=mix)
        assert outcome.code == 0, outcome.errors
        return outcome

    def write(self, text, name="mix.yaml"):
        path = self.folder / name
        path.write_text(text)
        return path


@pytest.fixture
def load(tmp_path):
    return Load(tmp_path)


@pytest.fixture(scope="session")
def stack():
    stack = Stack(".run/test-load")
    stack.call("stop", "shop")
    stack.set_provider(latency_ms=5)
    return stack


@pytest.fixture(scope="session")
def shop(stack):
    shop = Shop(stack)
    yield shop
    assert shop.stop() == 0, f"see {shop.log}"


def pytest_configure():
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:exitcode=99")
