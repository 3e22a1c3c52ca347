"""Shoppers who do not let go: who gets no answer sends the same request again with the same key, to whatever is there
by then. What they are told in the end goes into a ledger, for the auditor.

Each has a thread, a connection and dice of its own. They look around, order one or two lines with cards of all sorts,
look again whether the order they were told of is there, and cancel some of what they bought.
"""
import collections
import json
import random
import threading
import time

from client import unique
from wire import Wire, request

CARDS = ["card_ok"] * 6 + ["card_declined", "card_flaky", "card_timeout"]
ATTEMPT_SECONDS, PATIENCE_SECONDS = 17, 90  # longer than the shop may take for an order; then an answer is unknown
OUTCOME_SECONDS = 30  # what is pending is looked at for so long
LATER = {429, 500, 502, 503, 504}
FINAL = {201, 202, 402, 409}


class Shoppers:
    """`url()` is where the shop is now. Within the block they shop; at its end the last of them has been answered."""

    def __init__(self, url, ledger, tokens, products, days, count, pause=0.0, cards=CARDS):
        self.url, self.ledger, self.tokens, self.products, self.days, self.pause = url, ledger, tokens, products, days, pause
        self.cards = cards
        self.answers, self.problems, self.done, self.lock = collections.Counter(), [], threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self._shop, args=(n,), daemon=True) for n in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, *_):
        self.done.set()
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS + ATTEMPT_SECONDS)
        if not kind:
            assert self.problems == [], self.problems[0]

    def acknowledged(self):
        return self.ledger.total("confirmed", "pending", "refused")

    # --- one of them

    def _shop(self, number):
        one = Shopper(self, number)
        try:
            while not self.done.is_set():
                one.look_around()
                one.order()
                time.sleep(self.pause)
        except Exception as problem:  # a thread's failure must reach whoever asked for it
            self.problems.append(f"shopper {number}: {type(problem).__name__}: {problem}")


class Shopper:
    def __init__(self, crowd, number):
        self.crowd, self.dice = crowd, random.Random(number)
        self.token = crowd.tokens[number % len(crowd.tokens)]
        self.wire, self.wired_to = None, None

    def ask(self, method, path, body=None, **headers):
        """(status, document) of one attempt; status 0 when there was no answer."""
        url = self.crowd.url()
        if self.wire is None or self.wired_to != url:
            self.wire, self.wired_to = Wire(url, ATTEMPT_SECONDS), url
        try:
            status, text, _ = self.wire.exchange(request(method, path, self.token, body, headers))
            document = json.loads(text) if text else {}
        except (OSError, ValueError):
            self.wire.close()
            status, document = 0, {}
        with self.crowd.lock:
            self.crowd.answers[status] += 1
        return status, document

    def insist(self, method, path, body=None, **headers):
        """(status, document, attempts) of the first answer that is not "later"; status None when patience ended."""
        began, attempts = time.monotonic(), 0
        while time.monotonic() - began < PATIENCE_SECONDS:
            attempts += 1
            status, document = self.ask(method, path, body, **headers)
            if status != 0 and status not in LATER:
                return status, document, attempts
            time.sleep(0.05 + 0.15 * self.dice.random())
        return None, {}, attempts

    def look_around(self):
        product = self.dice.choice(self.crowd.products)
        for path in self.dice.sample(["/v1/home", f"/v1/products/{product}", f"/v1/products/{product}/availability", "/v1/bookings"], 2):
            self.ask("GET", path)

    def order(self):
        lines = [(product, self.dice.choice(self.crowd.days), self.dice.randint(1, 2))
                 for product in self.dice.sample(self.crowd.products, self.dice.randint(1, 2))]
        key = unique("insist")
        wanted = {"lines": [{"product_id": p, "day": d, "quantity": q} for p, d, q in lines],
                  "payment": {"card_token": self.dice.choice(self.crowd.cards)}}
        status, document = self.place(key, wanted, lines[0])
        if status == 202 and self.is_decided(document["id"]):
            status, document = self.place(key, wanted, lines[0])
        if status == 201:
            self.look_again(key, document)
            if self.dice.random() < 0.5:
                self.cancel(key, document)

    def place(self, key, wanted, line):
        status, document, attempts = self.insist("POST", "/v1/orders", wanted, **{"Idempotency-Key": key})
        if status is not None and status not in FINAL:
            raise AssertionError(f"an order was answered {status}: {document}")
        self.crowd.ledger.order(key, line, status, document, attempts)
        return status, document

    def is_decided(self, order):
        """Waits for the outcome of one that is pending; not for ever."""
        until = time.monotonic() + OUTCOME_SECONDS
        while time.monotonic() < until and not self.crowd.done.is_set():
            status, seen = self.ask("GET", f"/v1/orders/{order}")
            if status == 200 and seen["status"] != "pending":
                return True
            time.sleep(0.05)
        return False

    def look_again(self, key, told):
        """Who was told "confirmed" must find it so, from then on."""
        status, seen = self.ask("GET", f"/v1/orders/{told['id']}")
        if status == 404 or status == 200 and (seen["status"], seen["total_cents"]) != ("confirmed", told["total_cents"]):
            self.crowd.ledger.contradiction(key, told["id"], status)

    def cancel(self, key, order):
        booking = order["lines"][0]["booking_id"]
        status, document, _ = self.insist("POST", f"/v1/bookings/{booking}/cancellation")
        if status in (200, 202):
            self.crowd.ledger.cancellation(key, order["id"], booking, status)
        elif status is not None:
            raise AssertionError(f"a cancellation was answered {status}: {document}")
