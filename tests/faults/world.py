"""A shop that is killed and started anew, and shoppers who do not notice: who gets no answer sends the same
request again with the same key, to whichever process is there by then.
"""
import random
import threading
import time

import requests

from client import Client, unique
from openapi import Contract
from stack import Shop

CARDS = ["card_ok"] * 6 + ["card_declined", "card_flaky", "card_timeout"]


class World:
    """The shop as it is now, and what shoppers have been told."""

    def __init__(self, stack, **settings):
        self.stack, self.settings, self.contract = stack, settings, Contract()
        self.told, self.problems = {}, []
        self.lock, self.done = threading.Lock(), threading.Event()
        self.start()

    def start(self):
        self.shop = Shop(self.stack, **self.settings)

    def kill(self, look=lambda: None):
        """Anew, but for a `look` while nothing runs; answers what it saw."""
        self.shop.process.kill()
        self.shop.process.wait()
        seen = look()
        self.start()
        return seen

    def client(self, token=None):
        return Client(self.shop.url, self.contract, token)

    def insist(self, token, request):
        """Sends a request until it is answered with something else than "not now"."""
        for _ in range(200):
            try:
                answer = request(self.client(token))
                if answer.status_code not in (503, 504):
                    return answer
            except requests.exceptions.RequestException:
                pass
            time.sleep(0.1)
        raise AssertionError("no answer in 200 attempts")

    def crowd(self, count, tokens, products, day):
        """Shoppers who order and cancel within the block; afterwards the last of them has been answered."""
        return Crowd(self, [threading.Thread(target=self._shop, args=(tokens[n % len(tokens)], products, day, n))
                            for n in range(count)])

    def _shop(self, token, products, day, seed):
        chance = random.Random(seed)
        try:
            while not self.done.is_set():
                lines = [(product, day(1), chance.randint(1, 2)) for product in chance.sample(products, chance.randint(1, 2))]
                key, card = unique("kill"), chance.choice(CARDS)
                answer = self.insist(token, lambda client: client.order(lines, key=key, card=card))
                if answer.status_code not in (201, 202, 402, 409):
                    raise AssertionError(answer.text)
                body = answer.json()
                with self.lock:
                    self.told[body.get("order_id", body.get("id"))] = answer.status_code
                if answer.status_code == 201 and chance.random() < 0.5:
                    booking = body["lines"][0]["booking_id"]
                    cancelled = self.insist(token, lambda client: client.post(f"/v1/bookings/{booking}/cancellation"))
                    assert cancelled.status_code in (200, 202), cancelled.text
        except Exception as problem:  # a thread's failure must reach the test
            self.problems.append(problem)


class Crowd:
    def __init__(self, world, threads):
        self.world, self.threads = world, threads

    def __enter__(self):
        for thread in self.threads:
            thread.start()

    def __exit__(self, kind, *_):
        time.sleep(0 if kind else 1)
        self.world.done.set()
        for thread in self.threads:
            thread.join(60)
        if not kind:
            assert self.world.problems == []


def until_settled(stack, seconds=60):
    began = time.monotonic()
    while True:
        left = stack.psql("SELECT (SELECT count(*) FROM orders.orders WHERE state = 'pending')"
                          " + (SELECT count(*) FROM bookings.bookings WHERE state IN ('held', 'cancelling'))"
                          " + (SELECT count(*) FROM orders.orders WHERE state = 'confirmed' AND receipt_sent_at IS NULL)")
        if left == "0":
            return
        assert time.monotonic() - began < seconds, f"{left} things are still open"
        time.sleep(0.3)
