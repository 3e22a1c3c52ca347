"""Each stage's overlay, rendered and held against strict schemas and the restricted profile.

The schemas are those of kubernetes-validate (pinned by its checksum in requirements.txt, installed under .run/tools); where
it cannot be had, those tests are skipped and say so. Nothing here is run in a cluster.
"""
import copy
import json
import os
import pathlib
import re
import shutil
import sys

import jsonschema
import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "infra/make"), str(ROOT / "tests/support")]
from pinned import pinned  # noqa: E402
from rendered import kustomized  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
STAGES = sorted(path.name for path in (ROOT / "k8s/overlays").iterdir())
VERSION = "1.32"

PARTS = ("shop", "relay", "worker")  # of the shop's program; the last two where the stage has them

pytestmark = pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl on this machine")


def rendered(stage):
    return rendered_folder(f"k8s/overlays/{stage}")


def rendered_folder(folder):
    return list(yaml.safe_load_all(kustomized(folder)))


@pytest.fixture(scope="module", params=STAGES)
def objects(request):
    return rendered(request.param)


@pytest.fixture(scope="module")
def schemas():
    """What the strict schemas say of some objects: lines. Only the package's data is used, so it alone is installed, once."""
    package = pinned("kubernetes-validate", "kubernetes_validate", HERE / "requirements.txt")
    folder = package / f"kubernetes_validate/kubernetes-json-schema/v{VERSION}.0-local-strict"
    definitions = json.loads((folder / "_definitions.json").read_text())

    def complaints(documents):
        found = []
        for item in documents:
            version = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", item["apiVersion"])
            schema = json.loads((folder / f"{item['kind'].lower()}-{version}.json").read_text())
            resolver = jsonschema.RefResolver("", schema, store={"_definitions.json": definitions, definitions.get("$id", "-"): definitions})
            found += [f"{item['kind']} {item['metadata']['name']}: {'.'.join(map(str, error.absolute_path))}: {error.message}"
                      for error in jsonschema.Draft7Validator(schema, resolver=resolver).iter_errors(item)]
        return found
    return complaints


def test_it_satisfies_strict_schemas(objects, schemas):
    assert schemas(objects) == []


def test_an_unknown_field_would_be_seen(schemas):
    wrong = copy.deepcopy(next(item for item in rendered(STAGES[0]) if item["kind"] == "Deployment"))
    wrong["spec"]["replicaCount"] = 2
    assert any("replicaCount" in line for line in schemas([wrong]))


def pods(objects):
    """(name, pod's spec) of everything that makes pods."""
    return [(item["metadata"]["name"], item["spec"]["template"]["spec"]) for item in objects if "template" in item.get("spec", {})]


def told(spec):
    """{setting: value} of a pod's program."""
    return {item["name"]: item.get("value") for item in spec["containers"][0]["env"]}


