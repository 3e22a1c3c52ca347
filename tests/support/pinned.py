"""Packages of Python that one suite alone needs, and no distribution has. A requirements.txt beside the suite names them with
their versions and checksums; the first run lays them into a folder of their own under .run/tools, the next ones find them.

They are no part of the machine's Python: whoever wants them puts the folder on a path. Where they cannot be had (there may
be no network) the tests that need them are skipped, with what pip says.
"""
import pathlib
import subprocess
import sys

import pytest

TOOLS = pathlib.Path(__file__).resolve().parents[2] / ".run/tools"


def pinned(name, package, requirements):
    """The folder .run/tools/NAME with that package in it."""
    folder = TOOLS / name
    if not (folder / package).is_dir():
        got = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target", folder, "-r", requirements],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
        if got.returncode != 0:
            pytest.skip(f"{name} cannot be had here: {got.stderr.strip().splitlines()[-1:]}")
    return folder
