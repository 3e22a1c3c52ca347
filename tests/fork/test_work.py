"""Forks work: each is built in an empty folder and started; the newest stage's runs its unit, port and contract tests, and a
founder's first hour on top; the first is asked through the door that clients use. What lies between has the statements and
sources of these two (test_content.py compares them), so it is only asked how it is.
"""
import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT, STAGES, run

sys.path.insert(0, str(ROOT / "tests/support"))
from pages import commands  # noqa: E402

# the files of the contract suite that ask the statements stages replace
ASKED = ["tests/contract/test_catalog.py", "tests/contract/test_orders.py", "tests/contract/test_users.py", "tests/contract/test_operations.py"]


def contract(folder, *files):
    return run("/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", *(files or ["tests/contract"]),
               cwd=folder, timeout=600)


@pytest.mark.parametrize("older", STAGES[:-1])
def test_an_older_stage_is_built_and_answers(forks, older):
    contract(forks.built(older), *(ASKED if older == STAGES[0] else ASKED[-1:]))


def test_the_newest_stage_passes_its_own_tests(forks):
    folder = forks.built(STAGES[-1], "test-programs")
    said = run("tests/run", "--variant", "release", "structure", "unit", "ports", cwd=folder, timeout=900)
    assert re.search(r"^\d{4,} passed, 0 failed$", said, re.MULTILINE), said


def test_the_front_page(forks):
    """README.md, command by command, but for `make test`: the test above has run what it runs."""
    folder = forks.built(STAGES[-1])
    typed = [command.text for command in commands(folder / "README.md")]
    assert {"make up", "make dlq", "make test"} <= set(typed)
    try:
        for text in typed:
            if text != "make test":
                run("bash", "-c", text, cwd=folder, timeout=300, PORTS=os.environ.get("PORTS", "auto"))
    finally:
        run("make", "clean-data", cwd=folder, timeout=120, YES="1")


def test_the_first_hour(forks):
    """docs/first-hour.md, block by block: new files, changes, commands; the last command is the contract suite."""
    folder = forks.built(STAGES[-1])
    page = (folder / "docs/first-hour.md").read_text()
    blocks = re.findall(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert [kind for kind, *_ in blocks].count("diff") >= 8
    for kind, path, text in blocks:
        if path:
            assert not (folder / path).exists()
            (folder / path).write_text(text)
        elif kind == "diff":
            result = subprocess.run(["patch", "-p1", "--no-backup-if-mismatch"], cwd=folder, input=text, capture_output=True, text=True, timeout=60)
            assert result.returncode == 0, f"{result.stdout}{result.stderr}\n{text}"
        else:
            for command in text.splitlines():
                if command != "make unit":  # the test above has run them
                    run("bash", "-c", command, cwd=folder, timeout=900)
    left = subprocess.run(["clang-format", "--dry-run", "-Werror", *folder.glob("src/modules/catalog/*.[ch]")], cwd=folder,
                          capture_output=True, text=True, timeout=60)
    assert left.returncode == 0, left.stderr
