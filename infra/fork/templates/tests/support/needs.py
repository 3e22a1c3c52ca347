"""Tests that need a server which this project may not run say so, and are left out where it does not:

    pytestmark = pytest.mark.needs("redis")

A conftest.py takes the two functions below by importing them.
"""
import functools
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


@functools.cache
def servers():
    facts = subprocess.run(["make", "--no-print-directory", "-s", "facts"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    return {word.split("*")[0] for line in facts.stdout.splitlines()[1:] for word in line.split()}


def here(what):
    return what in servers()


def pytest_configure(config):
    config.addinivalue_line("markers", "needs(what): only where this server runs")


def pytest_collection_modifyitems(config, items):
    missing = [item for item in items if not all(here(what) for mark in item.iter_markers("needs") for what in mark.args)]
    config.hook.pytest_deselected(items=missing)
    items[:] = [item for item in items if item not in missing]
