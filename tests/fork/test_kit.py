"""A fork goes where its stage goes, with all that this takes and no more: what a file names is there, and the tools that read
these files (where this machine has them) find nothing wrong. tests/kit deploys stages for real.
"""
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from conftest import ENVIRONMENT, ROOT, STAGES

sys.path[:0] = [str(ROOT / "infra/fork"), str(ROOT / "infra/make")]
from kit import OWN  # noqa: E402
from rendered import KUSTOMIZE  # noqa: E402


def targets(folder):
    return set(re.findall(r"^DEPLOY_(\w+)", (folder / "infra/make/kit.mk").read_text(), re.MULTILINE))


def reads(folder, *command, **environment):
    """What a tool makes of it; skipped where the tool is not."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]} on this machine")
    result = subprocess.run(command, cwd=folder, env=dict(ENVIRONMENT, **environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_it_goes_where_its_stage_goes(forks, stage):
    assert targets(forks(stage)) == {target for target, (own, _) in OWN.items() if (ROOT / own.format(stage)).exists()}


def test_what_is_named_is_there(forks, stage):
    folder, named = forks(stage), set()
    for path in folder.glob("k8s/**/kustomization.yaml"):
        page = yaml.safe_load(path.read_text())
        files = [file for made in page.get("configMapGenerator", []) for file in made["files"]]
        named |= {path.parent / name.split("=")[-1] for name in page.get("resources", []) + page.get("components", []) + files}
    for path in folder.glob("infra/compose/**/*.yaml"):
        named |= {path.parent / name for name in re.findall(r"(?<=file: )parts/[\w.-]+|(?<=\")\.\./[^:\"]+(?=:)", path.read_text())}
    for path in folder.glob("terraform/**/*.tf"):
        named |= {path.parent / name for name in re.findall(r'source += "(\.[^"]+)"', path.read_text())}
    assert [str(path) for path in named if not path.exists()] == []
    parts = {path.parent if path.parent.parent.name in ("components", "modules") else path
             for pattern in ("k8s/components/*/*", "terraform/modules/*/*", "infra/compose/parts/*") for path in folder.glob(pattern)}
    assert {path.resolve() for path in parts} <= {path.resolve() for path in named}


def test_compose_reads_it(forks, stage):
    if "compose" not in targets(forks(stage)):
        pytest.skip("its stage goes to no container host yet")
    reads(forks(stage), "docker-compose", "-f", "infra/compose/shop.yaml", "config", "-q", SECRETS="/tmp", RELEASE="1")


def test_kustomize_renders_it(forks, stage):
    if "k8s" not in targets(forks(stage)):
        pytest.skip("its stage goes into no cluster yet")
    said = reads(forks(stage), "kubectl", *KUSTOMIZE, "k8s/overlays/trial")
    images = {container["image"] for item in yaml.safe_load_all(said) if "template" in item.get("spec", {}) for container in item["spec"]["template"]["spec"]["containers"]}
    assert {"myshop/shop:1", "myshop/tools:1"} <= images


def test_its_price_is_known(forks):
    """Of the newest that goes to AWS: terraform plans the root against the provider's schema."""
    folder = forks(next(stage for stage in reversed(STAGES) if (ROOT / OWN["aws"][0].format(stage)).exists()))
    found = subprocess.run(["make", "-s", "cost"], cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    if "cannot be had here" in found.stderr or "no terraform" in found.stderr:
        pytest.skip(found.stderr.strip())
    assert found.returncode == 0 and "together" in found.stdout, found.stdout + found.stderr
