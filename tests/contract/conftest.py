"""The contract suite: black box, against any stage and any deployment.

Against a running shop:  BASE_URL=… ADMIN_EMAIL=… ADMIN_PASSWORD=… /usr/bin/python3 -m pytest tests/contract
Without BASE_URL it starts a private stack and the shop of $STAGE in $VARIANT (release unless given).
"""
import datetime
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from client import Client, unique  # noqa: E402
from needs import pytest_collection_modifyitems, pytest_configure  # noqa: E402,F401
from openapi import Contract  # noqa: E402


@pytest.fixture(scope="session")
def contract():
    return Contract()


@pytest.fixture(scope="session")
def target():
    """(base url, admin's e-mail, admin's password)"""
    if "BASE_URL" in os.environ:
        return os.environ["BASE_URL"], os.environ["ADMIN_EMAIL"], os.environ["ADMIN_PASSWORD"]
    from stack import Stack
    stack = Stack(".run/test-contract")
    stack.set_provider(latency_ms=5)
    return stack.base_url, *stack.admin()


@pytest.fixture(scope="session")
def anyone(target, contract):
    return Client(target[0], contract)


@pytest.fixture(scope="session")
def admin(anyone, target):
    return anyone.logged_in(target[1], target[2])


@pytest.fixture
def customer(anyone):
    return anyone.registered()


@pytest.fixture(scope="session")
def category(anyone):
    return anyone.get("/v1/categories").json()["items"][0]["slug"]


@pytest.fixture
def product(admin, category):
    """A new product with ten places a day."""
    answer = admin.post("/v1/admin/products", {
        "category": category, "title": unique("Harbour tour"), "summary": "Two hours on the water",
        "description": "Past the old docks and back.", "price_cents": 2500, "capacity_per_day": 10})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="session")
def day():
    """day(n): n days from today."""
    return lambda n: (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=n)).isoformat()
