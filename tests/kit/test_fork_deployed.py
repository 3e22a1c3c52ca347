"""A fork of the newest stage, which has every part, goes to this container host and away again."""
import json
import sys
import urllib.request

from conftest import DEPLOYABLE, PORT, make
from engine import docker
from forked import NAME, forked


def test_it_goes_to_a_container_host_and_away(servers, tmp_path):
    with forked(DEPLOYABLE[-1], tmp_path) as (fork, _):
        try:
            make("deploy", "TARGET=compose", cwd=fork)
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/v1/products", timeout=10) as answer:
                assert json.load(answer)["items"]
        finally:
            said = make("destroy", "TARGET=compose", "YES=1", cwd=fork, check=sys.exc_info()[0] is None)
    assert "nothing" in said.stdout
    assert NAME not in docker("ps", "-a", "--format", "{{.Names}}").stdout
