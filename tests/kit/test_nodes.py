"""Each stage in a cluster that has a node: the images of `make image`, played by a real kubelet on containerd (kubelet.py), below
the real control plane. Deployed, asked by the contract suite, robbed of pods while somebody asks, destroyed, and nothing left.
"""
import os
import shutil

import pytest
import yaml

from conftest import DEPLOYABLE, ROOT
from control_plane import ControlPlane
from deployed import Deployed, admin_of, passes_the_contract_suite
from engine import docker
from kubelet import OUTSIDE, Kubelet, Link
from programs import Missing, programs
from test_cluster import Shop, rendered

NEEDED = ("containerd", "ctr", "ip", "nsenter", "iptables")


@pytest.fixture(scope="module")
def cluster(engine):
    if os.geteuid() != 0 or not all(map(shutil.which, NEEDED)) or not os.path.exists("/usr/lib/cni/bridge"):
        pytest.skip(f"a node needs root, {', '.join(NEEDED)} and the bridge of containernetworking-plugins")
    try:
        programs("kubelet", "kube-proxy", "coredns")
        link = Link()
        made = ControlPlane(address=OUTSIDE)
    except Missing as why:
        pytest.skip(str(why))
    yield made
    made.close()
    link.close()


@pytest.fixture(scope="module")
def kubelet(cluster):
    made = Kubelet(cluster)
    yield made
    made.close()


def modest(stage, folder):
    """The stage's overlay, but that no pod keeps processors for itself: a node of two cores would not have enough."""
    near = os.path.relpath(ROOT / "k8s/overlays" / stage, folder)
    page = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": [near], "patches": [
        {"target": {"kind": "Deployment|StatefulSet|Job"}, "patch": yaml.safe_dump([{"op": "replace", "path": "/spec/template/spec/containers/0/resources/requests/cpu", "value": "10m"}])}]}
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(page))
    return folder


@pytest.fixture(scope="module", params=DEPLOYABLE)
def shop(request, image, servers, cluster, kubelet, tmp_path_factory, figures):
    stage = request.param
    image(stage)
    wanted = rendered(cluster, stage)
    kubelet.load(*{spec["image"] for item in wanted if "template" in item.get("spec", {}) for spec in item["spec"]["template"]["spec"]["containers"]})
    folder = tmp_path_factory.mktemp(stage)
    made = Shop(cluster, stage, folder / "run", OVERLAY=str(modest(stage, folder)))
    figures.timed(stage, "node_up_seconds", made.deploy)
    yield made
    made.make("destroy", check=False, YES="1")


def address(shop):
    (service,) = shop.cluster.objects("service", "-n", "shop", "--field-selector=metadata.name=shop")
    return f"http://{service['spec']['clusterIP']}:80"


def test_it_passes_the_contract_suite(shop):
    passes_the_contract_suite(shop.stage, address(shop), admin_of(shop.secrets()))


def test_a_pod_may_go_and_nobody_is_told(shop):
    """It fails its readiness first, so the service sends nobody to it any more."""
    answers, asking = [], Deployed(shop.stage)
    asking.url = address(shop)
    with asking.asking("/v1/products/1", answers):
        first = shop.cluster.objects("pod", "-n", "shop", "-l", "app.kubernetes.io/component=shop")[0]["metadata"]["name"]
        shop.cluster.kubectl("delete", "pod", first, "-n", "shop", "--timeout=120s", timeout=180)
        shop.cluster.kubectl("rollout", "status", "deployment/shop", "-n", "shop", "--timeout=120s", timeout=180)
    assert len(answers) > 50 and set(answers) == {200}, {status: answers.count(status) for status in set(answers)}


def test_a_new_release_is_rolled_out_and_nobody_is_told(shop, kubelet):
    """The same images under another name: every pod of ours is made anew, one after another, beside those that serve."""
    ours = [f"stagecraft/{name}:{shop.stage}" for name in ("shop", "tools")]
    for image in ours:
        docker("tag", image, image + "-next")
    kubelet.load(*(image + "-next" for image in ours))
    answers, asking = [], Deployed(shop.stage)
    asking.url = address(shop)
    with asking.asking("/v1/products/1", answers):
        shop.deploy(RELEASE=f"{shop.stage}-next")
    pods = shop.cluster.objects("pod", "-n", "shop", "-l", "app.kubernetes.io/component=shop")
    assert {pod["spec"]["containers"][0]["image"] for pod in pods if "deletionTimestamp" not in pod["metadata"]} == {f"stagecraft/shop:{shop.stage}-next"}
    assert len(answers) > 50 and set(answers) == {200}, {status: answers.count(status) for status in set(answers)}
    docker("image", "rm", *(image + "-next" for image in ours))


def test_destroying_leaves_nothing(shop, figures):
    assert "is left" in figures.timed(shop.stage, "node_down_seconds", lambda: shop.destroy(YES="1")).stdout
    assert shop.left() == []
