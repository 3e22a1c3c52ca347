"""A fork as its founder has it: a folder that is a repository of its own, with its images built by its own Makefile, and
nothing of this repository."""
import contextlib
import shutil
import subprocess
import time

from conftest import make
from engine import docker

NAME = "kitshop"


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60).stdout


@contextlib.contextmanager
def forked(stage, folder):
    """(the fork, the seconds its images took); both are gone afterwards."""
    fork = folder / NAME
    make("fork", f"STAGE={stage}", f"NAME={NAME}", f"DEST={fork}")
    git(fork, "init", "-q")
    git(fork, "add", "-A")
    git(fork, "-c", "user.name=founder", "-c", "user.email=founder@example.org", "commit", "-qm", "Begin")
    began = time.monotonic()
    make("image", cwd=fork)
    try:
        yield fork, round(time.monotonic() - began, 1)
    finally:
        images = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
        docker("image", "rm", *(image for image in images if image.startswith(f"{NAME}/")), check=False)
        shutil.rmtree(fork, ignore_errors=True)
