"""Each stage in a cluster, as far as a cluster goes without nodes: a real API server, with its admission, real controllers and
the real scheduler (control_plane.py), built from the Go module proxy; a node that runs nothing and says that all is well
(node.py). That every object is taken, every pod admitted, a deploy done in its order, and nothing left after it, is shown;
that a pod works is not.
"""
import collections
import copy
import pathlib
import re
import sys
import urllib.error

import pytest
import yaml

from conftest import ROOT, make
from control_plane import ControlPlane
from node import Node
from programs import Missing

sys.path.insert(0, str(ROOT / "infra/make"))
from rendered import KUSTOMIZE  # noqa: E402

STAGES = sorted(path.name for path in (ROOT / "k8s/overlays").iterdir())
LABEL = "app.kubernetes.io/part-of=shop"
MADE = "statefulset,deployment,job,horizontalpodautoscaler,poddisruptionbudget,networkpolicy,ingress,service,serviceaccount,configmap"


@pytest.fixture(scope="module")
def cluster():
    try:
        made = ControlPlane()
    except Missing as why:
        pytest.skip(str(why))
    yield made
    made.close()


@pytest.fixture(scope="module")
def node(cluster):
    made = Node(cluster)
    yield made
    made.close()
    assert made.problem is None


@pytest.fixture(params=STAGES)
def stage(request):
    return request.param


@pytest.fixture
def namespace(cluster):
    """The shop's, as the manifests make it, with nothing in it; gone afterwards."""
    cluster.kubectl("apply", "--server-side", "-f", ROOT / "k8s/base/namespace.yaml")
    cluster.kubectl("wait", "--for=create", "serviceaccount/default", "-n", "shop", "--timeout=60s")
    yield
    cluster.kubectl("delete", "namespace", "shop", "--timeout=120s", timeout=180)


def rendered(cluster, stage):
    return list(yaml.safe_load_all(cluster.kubectl(*KUSTOMIZE, ROOT / "k8s/overlays" / stage).stdout))


def names(objects):
    return {(item["kind"], item["metadata"]["name"]) for item in objects}


# --- what the server takes -------------------------------------------------------------------------------


def tried(cluster, *objects):
    """Asked of the server, which does everything but keep them."""
    return cluster.kubectl("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-", given=yaml.safe_dump_all(objects), check=False)


def test_the_server_takes_every_object(cluster, namespace, stage, figures):
    objects = rendered(cluster, stage)
    said = tried(cluster, *objects)
    assert said.returncode == 0 and "Warning" not in said.stderr, said.stderr
    assert len(said.stdout.splitlines()) == len(objects)
    figures.note(stage, cluster_objects=len(objects))


def test_it_refuses_a_field_it_does_not_know(cluster, namespace):
    wrong = next(item for item in rendered(cluster, STAGES[-1]) if item["kind"] == "Deployment")
    assert tried(cluster, wrong).returncode == 0
    wrong["spec"]["replicaCount"] = 2
    said = tried(cluster, wrong)
    assert said.returncode != 0 and "replicaCount" in said.stderr


