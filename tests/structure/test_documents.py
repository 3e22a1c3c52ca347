"""Documents that can be wrong by themselves: generated parts, links between files, commands that exist.
"""
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from pages import commands, pages  # noqa: E402

PAGES = pages()


def test_generated_parts_are_current():
    result = subprocess.run([str(ROOT / "infra/make/readme.py"), "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{link} is not there"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_commands_exist(page):
    targets = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    known = set(re.findall(r"^  ([a-z-]+)", targets, re.M))
    for command in commands(page):
        called = re.match(r"(?:\w+=\S+ )*make ([a-z-]+)", command.text)
        assert not called or called[1] in known, f"line {command.number}: {command.text}"


def test_stage_readmes_have_the_fixed_headings():
    wanted = ["The problem", "What this stage adds", "The change", "Run it", "Prove it",
              "What it costs and what can now fail", "When not to do this", "Next"]
    for path in ROOT.glob("stages/*/README.md"):
        assert re.findall(r"^## (.*)", path.read_text(), re.M) == wanted, path
