"""`make deploy` and `make destroy TARGET=aws`: what cannot be done is said before anything is changed, the price is said
before anything is made, and nobody is taken by surprise. (tests/kit applies and destroys, in an account that is made up.)
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "terraform"), str(ROOT / "tests/support")]
import deploy  # noqa: E402
from lacking import path_lacking  # noqa: E402

TOLD = {"IMAGE": "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:01-monolith", "MAIL_TO": "owner@shop.example",
        "PROVIDER_URL": "https://payments.example"}
SOMEBODY = {"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}


@pytest.fixture
def roots(tmp_path):
    folder = tmp_path / "terraform"
    shutil.copytree(ROOT / "terraform", folder, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "__pycache__"))
    return folder


def make(roots, *words, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE")) and name not in ("REGION", *TOLD)}
    clean.update(environment, HOME=str(roots.parent), TF_ROOTS=str(roots))
    return subprocess.run(["make", "-s", *words, "TARGET=aws"], cwd=ROOT, env=clean, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=600)


def refused(roots, *words, **environment):
    before = sorted(path for path in roots.rglob("*") if ".terraform" not in path.parts)
    result = make(roots, *words, **environment)
    assert result.returncode != 0 and "Traceback" not in result.stderr
    after = sorted(path for path in roots.rglob("*") if ".terraform" not in path.parts and path.name != ".terraform.lock.hcl")
    assert after == before
    return result.stdout + result.stderr


@pytest.mark.parametrize("what", ["deploy", "destroy"])
def test_an_unknown_stage(roots, what):
    assert "there is no stage '99'" in refused(roots, what, "STAGE=99", **SOMEBODY)


def test_no_credentials(roots):
    assert "there are no AWS credentials here" in refused(roots, "deploy", "STAGE=01", **TOLD)
    assert "there are no AWS credentials here" in refused(roots, "destroy", "STAGE=01")
    half = {name: value for name, value in SOMEBODY.items() if name != "AWS_SECRET_ACCESS_KEY"}
    assert "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in refused(roots, "deploy", "STAGE=01", **TOLD, **half)


@pytest.mark.parametrize("what", ["deploy", "destroy"])
@pytest.mark.parametrize("variable", ["REGION", "AWS_REGION", "AWS_DEFAULT_REGION"])
def test_a_wrong_region(roots, what, variable):
    said = refused(roots, what, "STAGE=01", **{variable: "eu-north-1"}, **TOLD, **SOMEBODY)
    assert "us-east-1 only, and the region here is eu-north-1" in said and "REGION=us-east-1" in said


def test_what_was_not_said(roots):
    said = refused(roots, "deploy", "STAGE=01", IMAGE=TOLD["IMAGE"], **SOMEBODY)
    assert "MAIL_TO=… PROVIDER_URL=…" in said and "IMAGE=…" not in said


def test_no_terraform(roots, tmp_path):
    path = path_lacking(tmp_path / "bin", "terraform")
    for what in ("deploy", "destroy", "cost"):
        assert "there is no terraform on this machine" in refused(roots, what, "STAGE=01", PATH=path, **TOLD, **SOMEBODY), what


def test_the_price_is_said_and_then_it_asks(roots):
    said = refused(roots, "deploy", "STAGE=01", **TOLD, **SOMEBODY)
    if "the AWS provider cannot be had here" in said:
        pytest.skip(said)
    assert "US dollars a month" in said and "together" in said and "YES=1" in said


def instead(folder, program):
    """A PATH on which that program is terraform."""
    folder.mkdir()
    (folder / "terraform").write_text(program)
    (folder / "terraform").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


# terraform as it is when it is told what its variables do not allow
REFUSING = """#!/bin/sh
case $1 in
state) echo module.vpc.aws_vpc.this ;;
plan) echo 'Error: Invalid value for variable' >&2; exit 1 ;;
esac
"""


def test_what_cannot_be_planned_is_not_kept(roots, tmp_path):
    """Else a wrong image would stand in the way of every destroy after it."""
    said = refused(roots, "destroy", "STAGE=01", YES="1", PATH=instead(tmp_path / "bin", REFUSING), **TOLD | {"IMAGE": "stagecraft/shop:01-monolith"}, **SOMEBODY)
    assert "nothing was changed" in said and "Invalid value for variable" in said and "nothing of stage" not in said


# terraform as it is when the account does not answer: what is planned is written down, what is applied never ends
SILENT = """#!/usr/bin/python3
import signal, sys, time
def note(line):
    with open({log!r}, "a") as log:
        print(line, file=log)
def stopped(*_):
    note("stopped")
    sys.exit(1)
signal.signal(signal.SIGINT, stopped)
if sys.argv[1] == "state":
    for name in ("postgres.aws_db_instance.this", "shop.aws_lb.this", "shop.aws_lb_listener.http", "shop.module.group.aws_autoscaling_group.this"):
        print("module." + name)
elif sys.argv[1] in ("plan", "apply"):
    note(" ".join(sys.argv[1:]))
    time.sleep(600 if sys.argv[1] == "apply" else 0)
"""


def test_what_never_ends_is_stopped_and_nothing_is_touched_but_the_protection(roots, tmp_path):
    path = instead(tmp_path / "bin", SILENT.format(log=str(tmp_path / "log")))
    said = make(roots, "destroy", "STAGE=04", YES="1", APPLY_SECONDS="5", STOP_SECONDS="30", PATH=path, **TOLD, **SOMEBODY)
    assert said.returncode != 0 and "Traceback" not in said.stderr and "nothing of stage" not in said.stdout
    assert "terraform apply has not ended within 5 s and was stopped" in said.stderr and "do the same again" in said.stderr
    planned, applied, ended = (tmp_path / "log").read_text().splitlines()
    assert re.findall(r"-target=(\S+)", planned) == ["module.postgres.aws_db_instance.this", "module.shop.aws_lb.this"]
    assert "-var=keep=false" in planned and applied.startswith("apply") and ended == "stopped"


def test_all_that_is_protected_is_known_to_be():
    """What the variable `keep` protects, and nothing else, is changed before it is destroyed."""
    for path in (ROOT / "terraform/modules").glob("*/main.tf"):
        for kind, block in re.findall(r'^resource "(\w+)" "\w+" \{\n(.*?)^\}', path.read_text(), re.M | re.S):
            assert ("var.keep" in block) == (kind in deploy.PROTECTED), path
