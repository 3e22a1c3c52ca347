"""Tests that only some stages can pass say what they need, and are left out where it is missing:

    pytestmark = pytest.mark.needs("redis")

names a server of the stage (STAGE_SERVERS), or something in its own folder ("migrations"). A conftest.py takes the
two functions below by importing them.
"""
import functools
import subprocess

from stage import ROOT, stage_named


@functools.cache
def servers(stage):
    facts = subprocess.run(["make", "--no-print-directory", "-s", f"STAGE={stage}", "stage-files"], cwd=ROOT, check=True,
                           capture_output=True, text=True, timeout=60).stdout.splitlines()
    return next(line for line in facts if line.startswith("servers:")).split(":", 1)[1].split()


def has(stage, what):
    return (ROOT / "stages" / stage / what).exists() or any(server.split("*")[0] == what for server in servers(stage))


def here(what):
    """Has the stage that is being tested this?"""
    return has(stage_named(), what)


def pytest_configure(config):
    config.addinivalue_line("markers", "needs(what): only stages that have this server, or this in their folder")


def pytest_collection_modifyitems(config, items):
    missing = [item for item in items if not all(here(what) for mark in item.iter_markers("needs") for what in mark.args)]
    config.hook.pytest_deselected(items=missing)
    items[:] = [item for item in items if item not in missing]
