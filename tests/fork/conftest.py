"""Forks of every stage, made once: into an empty folder, and built there.

Neighbouring stages have most files in common. So that a run does not compile them eight times, a fork gets the
objects of the one before it, and its files that are the same get their age: what differs is compiled.
"""
import filecmp
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STAGES = sorted(path.parent.name for path in ROOT.glob("stages/*/stage.mk"))
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("MAKE", "MFLAGS", "STAGE", "SHOP_", "VARIANT")) and not name.endswith("_PORT")}


def run(*command, cwd, timeout, **environment):
    """A command of somebody who has just got the fork; its output. Fails with what it said."""
    result = subprocess.run([str(word) for word in command], cwd=cwd, env=dict(ENVIRONMENT, **environment),
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
    assert result.returncode == 0, f"{' '.join(map(str, command))} in {cwd}:\n{result.stdout[-6000:]}"
    return result.stdout


def fork(stage, name, destination):
    return run("make", "fork", f"STAGE={stage}", f"NAME={name}", f"DEST={destination}", cwd=ROOT, timeout=120)


def inherit_objects(old, new):
    """What was compiled in one fork, for another."""
    if not (old / ".run/build").is_dir():
        return
    shutil.copytree(old / ".run/build", new / ".run/build", symlinks=True, copy_function=shutil.copy2)
    for path in new.rglob("*"):
        twin = old / path.relative_to(new)
        if not path.is_file() or ".run" in path.parts:
            continue
        if twin.is_file() and filecmp.cmp(path, twin, shallow=False):
            shutil.copystat(twin, path)
        else:
            os.utime(path)  # newer than all that has been compiled


class Forks:
    def __init__(self, folder):
        self.folder, self.made, self.last = folder, {}, None

    def __call__(self, stage):
        """The folder of a fork of that stage, as it came."""
        if stage not in self.made:
            destination = self.folder / f"fork_{stage[:2]}"
            fork(stage, "myshop", destination)
            run("git", "init", "-q", cwd=destination, timeout=60)
            run("git", "add", "-A", cwd=destination, timeout=60)
            self.made[stage] = destination
        return self.made[stage]

    def built(self, stage, *targets):
        folder = self(stage)
        if self.last and self.last != folder and not (folder / ".run").exists():
            inherit_objects(self.last, folder)
        run("make", f"-j{os.cpu_count()}", *(targets or ["build"]), cwd=folder, timeout=600)
        self.last = folder
        return folder


@pytest.fixture(scope="session")
def forks(tmp_path_factory):
    made = Forks(tmp_path_factory.mktemp("forks"))
    yield made
    for folder in made.made.values():  # servers of a run that was cut short
        for stack in folder.glob(".run/*/stack.env"):
            run("infra/local/stack", "clean-data", cwd=folder, timeout=120, RUN=str(stack.parent), YES="1")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=STAGES)
def stage(request):
    return request.param
