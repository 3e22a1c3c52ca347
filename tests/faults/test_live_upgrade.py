"""The running shop goes from stage to stage, to the newest and back to the first, and nobody who shops meanwhile is
refused, cut or told anything wrong: no request fails, not even one that could be sent again."""
import collections
import csv
import json
import os
import signal
import subprocess

import pytest
import underway
from audit import audit
from client import Client
from limits import Limits
from openapi import Contract
from stack import Stack
from stage import stage_named, stages_all
from waiting import until

VISITS_PER_SECOND = 25  # a visit is some three requests, on connections that are kept
SETTLE_SECONDS, SALES_CHECK_SECONDS = 3, 2


class Visitors:
    """The load generator, from the moment it has found the shop until the block ends: `result` and `ledger` are there then."""

    def __init__(self, stack, folder):
        self.result_file, self.ledger, mix = folder / "result.json", folder / "told.csv", stack.path("tests/load/mixes/shoppers.yaml")
        program = stack.build / "tests/load/load"
        assert program.exists(), f"{program} has not been built: make load-generator"
        self.command = [str(program), "--url", stack.base_url, "--mix", str(mix), "--rate", str(VISITS_PER_SECOND), "--seconds", "600",
                        "--ledger", str(self.ledger), "--json", str(self.result_file), "--quiet"]

    def told(self):
        return self.ledger.read_text().count("\n") - 1 if self.ledger.exists() else 0

    def more(self):
        """Until some have ordered from now on."""
        before = self.told()
        until(lambda: self.told() > before + 2 or self.process.poll() is not None, 60, "nobody orders")

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        until(lambda: self.told() > 2 or self.process.poll() is not None, 60, "nobody orders")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self.result = json.loads(self.result_file.read_text())


# once in a full run: it is about all stages, whichever is asked for
pytestmark = pytest.mark.skipif(os.environ.get("VARIANT", "release") != "release" or stage_named() != stages_all()[0],
                                reason="it is about all stages, and run with the first")


@pytest.fixture(scope="module")
def stack():
    made = Stack(".run/test-faults-live", stage=stages_all()[0], anew=True, SHOP_SHOP_SETTLE_AFTER_SECONDS=str(SETTLE_SECONDS),
                 SHOP_SHOP_HOLD_SECONDS="20", SHOP_SHOP_RECONCILE_EVERY_MS="200", SHOP_SHOP_SALES_CHECK_SECONDS=str(SALES_CHECK_SECONDS))
    made.set_provider(latency_ms=20)
    yield made
    made.clean()


def up_and_down():
    """Every stage but the first, then back: each step in both directions."""
    return stages_all()[1:] + stages_all()[-2::-1]


def test_only_to_a_neighbour_and_from_what_runs(stack):
    first, second, third = stages_all()[:3]
    before = stack.status()
    for words, why in ((("upgrade", first, third), "one stage at a time"), (("downgrade", first, second), "one stage at a time"),
                       (("upgrade", second, third), "does not run")):
        with pytest.raises(SystemExit, match=why):
            stack.call(*words)
    assert [entry["pid"] for entry in stack.status()["servers"]] == [entry["pid"] for entry in before["servers"]]


def test_up_and_down_while_people_shop(stack, tmp_path):
    url, seen = stack.base_url, []
    customer = Client(url, Contract()).registered()
    with Visitors(stack, tmp_path) as visitors:
        for stage in up_and_down():
            print(stack.change_stage(stage))
            visitors.more()
            assert stack.base_url == url
            seen.append(customer.get("/v1/stage").json()["stage"])
            assert customer.get("/v1/users/me").status_code == 200, "whoever is logged in stays so"
    assert seen == up_and_down()
    failed = {name: count for name, count in visitors.result["errors"].items() if count}
    assert visitors.result["failed"] == 0, failed
    with open(visitors.ledger, newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["tries"] for row in rows} == {"1"}, "an order had to be sent again"
    assert collections.Counter(row["outcome"] for row in rows)["confirmed"] > 20
    left = underway.wait(stack, 120)
    assert not left, f"still under way: {left}"
    report = audit(stack, [visitors.ledger], Limits(SETTLE_SECONDS, SALES_CHECK_SECONDS))
    assert report.named() == {}, report.text()
