"""A fork of each stage builds its images. (Of all that is in this folder `make test` runs this file, where there is an engine.)"""
import json

import pytest

from conftest import DEPLOYABLE
from engine import docker
from forked import NAME, forked, git


@pytest.mark.parametrize("stage", DEPLOYABLE)
def test_its_image_is_its_own(stage, engine, figures, tmp_path):
    with forked(stage, tmp_path) as (fork, seconds):
        figures.note(stage, fork_build_seconds=seconds)
        config = json.loads(docker("image", "inspect", f"{NAME}/shop:1").stdout)[0]["Config"]
        assert config["Labels"]["org.opencontainers.image.revision"] == git(fork, "rev-parse", "HEAD").strip()
        assert not [text for text in [*config["Labels"].values(), *config["Env"]] if "stagecraft" in text.lower()]
        said = docker("run", "--rm", "--read-only", "--cap-drop", "ALL", "--network", "none", f"{NAME}/shop:1", "--help").stdout
        assert "POSTGRES_URL" in said and "stage" not in said.lower()
