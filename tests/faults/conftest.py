"""The fault suite: one private stack, shops of its own on it, and something always broken.

Started alone:  /usr/bin/python3 -m pytest tests/faults   (VARIANT=asan runs the sanitizer build)
"""
import datetime
import os
import pathlib
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "audit")]
import needs  # noqa: E402
from client import Client, unique  # noqa: E402
from needs import pytest_collection_modifyitems  # noqa: E402,F401
from openapi import Contract  # noqa: E402
from stack import Shop, Stack  # noqa: E402

# a worker must have had the time to charge before an order is given up
SETTLE_SECONDS = "8" if needs.here("worker") else "3"


@pytest.fixture(scope="session")
def stack():
    return Stack(".run/test-faults")


@pytest.fixture(autouse=True)
def everything_works_again(request):
    """Each test on a stack starts with a provider that works, and leaves it so."""
    if "stack" not in request.fixturenames:
        yield
        return
    stack = request.getfixturevalue("stack")
    stack.set_provider(latency_ms=5, down=False, hang=False)
    yield
    stack.set_provider(latency_ms=5, down=False, hang=False)


@pytest.fixture
def start_shop(stack):
    """start_shop(SHOP_…=…) -> a client of a new shop; every shop must end well when told to."""
    shops = []

    def start(program="shop", **settings):
        settings.setdefault("SHOP_SHOP_SETTLE_AFTER_SECONDS", SETTLE_SECONDS)
        settings.setdefault("SHOP_PAYMENTS_TIMEOUT_MS", "2000")
        settings.setdefault("SHOP_SHOP_RECONCILE_EVERY_MS", "200")
        shop = Shop(stack, program, **settings)
        shops.append(shop)
        client = Client(shop.url, Contract())
        client.shop = shop
        return client

    yield start
    for shop in shops:
        code = shop.stop()
        assert code == 0, f"the shop ended with {code}; see {shop.log}"


@pytest.fixture
def new_product(stack):
    """new_product(client, places) -> id of a product with that many places a day."""
    def make(client, places, price_cents=1500):
        admin = client.logged_in(*stack.admin())
        category = client.get("/v1/categories").json()["items"][0]["slug"]
        answer = admin.post("/v1/admin/products", {
            "category": category, "title": unique("Fault tour"), "summary": "s", "description": "d",
            "price_cents": price_cents, "capacity_per_day": places})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]
    return make


@pytest.fixture(scope="session")
def day():
    return lambda n: (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=n)).isoformat()


def pytest_configure(config):
    needs.pytest_configure(config)
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:exitcode=99")