def test_every_pod_keeps_to_the_restricted_profile(objects):
    for name, spec in pods(objects):
        outer = spec["securityContext"]
        assert outer["runAsNonRoot"] and outer["runAsUser"] > 0 and outer["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name
        for container in spec["containers"]:
            inner = container["securityContext"]
            assert inner["readOnlyRootFilesystem"] and inner["allowPrivilegeEscalation"] is False, name
            assert inner["capabilities"] == {"drop": ["ALL"]}, name
            assert {"cpu", "memory"} <= set(container["resources"]["requests"]) and container["resources"]["limits"]["memory"], name
            assert ":" in container["image"] and not container["image"].endswith(":latest"), name


def test_what_serves_is_asked_how_it_is(objects):
    for name, spec in pods(objects):
        if name not in ("migrate", "seed"):  # they run to their end
            assert all("readinessProbe" in container and "livenessProbe" in container for container in spec["containers"]), name


def test_nobody_may_talk_unless_it_is_said(objects):
    policies = {item["metadata"]["name"]: item["spec"] for item in objects if item["kind"] == "NetworkPolicy"}
    assert policies["nobody"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for server in {name for name, _ in pods(objects)} - {*PARTS, "migrate", "seed"}:
        assert server in policies and f"shop-to-{server}" in policies
        asking, = policies[f"shop-to-{server}"]["podSelector"]["matchExpressions"]
        answered, = policies[server]["ingress"][0]["from"][0]["podSelector"]["matchExpressions"]
        assert set(asking["values"]) == set(answered["values"]) >= {name for name, _ in pods(objects) if name in PARTS}, server


def test_a_pod_has_time_to_finish(objects):
    for spec in (spec for name, spec in pods(objects) if name in PARTS):
        drain = int(told(spec)["SHOP_PROCESS_DRAIN_DELAY_MS"]) + int(told(spec)["SHOP_PROCESS_DRAIN_TIMEOUT_MS"])
        assert spec["terminationGracePeriodSeconds"] * 1000 > drain


def test_secrets_are_only_named(objects):
    assert not [item for item in objects if item["kind"] == "Secret"]


def test_the_settings_are_the_stages(objects):
    (settings,) = (item for item in objects if item["kind"] == "ConfigMap" and "config.yaml" in item["data"])
    assert "postgres" in yaml.safe_load(settings["data"]["config.yaml"])
    assert settings["metadata"]["name"].startswith("settings-"), "a change of settings makes new pods"


def test_everything_carries_the_label(objects):
    """By it `make destroy` proves that nothing is left."""
    assert [item["metadata"]["name"] for item in objects if item["metadata"]["labels"].get("app.kubernetes.io/part-of") != "shop"] == []
    for item in objects:
        for claim in item["spec"].get("volumeClaimTemplates", []) if "spec" in item else []:
            assert claim["metadata"]["labels"]["app.kubernetes.io/part-of"] == "shop", item["metadata"]["name"]


def test_the_connections_of_all_pods_fit(objects):
    """Each is told how many there can be, so that too many refuse to start."""
    scaled = {item["spec"]["scaleTargetRef"]["name"]: item["spec"]["maxReplicas"] for item in objects if item["kind"] == "HorizontalPodAutoscaler"}
    most = sum((scaled.get(item["metadata"]["name"]) or item["spec"]["replicas"]) + 1  # while they change
               for item in objects if item["kind"] == "Deployment" and item["metadata"]["name"] in PARTS)
    assert {told(spec)["SHOP_PROCESS_INSTANCES"] for name, spec in pods(objects) if name in PARTS} == {str(most)}


def test_a_deploy_leaves_the_autoscaler_its_number(objects):
    scaled = {item["spec"]["scaleTargetRef"]["name"] for item in objects if item["kind"] == "HorizontalPodAutoscaler"}
    counted = {item["metadata"]["name"] for item in objects if item["kind"] == "Deployment" and "replicas" in item["spec"]}
    assert scaled and not scaled & counted


def test_the_parts_differ_by_their_role_alone(objects):
    """Whatever a component has told the shop, the relay and the workers know as well; and one of each outlives a node that is emptied."""
    parts = {name: told(spec) for name, spec in pods(objects) if name in PARTS}
    budgets = {item["metadata"]["name"]: item["spec"] for item in objects if item["kind"] == "PodDisruptionBudget"}
    assert "SHOP_PROCESS_ROLE" not in parts["shop"] and budgets.keys() == parts.keys()
    for name, settings in parts.items():
        assert settings.pop("SHOP_PROCESS_ROLE", "shop") == name and settings == parts["shop"]
        assert budgets[name]["minAvailable"] == 1 and budgets[name]["selector"]["matchLabels"]["app.kubernetes.io/component"] == name


def test_neighbours_differ_by_what_the_stage_adds():
    names = [{(item["kind"], item["metadata"]["name"]) for item in rendered(stage) if item["kind"] != "ConfigMap"} for stage in STAGES]
    assert names[0] == names[1]
    assert {name for _, name in names[2] - names[1]} == {"redis", "shop-to-redis"}
    assert {name for _, name in names[3] - names[2]} == {"replica", "shop-to-replica", "replica-to-postgres", "sessions", "shop-to-sessions"}
    assert {name for _, name in names[4] - names[3]} == {"kafka", "shop-to-kafka", "relay", "worker", "queues", "worker-to-world"}


def test_whoever_has_the_operator_can_watch_all_parts(tmp_path):
    """An overlay of somebody's own, that adds to the stage's the component no stage lists."""
    near = os.path.relpath(ROOT / "k8s", tmp_path)
    page = {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "namespace": "shop", "resources": [f"{near}/overlays/{STAGES[-1]}"],
            "components": [f"{near}/components/monitor"]}
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(page))
    objects = rendered_folder(tmp_path)
    (monitor,) = (item for item in objects if item["kind"] == "PodMonitor")
    (policy,) = (item for item in objects if item["kind"] == "NetworkPolicy" and item["metadata"]["name"] == "monitor")
    for watched in (monitor["spec"]["selector"], policy["spec"]["podSelector"]):
        (wanted,) = watched["matchExpressions"]
        assert set(wanted["values"]) == {name for name, _ in pods(objects) if name in PARTS}
    for name, spec in pods(objects):
        assert name not in PARTS or monitor["spec"]["podMetricsEndpoints"][0]["port"] in {port["name"] for port in spec["containers"][0]["ports"]}