def test_it_refuses_a_pod_that_asks_for_more(cluster, namespace):
    """By the profile the namespace's label names: as it is, the same pod is taken."""
    template = next(item for item in rendered(cluster, STAGES[-1]) if item["metadata"]["name"] == "sandbox" and item["kind"] == "Deployment")["spec"]["template"]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "planted", "namespace": "shop", "labels": template["metadata"]["labels"]}, "spec": template["spec"]}
    assert tried(cluster, pod).returncode == 0
    for plant in ({"privileged": True, "allowPrivilegeEscalation": True}, {"capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]}}, {"runAsNonRoot": False}):
        wrong = copy.deepcopy(pod)
        wrong["spec"]["containers"][0]["securityContext"].update(plant)
        said = tried(cluster, wrong)
        assert said.returncode != 0 and 'violates PodSecurity "restricted:latest"' in said.stderr, plant


# --- a deploy --------------------------------------------------------------------------------------------


class Shop:
    """make deploy and make destroy, of one stage (or of its fork, in a checkout of its own)."""

    def __init__(self, cluster, stage, folder, checkout=ROOT, **environment):
        self.cluster, self.stage, self.checkout = cluster, stage, checkout
        self.environment = dict(cluster.environment(), RUN=str(folder), **environment)

    def make(self, what, **environment):
        return make(what, f"STAGE={self.stage}", "TARGET=k8s", cwd=self.checkout, timeout=900, **self.environment, **environment)

    def deploy(self, **environment):
        return self.make("deploy", **environment)

    def destroy(self, **environment):
        return self.make("destroy", **environment)

    def secrets(self):
        return pathlib.Path(self.environment["RUN"]) / f"deploy/k8s-{self.stage}/secrets"

    def left(self):
        """Of every kind, what carries the label, is in the namespace, or is a disk."""
        labelled = self.cluster.kubectl("get", self.cluster.kinds(), "--all-namespaces", "-l", LABEL, "-o", "name", "--ignore-not-found").stdout
        inside = self.cluster.kubectl("get", self.cluster.kinds("--namespaced"), "-n", "shop", "-o", "name", "--ignore-not-found").stdout
        disks = self.cluster.kubectl("get", "persistentvolume", "-o", "name").stdout
        return (labelled + inside + disks).split()


def test_without_a_node_it_says_what_is_not_ready(cluster, tmp_path):
    """And has not begun with the migration. (The first of these tests, for from the next on there is a node.)"""
    if cluster.objects("node"):
        pytest.skip("there is a node already")
    shop = Shop(cluster, STAGES[-1], tmp_path / "run")
    said = shop.make("deploy", check=False, READY_SECONDS="5")
    assert said.returncode != 0 and re.search(r"statefulset.apps/\S+ is not ready after 5 s", said.stdout), said.stdout
    assert not cluster.objects("job", "-n", "shop")
    shop.destroy(YES="1")
    assert shop.left() == []


def serving(cluster):
    return {pod["metadata"]["uid"] for pod in cluster.objects("pod", "-n", "shop") if "job-name" not in pod["metadata"]["labels"]}


@pytest.fixture
def shop(cluster, node, stage, tmp_path):
    made = Shop(cluster, stage, tmp_path / "run")
    yield made
    made.make("destroy", check=False, YES="1")


def test_it_is_deployed_in_order_and_nothing_of_it_is_left(shop, cluster, stage, figures):
    figures.timed(stage, "cluster_up_seconds", shop.deploy)
    wanted = rendered(cluster, stage)
    found = cluster.objects(MADE, "-n", "shop", "-l", LABEL)
    assert names(found) >= names(wanted) - {("Namespace", "shop")}
    of = {(item["kind"], item["metadata"]["name"]): item for item in found}

    # the migration had come to its end before there was a shop
    ended = of["Job", "migrate"]["status"]["completionTime"]
    for part in {"shop", "relay", "worker"} & {name for kind, name in of if kind == "Deployment"}:
        assert ended <= of["Deployment", part]["metadata"]["creationTimestamp"], part
    assert {of["Job", name]["status"]["succeeded"] for name in ("migrate", "seed")} == {1}

    # controllers have made every pod, as many as the manifests or the autoscaler say, and admission has refused none
    fewest = {item["spec"]["scaleTargetRef"]["name"]: item["spec"]["minReplicas"] for item in wanted if item["kind"] == "HorizontalPodAutoscaler"}
    for part, count in fewest.items():
        cluster.kubectl("wait", f"--for=jsonpath={{.status.readyReplicas}}={count}", f"deployment/{part}", "-n", "shop", "--timeout=90s")
    pods = cluster.objects("pod", "-n", "shop")
    counted = collections.Counter(pod["metadata"]["labels"]["app.kubernetes.io/component"] for pod in pods)
    assert counted == {item["metadata"]["name"]: fewest.get(item["metadata"]["name"], item["spec"].get("replicas", 1)) for item in wanted if "template" in item.get("spec", {})}
    refused = [event["message"] for event in cluster.objects("event", "-n", "shop") if event["reason"] == "FailedCreate"]
    assert [message for message in refused if 'serviceaccount "default" not found' not in message] == [], "(that one comes a moment after its namespace)"
    claims = cluster.objects("persistentvolumeclaim", "-n", "shop")
    assert {claim["status"]["phase"] for claim in claims} == {"Bound"} and len(claims) == sum(len(item["spec"].get("volumeClaimTemplates", [])) for item in wanted if "spec" in item)

    # a deploy of the same changes nothing that serves, not even their number when there are more than the fewest
    cluster.kubectl("scale", "deployment/shop", "-n", "shop", "--replicas=4")
    cluster.kubectl("rollout", "status", "deployment/shop", "-n", "shop", "--timeout=60s")
    before = serving(cluster)
    shop.deploy()
    assert serving(cluster) == before and len(before) == len(pods) - 2 + 2  # without the jobs', with two more of the shop

    asked = shop.make("destroy", check=False)
    assert asked.returncode != 0 and "YES=1" in asked.stdout and shop.left()
    assert f"nothing of stage {stage} is left" in figures.timed(stage, "cluster_down_seconds", lambda: shop.destroy(YES="1")).stdout
    assert shop.left() == []
    figures.note(stage, cluster_pods=len(pods))


@pytest.mark.parametrize("stage", STAGES[-1:])
def test_a_fork_is_deployed_and_nothing_of_it_is_left(cluster, node, stage, tmp_path):
    """As its page for founders says: with its own Makefile, its own images, pulled from their registry."""
    fork = tmp_path / "kitshop"
    make("fork", f"STAGE={stage}", "NAME=kitshop", f"DEST={fork}")
    shop = Shop(cluster, stage, tmp_path / "run", checkout=fork)
    try:
        shop.deploy(REGISTRY="registry.example/me", RELEASE="7")
        images = {container["image"] for pod in cluster.objects("pod", "-n", "shop") for container in pod["spec"]["containers"]}
        assert images >= {"registry.example/me/shop:7", "registry.example/me/tools:7"} and not [image for image in images if "stagecraft" in image]
    finally:
        said = shop.make("destroy", check=False, YES="1")
    assert said.returncode == 0 and "left" in said.stdout and shop.left() == [], said.stdout


@pytest.mark.parametrize("stage", STAGES[-1:])
def test_a_migration_that_fails_lets_no_shop_be_made(shop, cluster, node):
    node.fails.add("migrate")
    try:
        said = shop.make("deploy", check=False, MIGRATE_SECONDS="240")
    finally:
        node.fails.clear()
    assert said.returncode != 0 and "the migration has not succeeded" in said.stdout
    (job,) = cluster.objects("job", "-n", "shop")
    assert job["status"]["failed"] == job["spec"]["backoffLimit"] + 1 and "Failed" in {item["type"] for item in job["status"]["conditions"]}
    assert not {"shop", "relay", "worker"} & {item["metadata"]["name"] for item in cluster.objects("deployment", "-n", "shop")}
    shop.deploy()


@pytest.mark.parametrize("stage", STAGES[-1:])
def test_one_outlives_a_node_that_is_emptied(shop, cluster, node):
    """Of two one may be evicted, and then no other until there are two again. And the autoscaler has found whom it scales."""
    shop.deploy(DATA="none")
    cluster.kubectl("wait", "--for=condition=AbleToScale", "horizontalpodautoscaler/shop", "-n", "shop", "--timeout=60s")
    cluster.kubectl("wait", "--for=jsonpath={.status.currentHealthy}=2", "poddisruptionbudget/shop", "-n", "shop", "--timeout=60s")

    def evict(pod):
        name = pod["metadata"]["name"]
        try:
            cluster.ask(f"/api/v1/namespaces/shop/pods/{name}/eviction", "POST", {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": "shop"}})
            return 201
        except urllib.error.HTTPError as problem:
            return problem.code

    with node.resting():  # so that nobody replaces the first in between
        first, second = cluster.objects("pod", "-n", "shop", "-l", "app.kubernetes.io/component=shop")
        assert [evict(first), evict(second)] == [201, 429]
    cluster.kubectl("wait", "--for=jsonpath={.status.currentHealthy}=2", "poddisruptionbudget/shop", "-n", "shop", "--timeout=60s")
