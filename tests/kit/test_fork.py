"""A fork of each stage builds its images, and the newest's goes to this container host and away again, as its founder would
send it: with the fork's own Makefile and nothing of this repository."""
import json
import os
import shutil
import subprocess
import sys
import urllib.request

import pytest

from conftest import DEPLOYABLE, PORT, ROOT
from engine import docker

NAME = "kitshop"


def run(*command, cwd, timeout=1200, check=True, **environment):
    """What somebody types who has only the fork; the finished process with its output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "STAGE", "SHOP_"))}
    done = subprocess.run([str(word) for word in command], cwd=cwd, env=dict(clean, BUILD_OPTIONS="--network=host", **environment),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
    assert not check or done.returncode == 0, f"{command}:\n{done.stdout[-6000:]}"
    return done


@pytest.fixture(scope="module", params=DEPLOYABLE)
def forked(request, engine, figures, tmp_path_factory):
    """(stage, folder) of a fork that is a repository of its own, with its images built."""
    folder = tmp_path_factory.mktemp("fork") / NAME
    run("make", "-s", "fork", f"STAGE={request.param}", f"NAME={NAME}", f"DEST={folder}", cwd=ROOT)
    run("git", "init", "-q", cwd=folder)
    run("git", "add", "-A", cwd=folder)
    run("git", "-c", "user.name=founder", "-c", "user.email=founder@example.org", "commit", "-qm", "Begin", cwd=folder)
    figures.timed(request.param, "fork_build_seconds", lambda: run("make", "image", cwd=folder))
    yield request.param, folder
    images = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
    docker("image", "rm", *(image for image in images if image.startswith(f"{NAME}/")), check=False)
    shutil.rmtree(folder, ignore_errors=True)


def test_its_image_is_its_own(forked):
    _, folder = forked
    config = json.loads(docker("image", "inspect", f"{NAME}/shop:1").stdout)[0]["Config"]
    head = run("git", "rev-parse", "HEAD", cwd=folder).stdout.strip()
    assert config["Labels"]["org.opencontainers.image.revision"] == head
    assert not [text for text in [*config["Labels"].values(), *config["Env"]] if "stagecraft" in text.lower()]
    said = docker("run", "--rm", "--read-only", "--cap-drop", "ALL", "--network", "none", f"{NAME}/shop:1", "--help").stdout
    assert "POSTGRES_URL" in said and "stage" not in said.lower()


def test_it_goes_to_a_container_host_and_away(forked):
    stage, folder = forked
    if stage != DEPLOYABLE[-1]:
        pytest.skip("asked of the newest: it has every part")
    try:
        run("make", "deploy", "TARGET=compose", cwd=folder, SHOP_PORT=str(PORT))
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/products", timeout=10) as answer:
            assert json.load(answer)["items"]
    finally:
        said = run("make", "destroy", "TARGET=compose", "YES=1", cwd=folder, check=sys.exc_info()[0] is None)
    assert "nothing" in said.stdout
    assert NAME not in docker("ps", "-a", "--format", "{{.Names}}").stdout
