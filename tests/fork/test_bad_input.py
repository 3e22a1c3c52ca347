"""What cannot be forked is said, and nothing is changed."""
import subprocess

import pytest

from conftest import ENVIRONMENT, ROOT


def refused(tmp_path, stage="01", name="myshop", destination=None):
    """What `make fork` says; DEST is in a folder that must stay as it was."""
    words = [f"STAGE={stage}", f"NAME={name}", f"DEST={tmp_path / 'new' if destination is None else destination}"]
    before = sorted(tmp_path.rglob("*"))
    result = subprocess.run(["make", "fork", *words], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert result.returncode != 0
    assert sorted(tmp_path.rglob("*")) == before, "something was left behind"
    assert "Traceback" not in result.stderr
    return result.stderr


def test_an_unknown_stage(tmp_path):
    said = refused(tmp_path, stage="99-nonsense")
    assert "there is no stage '99-nonsense'" in said and "01-monolith" in said


@pytest.mark.parametrize("name", ["My-Shop", "1shop", "a b", "x", "über", "../up", "$(id)", "bob's", '"', "a" * 32])
def test_a_name_that_is_no_identifier(tmp_path, name):
    assert "cannot be a project's name" in refused(tmp_path, name=name.replace("$", "$$"))


@pytest.mark.parametrize("name", ["int", "shop", "stagecraft", "stage"])
def test_a_name_that_means_something(tmp_path, name):
    assert "already means something" in refused(tmp_path, name=name)


def test_a_destination_that_is_there(tmp_path):
    full = tmp_path / "bob's full"
    full.mkdir()
    (full / "precious").write_text("mine")
    assert "is there already" in refused(tmp_path, destination=full)
    assert (full / "precious").read_text() == "mine"


def test_a_destination_in_no_folder(tmp_path):
    assert "there is no folder" in refused(tmp_path, destination=tmp_path / "no/where")


def test_a_destination_inside_the_repository(tmp_path):
    assert "inside this repository" in refused(tmp_path, destination=ROOT / "infra/myshop")


def test_nothing_said(tmp_path):
    assert "NAME=myshop" in refused(tmp_path, name="")
    assert "DEST=../myshop" in refused(tmp_path, destination="")
