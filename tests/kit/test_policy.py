"""Each stage's overlay as somebody else's rules see it: kube-score, built from the Go module proxy (programs.py), with all its
checks, those that are off by default as well. What we do otherwise is written here, with the reason; a reason that is no
longer needed has to go.
"""
import json
import subprocess
import sys

import pytest
import yaml

from conftest import ROOT
from programs import Missing, programs, version

sys.path.insert(0, str(ROOT / "infra/make"))
from rendered import kustomized  # noqa: E402

STAGES = sorted(path.name for path in (ROOT / "k8s/overlays").iterdir())
SERVERS = {"postgres", "replica", "redis", "sessions", "kafka", "sandbox"}  # for trying out: one pod each (decision 0024)
FORGETFUL = {"redis", "sessions", "sandbox"}  # those of them that are Deployments
PARTS = {"shop", "relay", "worker"}
EVERY = SERVERS | PARTS | {"migrate", "seed"}

OTHERWISE = {  # check: (of which objects, why)
    "container-resources": (EVERY, "memory has a limit, the processor a request and none: a limit would slow a pod down beside an idle core"),
    "container-resource-requests-equal-limits": (EVERY, "what is guaranteed is what is used as a rule; what is allowed, what is used at worst"),
    "container-cpu-requests-equal-limits": (EVERY, "as above"),
    "container-memory-requests-equal-limits": (EVERY, "as above"),
    "container-ephemeral-storage-request-and-limit": (EVERY, "root file systems are read-only, and every emptyDir has a size"),
    "container-image-pull-policy": (EVERY, "tags name a stage or a version; a cluster into which the images were carried by hand has nowhere to pull them from"),
    "pod-probes-identical": (SERVERS, "the same question, but only whoever has not answered it for a long time is started again"),
    "deployment-strategy": (FORGETFUL, "two at once would each have half of what is remembered"),
    "deployment-replicas": (FORGETFUL, "one pod each, for trying out"),
    "container-security-context-user-group-id": ({"postgres", "replica", "kafka"}, "their images have users 999 and 1000, who own what lies in them"),
    "statefulset-has-servicename": ({"postgres", "replica", "kafka"}, "it asks for a service without an address; of one pod each nobody asks for a pod by its name"),
    "deployment-has-host-podantiaffinity": (PARTS, "topologySpreadConstraints spread them, and do not forbid a cluster of one node"),
}


@pytest.fixture(scope="module")
def tools():
    try:
        return programs("kube-score", "kubectl")
    except Missing as why:
        pytest.skip(str(why))


def rendered(tools, stage):
    return kustomized(f"k8s/overlays/{stage}", tools / "kubectl")


def findings(tools, text):
    """{(check, object): what is said}"""
    minor = version().rpartition(".")[0]
    said = subprocess.run([tools / "kube-score", "score", "--output-format=json", "--all-default-optional", f"--kubernetes-version={minor}", "-"],
                          input=text, capture_output=True, text=True, timeout=60)
    assert said.returncode in (0, 1) and said.stdout, said.stderr
    return {(check["check"]["id"], item["object_meta"]["name"]): "; ".join(comment["summary"] for comment in check["comments"] or [])
            for item in json.loads(said.stdout) for check in item["checks"] if not check["skipped"] and check["grade"] < 10}


def allowed(check, name):
    return check in OTHERWISE and name in OTHERWISE[check][0]


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_is_found_that_has_no_reason(tools, stage):
    found = findings(tools, rendered(tools, stage))
    assert {key: said for key, said in found.items() if not allowed(*key)} == {}


def test_no_reason_is_left_over(tools):
    found = {key for stage in STAGES for key in findings(tools, rendered(tools, stage))}
    assert {(check, name) for check, (names, _) in OTHERWISE.items() for name in names} <= found


def test_a_mistake_would_be_found(tools):
    objects = list(yaml.safe_load_all(rendered(tools, STAGES[0])))
    shop = next(item for item in objects if item["kind"] == "Deployment" and item["metadata"]["name"] == "shop")
    del shop["spec"]["template"]["spec"]["containers"][0]["readinessProbe"]
    shop["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"] = False
    found = {check for check, name in findings(tools, yaml.safe_dump_all(objects)) if name == "shop"}
    assert {"pod-probes", "container-security-context-readonlyrootfilesystem"} <= found
