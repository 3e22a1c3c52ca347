"""What an image holds, how large it is, and as whom it runs."""
import json
import subprocess

import pytest

from conftest import DEPLOYABLE, ROOT
from engine import docker

MB = 1000 * 1000


@pytest.fixture(params=DEPLOYABLE)
def built(request, image):
    return image(request.param)


def inspect(name):
    return json.loads(docker("image", "inspect", name).stdout)[0]


def layers(name):
    """Bytes of each layer, newest first."""
    lines = docker("history", "--no-trunc", "--human=false", "--format", "{{.Size}}\t{{.CreatedBy}}", name).stdout.splitlines()
    return [(int(line.split("\t")[0]), line.split("\t")[1]) for line in lines]


def test_it_is_small(built, figures):
    """On top of the base: 60 MB of ours and libraries, 25 MB of our own."""
    base = sum(size for size, _ in layers("debian:bookworm-slim"))
    total = sum(size for size, _ in layers(built)) - base
    own = sum(size for size, how in layers(built) if "COPY" in how or "shop/config" in how)
    figures.note(built.split(":")[1], image_mb=round(total / MB, 1), own_mb=round(own / MB, 1))
    assert 0 < own <= 25 * MB and total <= 60 * MB


def test_it_says_what_it_is(built):
    config = inspect(built)["Config"]
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert config["Labels"]["org.opencontainers.image.revision"] == commit
    assert config["Labels"]["org.opencontainers.image.version"].startswith(built.split(":")[1])
    assert config["User"] == "10001:10001" and config["Healthcheck"]["Test"][0] == "CMD"


def test_it_lists_its_packages_and_nothing_to_compile_with(built):
    listed = docker("run", "--rm", "--entrypoint", "cat", built, "/usr/share/shop/packages").stdout.splitlines()
    names = {line.split()[0] for line in listed}
    assert {"libmicrohttpd12", "libpq5", "libsodium23", "fonts-open-sans"} <= names
    assert not names & {"gcc", "make", "libpq-dev"}
    assert all(len(line.split()) == 3 for line in listed)
    missing = docker("run", "--rm", "--entrypoint", "ldd", built, "/usr/local/bin/shop").stdout
    assert "not found" not in missing


def test_it_needs_to_write_nothing(built):
    said = docker("run", "--rm", "--read-only", "--cap-drop", "ALL", "--network", "none", built, "--help").stdout
    assert "SHOP_POSTGRES_URL" in said


def test_without_secrets_it_says_what_is_missing(built):
    result = docker("run", "--rm", "--network", "none", built, check=False)
    assert result.returncode != 0 and "SHOP_POSTGRES_URL" in result.stderr


def test_the_same_commit_makes_the_same_program(built):
    """Compiled anew, it is the same to the byte."""
    stage = built.split(":")[1]
    first = docker("run", "--rm", "--entrypoint", "sha256sum", built, "/usr/local/bin/shop").stdout.split()[0]
    if stage != DEPLOYABLE[0]:
        pytest.skip("asked of one stage: it compiles everything")
    version = inspect(built)["Config"]["Labels"]["org.opencontainers.image.version"].removeprefix(stage + "-")
    sections = "build"
    docker("build", "--network=host", "--no-cache", "--quiet", "--target", "shop", "--tag", "stagecraft/again", "--file", ROOT / "infra/docker/Dockerfile",
           "--build-arg", f"STAGE={stage}", "--build-arg", f"SECTIONS={sections}", "--build-arg", f"VERSION={version}", ROOT, timeout=1200)
    again = docker("run", "--rm", "--entrypoint", "sha256sum", "stagecraft/again", "/usr/local/bin/shop").stdout.split()[0]
    docker("image", "rm", "stagecraft/again")
    assert first == again
