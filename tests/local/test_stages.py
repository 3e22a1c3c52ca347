"""The shop climbs from stage to stage on the same data, comes down again, and climbs once more: nobody's order is lost
on the way, and what a stage keeps beside the data is right although an earlier one has written meanwhile.

These stacks run the real programs of the release build, unlike those of the other files here.
"""
import datetime
import pathlib
import sys
import time

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/support"))
from client import Client, unique  # noqa: E402
from openapi import Contract  # noqa: E402
from stack import Stack  # noqa: E402
from stage import stages_all  # noqa: E402

SECONDS_OF_A_SECOND_UP = 5
CUSTOMER = {"name": "Ada Climber", "password": "correct horse battery"}


@pytest.fixture
def stack(monkeypatch):
    monkeypatch.setenv("VARIANT", "release")
    made = Stack(".run/test-local-stages", stage=stages_all()[0], YES="1")
    made.set_provider(latency_ms=5)
    yield made
    made.call("clean-data")


def climb(stages):
    """Up, down, up: each step is taken in both directions, and up once more."""
    return stages[1:] + stages[-2::-1] + stages[1:]


def make_product(admin, category):
    answer = admin.post("/v1/admin/products", {"category": category, "title": unique("Ladder tour"), "summary": "s",
                                               "description": "d", "price_cents": 700, "capacity_per_day": 50})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def visit(stack, email, orders, products):
    """Whoever was here before finds all they did, and does a little more."""
    anyone = Client(stack.base_url, Contract())
    customer, admin = anyone.logged_in(email, CUSTOMER["password"]), anyone.logged_in(*stack.admin())
    assert [order["id"] for order in customer.pages("/v1/orders")] == orders[::-1]
    category = anyone.get("/v1/categories").json()["items"][0]
    listed = anyone.pages("/v1/products", category=category["slug"], limit=100)
    assert category["product_count"] == len(listed), "the count that is shown is the number that is there"
    assert set(products) <= {product["id"] for product in listed}
    products.append(make_product(admin, category["slug"]))
    tomorrow = (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)).isoformat()
    answer = customer.order([(products[-1], tomorrow, 2)])
    assert answer.status_code == 201, answer.text
    orders.append(answer.json()["id"])


def test_every_stage_goes_on_with_the_data(stack):
    email, orders, products, seen = unique("climber") + "@shop.example", [], [], []
    anyone = Client(stack.base_url, Contract())
    assert anyone.post("/v1/users", dict(CUSTOMER, email=email)).status_code == 201
    visit(stack, email, orders, products)
    for stage in climb(stages_all()):
        stack.up(STAGE=stage)
        seen.append(Client(stack.base_url, Contract()).get("/v1/stage").json()["stage"])
        visit(stack, email, orders, products)
    assert seen == climb(stages_all())


def test_a_second_up_is_quick_on_every_stage(stack):
    for stage in stages_all():
        stack.up(STAGE=stage)
        before, took = stack.status()["servers"], []
        for _ in range(3):  # a busy machine may spoil one, not all of them
            began = time.monotonic()
            stack.up()
            took.append(time.monotonic() - began)
        assert [server["pid"] for server in stack.status()["servers"]] == [server["pid"] for server in before], stage
        assert min(took) < SECONDS_OF_A_SECOND_UP, stage


def test_what_is_stopped_is_not_made_more_of(stack):
    """Instances would be started without the servers they need, and only a long wait would say so."""
    stack.up(STAGE=stages_all()[-1])
    stack.call("down")
    for words in (("scale", "shop", "5"), ("scale", "worker", "3"), ("rolling-restart",)):
        with pytest.raises(SystemExit, match="no shop runs in .*make up"):
            stack.call(*words)
    assert [server["name"] for server in stack.status()["servers"] if server["pid"]] == []
