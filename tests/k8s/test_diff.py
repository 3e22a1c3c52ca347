"""`make diff` says what a stage changes in a cluster: of the overlays as they are rendered, not of the files they are made of."""
import os
import re
import shutil
import subprocess
import sys

import pytest

from test_overlays import ROOT

sys.path.insert(0, str(ROOT / "tests/support"))
from lacking import path_lacking  # noqa: E402


def diff(stage, **environment):
    known = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "RENDERED", "FROM", "TO")}
    done = subprocess.run(["make", "-s", "diff", f"STAGE={stage}"], cwd=ROOT, env=known | environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on this machine")
def test_what_a_stage_changes_in_a_cluster():
    said = diff("03-caching").split("\nin a cluster ")[1]
    assert re.search(r"^  Deployment redis +\d+$", said, re.M) and "Deployment redis is new" not in said
    shop = said.split("Deployment shop is other")[1].split(" is other")[0]
    assert re.search(r"^    \+ +- name: SHOP_CACHE_REDIS_URL_FILE$", shop, re.M) and not re.search("^    [+-] .*image:", shop, re.M), "names that every stage has otherwise are left out"
    assert "Deployment postgres" not in said, "it is the same"
    assert "Deployment redis is new" in diff("03-caching", RENDERED="1")


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on this machine")
def test_stages_that_are_the_same_in_a_cluster():
    assert " is other\n" not in diff("02-indexing").split("\nin a cluster ")[1]


def test_without_kubectl_it_says_so(tmp_path):
    assert "is not shown: there is no kubectl" in diff("03-caching", PATH=path_lacking(tmp_path / "bin", "kubectl"))
