"""`make deploy` and `make destroy TARGET=k8s`: what is said when there is no cluster, and in which order things happen when
there is one. The cluster is a stand-in that only remembers (stand-ins/kubectl): no test here says that a real one agrees.
"""
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from lacking import path_lacking  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
STAGE = sorted(path.name for path in (ROOT / "k8s/overlays").iterdir())[-1]

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on this machine")


class Cluster:
    def __init__(self, folder):
        self.folder = folder

    def run(self, what, stage=STAGE, **environment):
        known = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "KUBECONFIG")}
        known.update(PATH=f"{HERE}/stand-ins:{known['PATH']}", CLUSTER=str(self.folder), RUN=str(self.folder / "run"))
        known.update(environment)
        return subprocess.run(["make", "-s", what, f"STAGE={stage}", "TARGET=k8s"], cwd=ROOT, env=known, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120)

    def refused(self, what, *words, **environment):
        """What it says; the cluster is not told anything, and nothing is kept."""
        said = self.run(what, *words, **environment)
        assert said.returncode != 0 and self.log() == [] and not (self.folder / "run").exists() and "nothing of stage" not in said.stdout
        return said.stderr

    def log(self):
        path = self.folder / "log"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def objects(self):
        path = self.folder / "objects.json"
        return json.loads(path.read_text()) if path.exists() else {}


@pytest.fixture
def cluster(tmp_path):
    return Cluster(tmp_path)


def test_the_migration_is_finished_before_the_shop_rolls_out(cluster):
    said = cluster.run("deploy")
    assert said.returncode == 0, said.stderr
    log = cluster.log()
    places = [log.index(line) for line in ("apply namespace/shop", "apply secret/shop", "apply statefulset/postgres", "await statefulset/postgres",
                                           "apply job/migrate", "look at job/migrate", "apply deployment/shop", "await deployment/shop", "apply job/seed")]
    for part in ("relay", "worker"):  # of the shop's program: they need the schema as it does
        assert places[5] < log.index(f"apply deployment/{part}") < log.index(f"await deployment/{part}") < places[-1]
    assert places == sorted(places), log
    assert "await statefulset/replica" in log and "await deployment/sessions" in log
    assert "admin@shop.example" in said.stdout


def test_a_migration_that_fails_leaves_the_shop_as_it_is(cluster):
    said = cluster.run("deploy", FAILING="migrate")
    assert said.returncode != 0 and "the migration has not succeeded" in said.stderr
    assert not {f"apply deployment/{part}" for part in ("shop", "relay", "worker")} & set(cluster.log())


def test_another_deploy_keeps_the_secrets_that_are_there(cluster):
    """Also when this checkout has lost them, and when one is an address of somebody's own."""
    assert cluster.run("deploy", stage="03-caching").returncode == 0
    objects = cluster.objects()
    before = objects["secret/shop"]["data"]
    assert before.keys() >= {"postgres-url", "signing-key", "redis-url", "redis-password-line", "accounts"}
    before["postgres-url"] = base64.b64encode(b"postgresql://shop@managed.example/shop\n").decode()
    (cluster.folder / "objects.json").write_text(json.dumps(objects))
    shutil.rmtree(cluster.folder / "run")
    assert cluster.run("deploy").returncode == 0
    after = cluster.objects()["secret/shop"]["data"]
    assert {name: after[name] for name in before} == before


def test_images_come_from_the_registry(cluster):
    assert cluster.run("deploy", REGISTRY="registry.example/me").returncode == 0
    (container,) = cluster.objects()["deployment/shop"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"registry.example/me/shop:{STAGE}"


def test_images_are_those_of_a_release(cluster):
    """Of all our programs, and of nobody else's: a rebuilt image under the name that runs already would change nothing."""
    assert cluster.run("deploy", RELEASE="1.2").returncode == 0
    images = {container["image"] for thing in cluster.objects().values() if "template" in thing.get("spec", {})
              for container in thing["spec"]["template"]["spec"]["containers"]}
    assert {image for image in images if "stagecraft/" in image} == {"stagecraft/shop:1.2", "stagecraft/tools:1.2"}
    assert any(image.startswith("postgres:") for image in images)
    before = cluster.objects()
    for wrong in ("a b", "x|y", "-1", "1/2"):
        said = cluster.run("deploy", RELEASE=wrong)
        assert said.returncode != 0 and f"RELEASE='{wrong}' cannot be an image's tag" in said.stderr and cluster.objects() == before


def test_destroying_asks_first_and_proves_that_nothing_is_left(cluster):
    assert cluster.run("deploy").returncode == 0
    asked = cluster.run("destroy")
    assert asked.returncode != 0 and "YES=1" in asked.stderr and "deployment/shop" in cluster.objects()
    left = cluster.run("destroy", YES="1", STUBBORN="service/shop", LEFT_SECONDS="1")
    assert left.returncode != 0 and "service/shop" in left.stderr and "still carry the label" in left.stderr
    gone = cluster.run("destroy", YES="1")
    assert gone.returncode == 0 and "nothing of stage" in gone.stdout, gone.stderr
    assert not list((cluster.folder / "run/deploy").iterdir())


def test_a_cluster_that_does_not_answer_has_not_said_that_nothing_is_left(cluster):
    assert cluster.run("deploy").returncode == 0
    said = cluster.run("destroy", YES="1", SILENT="1")
    assert said.returncode != 0 and "could not be asked" in said.stderr and "EOF" in said.stderr and "nothing of stage" not in said.stdout


@pytest.mark.parametrize("what", ["deploy", "destroy"])
def test_without_a_cluster_it_says_so(cluster, tmp_path, what):
    real = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "YES": "1"}
    assert "kubectl knows no cluster" in cluster.refused(what, **real)
    config = {"apiVersion": "v1", "kind": "Config", "current-context": "nowhere", "contexts": [{"name": "nowhere", "context": {"cluster": "c", "user": "u"}}],
              "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:9"}}], "users": [{"name": "u", "user": {}}]}
    (tmp_path / "config").write_text(json.dumps(config))
    assert "the cluster of context 'nowhere' does not answer" in cluster.refused(what, KUBECONFIG=str(tmp_path / "config"), **real)


@pytest.mark.parametrize("what", ["deploy", "destroy"])
def test_without_kubectl_it_says_so(cluster, tmp_path, what):
    assert "there is no kubectl on this machine" in cluster.refused(what, PATH=path_lacking(tmp_path / "bin", "kubectl"), YES="1")


@pytest.mark.parametrize("what", ["deploy", "destroy"])
def test_an_unknown_stage(cluster, what):
    assert "there is no stage '99'" in cluster.refused(what, "99", YES="1")


def test_an_overlay_that_is_not_there(cluster):
    assert "there is no overlay" in cluster.refused("deploy", OVERLAY=str(cluster.folder / "mine"))
