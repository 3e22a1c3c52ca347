"""Stacks for the tests of infra/local: real PostgreSQL and mail server, stand-ins for our own programs, so that
these tests say something about the scripts alone and need nothing compiled."""
import json
import os
import pathlib
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAMS = ("stages/01-monolith/shop", "infra/sandbox/sandbox", "infra/seed/seed")


class Stack:
    """One stack in a folder of its own; `user` runs its commands when we are root."""

    def __init__(self, folder, user=None, run=None):
        self.run = run or folder / "run"
        self.programs = folder / "programs"
        self.user = user
        for name in PROGRAMS:
            (self.programs / name).parent.mkdir(parents=True)
            shutil.copy(HERE / "stand_in.py", self.programs / name)
            (self.programs / name).chmod(0o755)
        inherited = {name: value for name, value in os.environ.items()
                     if not name.startswith(("PG", "SHOP_", "MAKE", "STAGE"))}
        self.environment = dict(inherited, RUN=str(self.run), PORTS=os.environ.get("PORTS", "auto"), PROGRAMS=str(self.programs))

    def __call__(self, *words, timeout=120, **environment):
        """Runs one command; the finished process with its output."""
        command = [str(ROOT / "infra/local/stack"), *words]
        if self.user:
            command = ["setpriv", f"--reuid={self.user}", "--regid=nogroup", "--clear-groups", *command]
        return subprocess.run(command, env=dict(self.environment, **environment), stdin=subprocess.DEVNULL,
                              cwd=ROOT, capture_output=True, text=True, timeout=timeout)

    def up(self, *words, **environment):
        result = self("up", *words, **environment)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def status(self):
        return json.loads(self("status", "--json").stdout)

    def pids(self):
        return {server["name"]: server["pid"] for server in self.status()["servers"]}

    def env(self):
        return dict(line.split("=", 1) for line in self("env").stdout.splitlines())


@pytest.fixture
def make_stack(tmp_path_factory):
    """make_stack(user=None): stacks that are removed, with all they run, at the end of the test."""
    made = []

    def make(user=None, folder=None):
        made.append(Stack(folder or tmp_path_factory.mktemp("stack"), user))
        return made[-1]

    yield make
    for stack in made:
        stack("clean-data", YES="1")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One stack that is up, shared by the tests that leave it as it was."""
    stack = Stack(tmp_path_factory.mktemp("running"), run=ROOT / ".run/test-local")
    stack("clean-data", YES="1")  # of a run that was cut short
    stack.up()
    yield stack
    stack("clean-data", YES="1")
