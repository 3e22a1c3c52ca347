"""Each stage on a container host: up, asked by the contract suite, robbed of containers while people shop, audited, down,
and nothing left."""
import json
import os
import subprocess
import time
import urllib.request

import pytest

from conftest import DEPLOYABLE, PORT, ROOT, make
from deployed import Deployed, containers, facts, passes_the_contract_suite, services
from engine import docker


@pytest.fixture(scope="module", params=DEPLOYABLE)
def deployed(request, image, servers, figures):
    stage = request.param
    image(stage)
    make("destroy", f"STAGE={stage}", "TARGET=compose", "YES=1")  # of a run that was cut short
    figures.timed(stage, "up_seconds", lambda: make("deploy", f"STAGE={stage}", "TARGET=compose"))
    figures.note(stage, containers=len([name for name in containers(stage) if facts(name)["State"]["Running"]]))
    yield stage
    make("destroy", f"STAGE={stage}", "TARGET=compose", "YES=1", check=False)


def test_it_passes_the_contract_suite(deployed):
    passes_the_contract_suite(deployed, f"http://127.0.0.1:{PORT}", Deployed(deployed).admin())


def test_every_container_is_hardened(deployed):
    for name in containers(deployed):
        host = facts(name)["HostConfig"]
        assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and host["Memory"] > 0, name
        assert any(word.startswith("no-new-privileges") for word in host["SecurityOpt"]), name
    bound = [binding for name in containers(deployed) for ports in (facts(name)["HostConfig"]["PortBindings"] or {}).values() for binding in ports]
    assert [(binding["HostIp"], binding["HostPort"]) for binding in bound] == [("127.0.0.1", str(PORT))]


def test_no_secret_is_in_an_environment_or_a_command(deployed):
    secrets = [path.read_text().strip() for path in (ROOT / f".run/deploy/{deployed}/secrets").iterdir() if path.name != "accounts"]
    for name in containers(deployed):
        logs = docker("logs", name)
        for text in (docker("inspect", name).stdout, logs.stdout, logs.stderr):
            assert not any(secret in text for secret in secrets), name


def ready(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def kill(container):
    """kill -9, and until what takes its place is well."""
    pid = facts(container)["State"]["Pid"]
    os.kill(pid, 9)
    until = time.monotonic() + 90
    while time.monotonic() < until:
        state = facts(container)["State"]
        if state["Pid"] not in (0, pid) and state.get("Health", {}).get("Status") == "healthy":
            return
        time.sleep(0.2)
    raise AssertionError(f"{facts(container)['Name']} has not come back: {state}")


def test_killed_containers_come_back_and_nothing_is_lost(deployed, tmp_path, figures):
    """While people shop, one of each is killed, but for the sandbox, which forgets. Then all books must agree."""
    shop = Deployed(deployed)
    with shop.shoppers(tmp_path / "told.csv") as crowd:
        victims = sorted(services(deployed) - {"sandbox", "migrate"})
        for name in victims:
            kill(containers(deployed, name)[0])
        assert ready(60)
        before = crowd.acknowledged()
        until = time.monotonic() + 60
        while crowd.acknowledged() < before + 10 and time.monotonic() < until:
            time.sleep(0.2)
    assert crowd.acknowledged() >= before + 10, "after all that, orders go on"
    report = shop.audit(tmp_path / "told.csv")
    assert report.violations == [], report.text()
    figures.note(deployed, killed=victims, orders=crowd.acknowledged(), rules=report.rules)


def test_one_of_several_may_die_and_nobody_is_told(deployed):
    """Of a stage with a balancer: a product is asked for all the time, and each time it is there."""
    if "balancer" not in services(deployed):
        pytest.skip("this stage has one instance")
    shops = containers(deployed, "shop")
    assert len(shops) == 3
    answers = []
    with Deployed(deployed).asking("/v1/products/1", answers):
        kill(shops[0])
        docker("restart", "--time", "30", shops[1], timeout=120)
        kill(shops[2])
    assert len(answers) > 100 and set(answers) == {200}, {status: answers.count(status) for status in set(answers)}


def test_another_deploy_changes_nothing(deployed):
    before = [name for name in containers(deployed) if facts(name)["State"]["Running"]]
    make("deploy", f"STAGE={deployed}", "TARGET=compose")
    assert [name for name in containers(deployed) if facts(name)["State"]["Running"]] == before


def test_destroying_asks_first_and_leaves_nothing(deployed, figures):
    said = make("destroy", f"STAGE={deployed}", "TARGET=compose", check=False)
    assert said.returncode != 0 and "YES=1" in said.stdout and ready(5)
    figures.timed(deployed, "down_seconds", lambda: make("destroy", f"STAGE={deployed}", "TARGET=compose", "YES=1"))
    label = f"label=com.docker.compose.project=stagecraft-{deployed[:2]}"
    for kind in ("container", "volume", "network"):
        assert docker(kind, "ls", "-q", *(["-a"] if kind == "container" else []), "--filter", label).stdout == ""
    assert not (ROOT / f".run/deploy/{deployed}").exists()


def test_without_an_image_it_says_so(engine):
    docker("tag", "debian:bookworm-slim", "stagecraft/kept")  # the engine answers; the image is not there
    docker("image", "rm", "stagecraft/kept", "stagecraft/none:none", check=False)
    said = subprocess.run([ROOT / "infra/compose/deploy.sh", "up"], env=dict(os.environ, STAGE="00-none"), capture_output=True, text=True, timeout=60)
    assert said.returncode != 0 and "has no infra/compose/00-none.yaml" in said.stderr
