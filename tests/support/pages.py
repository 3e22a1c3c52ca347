"""The pages of this repository, and what they tell their reader to type.

A command is a line of a block that is fenced as sh, or an indented line that calls make. Lines that show how to call
something, with parts to choose from in brackets, are no commands.
"""
import collections
import re
import subprocess

from stage import ROOT

Command = collections.namedtuple("Command", "page number text")
FENCE = re.compile(r" *```(\w*)")
USAGE = re.compile(r"\[|…")


def pages():
    """All but what forks are made of: those are of a project that is not here, and tests/fork looks at them."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT,
                            capture_output=True, text=True, check=True).stdout.split()
    return sorted(ROOT / path for path in listed if (ROOT / path).exists() and not path.startswith("infra/fork/templates/"))


def commands(page):
    """In the order of the page."""
    found, block = [], None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if fence := FENCE.match(line):
            block = fence[1] if block is None else None
        elif block == "sh" and line.strip() or block is None and re.match(r"    make\b", line) and not USAGE.search(line):
            found.append(Command(page, number, line.strip()))
    return found
