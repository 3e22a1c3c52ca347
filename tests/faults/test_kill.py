"""kill -9 in the middle of checkouts, again and again: in the end money, places and orders agree.

Shoppers keep ordering and cancelling while the process is killed under them. Who got no answer sends the
same request again with the same key, to whichever process is there by then. Afterwards the reconciler is
given time, and the books are compared with the provider's ledger.
"""
import collections
import random
import threading
import time

import requests

from client import Client, unique
from openapi import Contract
from stack import Shop

SHOPPERS, KILLS, PLACES, SETTLE_SECONDS, HOLD_SECONDS = 12, 5, 200, 3, 10
CARDS = ["card_ok"] * 6 + ["card_declined", "card_flaky", "card_timeout"]


class World:
    """The shop as it is now, and what shoppers have been told."""

    def __init__(self, stack):
        self.stack, self.contract = stack, Contract()
        self.told, self.problems = {}, []
        self.lock, self.done = threading.Lock(), threading.Event()
        self.start()

    def start(self):
        self.shop = Shop(self.stack, SHOP_SHOP_SETTLE_AFTER_SECONDS=str(SETTLE_SECONDS),
                         SHOP_SHOP_HOLD_SECONDS=str(HOLD_SECONDS), SHOP_PAYMENTS_TIMEOUT_MS="2000",
                         SHOP_SHOP_RECONCILE_EVERY_MS="200")

    def kill(self):
        self.shop.process.kill()
        self.shop.process.wait()
        self.start()

    def insist(self, token, request):
        """Sends a request until it is answered with something else than "not now"."""
        for _ in range(200):
            try:
                answer = request(Client(self.shop.url, self.contract, token))
                if answer.status_code not in (503, 504):
                    return answer
            except requests.exceptions.RequestException:
                pass
            time.sleep(0.1)
        raise AssertionError("no answer in 200 attempts")


def shop_until_done(world, token, products, day, seed):
    chance = random.Random(seed)
    try:
        while not world.done.is_set():
            lines = [(product, day(1), chance.randint(1, 2)) for product in chance.sample(products, chance.randint(1, 2))]
            key, card = unique("kill"), chance.choice(CARDS)
            answer = world.insist(token, lambda client: client.order(lines, key=key, card=card))
            if answer.status_code not in (201, 202, 402, 409):
                raise AssertionError(answer.text)
            body = answer.json()
            with world.lock:
                world.told[body.get("order_id", body.get("id"))] = answer.status_code
            if answer.status_code == 201 and chance.random() < 0.5:
                booking = body["lines"][0]["booking_id"]
                cancelled = world.insist(token, lambda client: client.post(f"/v1/bookings/{booking}/cancellation"))
                assert cancelled.status_code in (200, 202), cancelled.text
    except Exception as problem:  # a thread's failure must reach the test
        world.problems.append(problem)


def until_settled(stack):
    began = time.monotonic()
    while True:
        left = stack.psql("SELECT (SELECT count(*) FROM orders.orders WHERE state = 'pending')"
                          " + (SELECT count(*) FROM bookings.bookings WHERE state IN ('held', 'cancelling'))"
                          " + (SELECT count(*) FROM orders.orders WHERE state = 'confirmed' AND receipt_sent_at IS NULL)")
        if left == "0":
            return
        assert time.monotonic() - began < 60, f"{left} things are still open"
        time.sleep(0.3)


def audit(stack, products, told):
    listed = ",".join(map(str, products))
    for product, taken, capacity in stack.rows(f"SELECT product_id, taken, capacity FROM bookings.days WHERE product_id IN ({listed})"):
        booked = stack.psql(f"SELECT coalesce(sum(quantity), 0) FROM bookings.bookings WHERE product_id = {product} AND state = 'confirmed'")
        assert int(taken) == int(booked) <= int(capacity), f"product {product}"

    owed = collections.Counter()
    for order, cents in stack.rows("SELECT order_id, sum(amount_cents) FROM bookings.bookings"
                                   f" WHERE product_id IN ({listed}) AND state = 'confirmed' GROUP BY order_id"):
        owed[int(order)] = int(cents)
    booking_order = dict(stack.rows(f"SELECT id, order_id FROM bookings.bookings WHERE product_id IN ({listed})"))
    orders = dict(stack.rows("SELECT id, state FROM orders.orders"))
    held = collections.Counter()
    for entry in stack.ledger():
        kind, number = entry["key"].split("-")[:2]
        order = int(number if kind == "order" else booking_order.get(number, 0))
        held[order] += {"charge": 1, "refund": -1}.get(entry["kind"], 0) * entry["amount_cents"]
    mine = {int(order) for order in booking_order.values()}
    assert {order: held[order] for order in mine if held[order]} == dict(owed), "money is where the bookings are"

    for order, status in told.items():
        wanted = {201: {"confirmed"}, 202: {"confirmed", "rejected"}, 402: {"rejected"}, 409: {"rejected"}}[status]
        assert orders[str(order)] in wanted, f"order {order} was answered {status} and is {orders[str(order)]}"
    receipts = stack.mails()
    for order in mine:
        if orders.get(str(order)) == "confirmed":
            assert receipts.get(f"order-{order}-receipt", 0) >= 1, f"order {order} has no receipt"


def test_killed_again_and_again(stack, new_product, day):
    world = World(stack)
    client = Client(world.shop.url, world.contract)
    products = [new_product(client, PLACES) for _ in range(3)]
    tokens = [client.registered().token for _ in range(4)]
    stack.set_provider(latency_ms=40)
    threads = [threading.Thread(target=shop_until_done, args=(world, tokens[n % 4], products, day, n)) for n in range(SHOPPERS)]
    chance = random.Random(1)
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.4, 1.2))
            world.kill()
    finally:
        time.sleep(1)
        world.done.set()
        for thread in threads:
            thread.join(60)
    assert world.problems == []
    assert len(world.told) > 30, "the test was too idle to mean anything"
    until_settled(stack)
    audit(stack, products, world.told)
    assert world.shop.stop() == 0
