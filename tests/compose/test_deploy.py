"""`make deploy` and `make destroy`: what cannot be done is said, and nothing is changed; a container host is asked what is
left, and has to answer. The engine is a stand-in that only remembers (stand-ins/docker): tests/kit asks a real one.
"""
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from lacking import path_lacking  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
STAGE = "05-queues"
IMAGES = " ".join(f"stagecraft/{name}:{STAGE}" for name in ("shop", "tools", "balancer"))


class Host:
    """A container host, and what has been kept of it under .run/deploy."""

    def __init__(self, folder):
        self.folder, self.kept = folder, folder / "run/deploy"

    def run(self, *words, **environment):
        known = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "STAGE", "TARGET", "INSTANCES", "WORKERS")}
        known.update(PATH=f"{HERE}/stand-ins:{known['PATH']}", ENGINE=str(self.folder), RUN=str(self.folder / "run"), IMAGES=IMAGES)
        return subprocess.run(["make", "-s", *words], cwd=ROOT, env=known | environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120)

    def done(self, what, **environment):
        said = self.run(what, f"STAGE={STAGE}", "TARGET=compose", **environment)
        assert said.returncode == 0, said.stderr
        return said.stdout

    def refused(self, what, *words, **environment):
        """What it says; nothing is made and nothing is removed."""
        before = sorted(self.kept.rglob("*"))
        said = self.run(what, *(words or (f"STAGE={STAGE}", "TARGET=compose")), **environment)
        assert said.returncode != 0 and sorted(self.kept.rglob("*")) == before and "nothing of stage" not in said.stdout
        return said.stderr

    def log(self):
        path = self.folder / "log"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path)


def test_it_is_brought_there_and_taken_away(host):
    assert "admin@shop.example" in host.done("deploy")
    (up,) = (line for line in host.log() if " up " in line)
    assert "--scale shop=3" in up and "--scale worker=2" in up
    secrets = [path.read_text().strip() for path in (host.kept / STAGE / "secrets").iterdir() if path.name != "accounts"]
    assert len(secrets) > 5 and not [line for line in host.log() if any(secret in line for secret in secrets)]
    assert "YES=1" in host.refused("destroy") and not [line for line in host.log() if " down " in line]
    assert f"nothing of stage {STAGE} is left" in host.done("destroy", YES="1")
    assert not (host.kept / STAGE).exists()


@pytest.mark.parametrize("what", ["deploy", "destroy", "image", "cost"])
def test_an_unknown_stage(host, what):
    assert "there is no stage '99'" in host.refused(what, "STAGE=99", "TARGET=compose")
    assert host.log() == []


@pytest.mark.parametrize("what", ["deploy", "destroy"])
def test_an_unknown_target(host, what):
    for target in ("", "mars", "compose k8s", "%", "com\"pose"):
        said = host.refused(what, f"STAGE={STAGE}", f"TARGET={target}")
        assert f"there is no TARGET='{target}'" in said and all(word in said for word in ("compose", "k8s", "aws"))
    assert host.log() == []


def test_an_image_that_has_not_been_built(host):
    said = host.refused("deploy", IMAGES="stagecraft/shop:01-monolith")
    assert f"there is no image stagecraft/shop:{STAGE} yet" in said and f"make image STAGE={STAGE}" in said
    said = host.refused("deploy", RELEASE="2")
    assert "there is no image stagecraft/shop:2 yet" in said and "RELEASE=2" in said


def test_a_release_is_what_is_started_and_what_fills_it(host):
    host.done("deploy", RELEASE="2", IMAGES=IMAGES.replace(STAGE, "2"))
    (seed,) = (line for line in host.log() if line.startswith("run ") and "--entrypoint seed" in line)
    assert " stagecraft/tools:2 " in seed


@pytest.mark.parametrize("what", ["deploy", "destroy", "image"])
def test_no_engine(host, what):
    assert "docker's engine does not answer" in host.refused(what, SILENT="always", YES="1")
    assert "there is no docker on this machine" in host.refused(what, PATH=path_lacking(host.folder / "bin", "docker"), YES="1")


@pytest.mark.parametrize("what", ["deploy", "destroy"])
def test_an_engine_without_compose(host, what):
    path = path_lacking(host.folder / "bin", "docker-compose")
    assert "neither 'docker compose' nor docker-compose" in host.refused(what, PLAIN="1", PATH=f"{HERE}/stand-ins:{path}", YES="1")


@pytest.mark.parametrize("number", ["INSTANCES=none", "INSTANCES=0", "INSTANCES=-1", "WORKERS=two"])
def test_a_number_that_is_none(host, number):
    name, value = number.split("=")
    assert f"{name}='{value}'" in host.refused("deploy", f"STAGE={STAGE}", "TARGET=compose", number) and host.log() == []


def test_an_engine_that_does_not_answer_has_not_said_that_nothing_is_left(host):
    host.done("deploy")
    said = host.run("destroy", f"STAGE={STAGE}", "TARGET=compose", YES="1", SILENT="after-down")
    assert said.returncode != 0 and "could not be asked" in said.stderr and "nothing of stage" not in said.stdout


def test_what_is_left_is_named(host):
    host.done("deploy")
    said = host.run("destroy", f"STAGE={STAGE}", "TARGET=compose", YES="1", STUBBORN="stagecraft-05_postgres")
    assert said.returncode != 0 and "still carry the label" in said.stderr and "stagecraft-05_postgres" in said.stderr
    assert (host.kept / STAGE / "secrets").is_dir(), "what is left may still be needed"
    assert "nothing of stage" in host.done("destroy", YES="1")


def test_what_never_ends_is_ended(host):
    host.done("deploy")
    said = host.run("destroy", f"STAGE={STAGE}", "TARGET=compose", YES="1", SLOW="1", COMPOSE_SECONDS="2")
    assert said.returncode != 0 and "not everything could be removed" in said.stderr and "not ended after 2 s" in said.stderr
