"""The auditor's own tests: a private stack with a few orders of every fate, told in a ledger.
"""
import datetime
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import needs  # noqa: E402
import underway  # noqa: E402
from client import Client, unique  # noqa: E402
from ledger import Ledger  # noqa: E402
from limits import Limits  # noqa: E402
from openapi import Contract  # noqa: E402
from stack import Stack  # noqa: E402

QUICK = {"SHOP_SHOP_SETTLE_AFTER_SECONDS": "2", "SHOP_PAYMENTS_TIMEOUT_MS": "1000", "SHOP_SHOP_RECONCILE_EVERY_MS": "100",
         "SHOP_SHOP_SALES_CHECK_SECONDS": "1"}
STRICT = Limits(settle_seconds=2, sales_check_seconds=1, allowance_seconds=600, price_seconds=1)  # for what is broken, not for what is slow


class Shopping:
    """Orders of a shop, and the ledger of what was told about them."""

    def __init__(self, stack, url, ledger):
        self.stack, self.ledger = stack, Ledger(ledger)
        anyone = Client(url, Contract())
        self.admin, self.customer = anyone.logged_in(*stack.admin()), anyone.registered()
        self.category = anyone.get("/v1/categories").json()["items"][0]["slug"]

    def product(self, places=50, price_cents=1250):
        answer = self.admin.post("/v1/admin/products", {
            "category": self.category, "title": unique("Audited tour"), "summary": "s", "description": "d",
            "price_cents": price_cents, "capacity_per_day": places})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def order(self, lines, card="card_ok", contract=True, key=None, wait=needs.here("worker")):
        """[(product, quantity)] for tomorrow; (status, body). Where workers bring about the outcome it is waited for, and
        both answers are in the ledger."""
        key, day = key or unique("audited"), (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=1)).isoformat()
        lines = [(product, day, quantity) for product, quantity in lines]
        if not contract:
            self.customer.contract.check = lambda *_: None  # a mutant may answer what the contract does not allow
        answer = self.customer.order(lines, card=card, key=key, wait=0)
        self.ledger.order(key, lines[0], answer.status_code, answer.json(), 1)
        if answer.status_code == 202 and wait:
            self.customer.outcome(answer.json()["id"])
            answer = self.customer.order(lines, card=card, key=key, wait=0)
            self.ledger.order(key, lines[0], answer.status_code, answer.json(), 1)
        return answer.status_code, answer.json()

    def cancel(self, order, line=0):
        booking = order["lines"][line]["booking_id"]
        answer = self.customer.post(f"/v1/bookings/{booking}/cancellation")
        self.ledger.cancellation("", order["id"], booking, answer.status_code)
        return booking

    def settled(self):
        left = underway.wait(self.stack, 60)
        assert not left, f"still under way: {left}"


@pytest.fixture(scope="session")
def stack():
    return Stack(".run/test-audit", anew=True, **QUICK)


@pytest.fixture
def shopping(stack, tmp_path):
    """shopping(url) -> Shopping; its ledger is .path."""
    made = []

    def make(url):
        made.append(Shopping(stack, url, tmp_path / f"told-{len(made)}.csv"))
        return made[-1]

    yield make
    for one in made:
        one.ledger.close()
