"""A fork of each stage builds its images, and the newest's goes to this container host and away again, as its founder would
send it: with the fork's own Makefile and nothing of this repository."""
import json
import shutil
import subprocess
import sys
import urllib.request

import pytest

from conftest import DEPLOYABLE, PORT, make
from engine import docker

NAME = "kitshop"


def git(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture(scope="module", params=DEPLOYABLE)
def forked(request, engine, figures, tmp_path_factory):
    """(stage, folder) of a fork that is a repository of its own, with its images built."""
    folder = tmp_path_factory.mktemp("fork") / NAME
    make("fork", f"STAGE={request.param}", f"NAME={NAME}", f"DEST={folder}")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=founder", "-c", "user.email=founder@example.org", "commit", "-qm", "Begin")
    figures.timed(request.param, "fork_build_seconds", lambda: make("image", cwd=folder))
    yield request.param, folder
    images = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").stdout.split()
    docker("image", "rm", *(image for image in images if image.startswith(f"{NAME}/")), check=False)
    shutil.rmtree(folder, ignore_errors=True)


def test_its_image_is_its_own(forked):
    _, folder = forked
    config = json.loads(docker("image", "inspect", f"{NAME}/shop:1").stdout)[0]["Config"]
    head = git(folder, "rev-parse", "HEAD").strip()
    assert config["Labels"]["org.opencontainers.image.revision"] == head
    assert not [text for text in [*config["Labels"].values(), *config["Env"]] if "stagecraft" in text.lower()]
    said = docker("run", "--rm", "--read-only", "--cap-drop", "ALL", "--network", "none", f"{NAME}/shop:1", "--help").stdout
    assert "POSTGRES_URL" in said and "stage" not in said.lower()


def test_it_goes_to_a_container_host_and_away(forked):
    stage, folder = forked
    if stage != DEPLOYABLE[-1]:
        pytest.skip("asked of the newest: it has every part")
    try:
        make("deploy", "TARGET=compose", cwd=folder)
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/products", timeout=10) as answer:
            assert json.load(answer)["items"]
    finally:
        said = make("destroy", "TARGET=compose", "YES=1", cwd=folder, check=sys.exc_info()[0] is None)
    assert "nothing" in said.stdout
    assert NAME not in docker("ps", "-a", "--format", "{{.Names}}").stdout
