"""Each stage on AWS, in an account that is made up: `make deploy TARGET=aws` and `make destroy` with the real provider
against moto's server on loopback. That all of it can be made, in an order that works, and that all of it goes again, is
shown; that AWS would run it is not.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT

HERE = pathlib.Path(__file__).resolve().parent
STAGES = sorted(path.name for path in (ROOT / "terraform/stages").iterdir() if path.is_dir())

sys.path[:0] = [str(ROOT / "terraform"), str(ROOT / "tests/support")]
import plan  # noqa: E402
from pinned import pinned  # noqa: E402
from stack import free_port  # noqa: E402


@pytest.fixture(scope="session")
def provider():
    try:
        plan.Workspace(STAGES[0])
    except plan.Missing as why:
        pytest.skip(str(why))


class Account:
    """A made-up one, for one run: several may go on side by side."""

    def __init__(self, moto):
        port = free_port()
        self.url, self.log = f"http://127.0.0.1:{port}", ROOT / f".run/results/kit-aws-{port}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "w") as log:
            self.server = subprocess.Popen(["/usr/bin/python3", HERE / "stand-ins/aws/server.py", str(port)], env=dict(os.environ, PYTHONPATH=str(moto)),
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.server.stdout.readline() == "ready\n", f"see {self.log}"

    def refused(self):
        """What it has been asked for and cannot do."""
        return "\n".join(sorted({line for line in self.log.read_text().splitlines() if "has not been implemented" in line}))

    def close(self):
        self.server.stdin.close()
        try:
            self.server.wait(30)
        except subprocess.TimeoutExpired:
            self.server.kill()


@pytest.fixture(scope="session")
def account(provider):
    made = Account(pinned("moto", "moto", HERE / "stand-ins/aws/requirements.txt"))
    yield made
    made.close()


@pytest.fixture(params=STAGES)
def stage(request):
    return request.param


def test_it_is_made_and_nothing_of_it_is_left(stage, account, tmp_path, figures):
    roots = tmp_path / "terraform"
    shutil.copytree(ROOT / "terraform", roots, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.auto.tfvars.json", "__pycache__"))
    for path in (HERE / "stand-ins/aws").glob(f"{stage}*.tf"):
        shutil.copy(path, roots / "stages" / stage)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE"))}
    clean.update(AWS_ACCESS_KEY_ID="made-up", AWS_SECRET_ACCESS_KEY="made-up", AWS_ENDPOINT_URL=account.url, AWS_EC2_METADATA_DISABLED="true",
                 HOME=str(tmp_path), TF_ROOTS=str(roots), IMAGE=f"123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:{stage}",
                 MAIL_TO="owner@shop.example", PROVIDER_URL="https://payments.example", YES="1", APPLY_SECONDS="900", LEFT_SECONDS="30")

    def make(what):
        done = subprocess.run(["make", "-s", what, f"STAGE={stage}", "TARGET=aws"], cwd=ROOT, env=clean, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=3600)  # it ends by itself before
        assert done.returncode == 0, done.stdout[-6000:] + account.refused()
        return done.stdout

    assert "put-secret-value" in make("deploy")
    made = json.loads((roots / "stages" / stage / "terraform.tfstate").read_text())
    count = sum(len(row["instances"]) for row in made["resources"] if row["mode"] == "managed")
    assert f"nothing of stage {stage} is left" in make("destroy")
    assert not (roots / "stages" / stage / "terraform.tfstate").exists()
    figures.note(stage, aws_resources=count)
