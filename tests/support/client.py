"""A client of the shop for tests: every answer it gets is held against the contract.
"""
import itertools
import json
import os
import time

import requests

from waiting import until

_numbers = itertools.count(1)


def unique(prefix):
    """A name nobody has used, in this run or an earlier one on the same database."""
    return f"{prefix}-{os.getpid()}-{time.time_ns() // 1000 % 10**9}-{next(_numbers)}"


class Client:
    def __init__(self, base_url, contract, token=None):
        self.base_url = base_url.rstrip("/")
        self.contract = contract
        self.token = token
        self.session = requests.Session()

    def call(self, method, path, body=None, *, headers=None, data=None, token="own", timeout=30, **query):
        """Sends and checks. `query` are parameters (a trailing _ is dropped: from_); `data` is a raw body."""
        sent = dict(headers or {})
        bearer = self.token if token == "own" else token
        if bearer:
            sent.setdefault("Authorization", f"Bearer {bearer}")
        if body is not None:
            data = json.dumps(body)
            sent.setdefault("Content-Type", "application/json")
        params = {name.rstrip("_"): value for name, value in query.items()}
        response = self.session.request(method, self.base_url + path, params=params, data=data, headers=sent, timeout=timeout)
        if response.status_code == 413:
            self.session.close()  # who has not read all of a body may end the connection at any moment
        self.contract.check(method, path, response)
        return response

    def get(self, path, **kwargs):
        return self.call("GET", path, **kwargs)

    def post(self, path, body=None, **kwargs):
        return self.call("POST", path, body, **kwargs)

    def put(self, path, body=None, **kwargs):
        return self.call("PUT", path, body, **kwargs)

    def patch(self, path, body=None, **kwargs):
        return self.call("PATCH", path, body, **kwargs)

    def delete(self, path, **kwargs):
        return self.call("DELETE", path, **kwargs)

    def pages(self, path, **query):
        """All items of a list, page by page."""
        cursor, items = None, []
        for _ in range(1000):
            answer = self.get(path, **(dict(query, cursor=cursor) if cursor else query))
            assert answer.status_code == 200, answer.text
            items += answer.json()["items"]
            cursor = answer.json()["next_cursor"]
            if cursor is None:
                return items
        raise AssertionError("a list without end")

    def registered(self, name="Ada Shopper"):
        """A new customer, logged in."""
        account = {"email": unique("ada") + "@shop.example", "name": name, "password": "correct horse battery"}
        assert self.post("/v1/users", account, token=None).status_code == 201
        return self.logged_in(account["email"], account["password"])

    def logged_in(self, email, password):
        answer = self.post("/v1/sessions", {"email": email, "password": password}, token=None)
        assert answer.status_code == 201, answer.text
        client = Client(self.base_url, self.contract, answer.json()["token"])
        client.user = answer.json()["user"]
        return client

    def order(self, lines, card="card_ok", key=None, wait=60, **kwargs):
        """`lines` is a list of (product id, day, quantity). Where the shop answers `pending`, because the outcome is not
        known yet or somebody else brings it about, that is waited for, and the answer is what the shop says to the same
        request then. `wait=0`: the first answer, whatever it is."""
        body = {"lines": [{"product_id": p, "day": d, "quantity": q} for p, d, q in lines],
                "payment": {"card_token": card}}
        headers = {"Idempotency-Key": key or unique("key")}
        answer = self.post("/v1/orders", body, headers=headers, **kwargs)
        if answer.status_code != 202 or not wait:
            return answer
        self.outcome(answer.json()["id"], wait)
        again = self.post("/v1/orders", body, headers=headers, **kwargs)
        if "Idempotent-Replayed" not in answer.headers:
            again.headers.pop("Idempotent-Replayed", None)  # the repeat was ours
        return again

    def outcome(self, order_id, seconds=60):
        """The order, once it is not pending any more."""
        found = {}

        def decided():
            found.update(self.get(f"/v1/orders/{order_id}").json())
            return found["status"] != "pending"
        until(decided, seconds, f"order {order_id} is still pending after {seconds} s")
        return found


def fields(answer):
    """The names of the wrong fields of a problem answer."""
    return {error["field"] for error in answer.json().get("errors", [])}
