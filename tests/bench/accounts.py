"""Accounts, products and days for the order benchmark: registered over HTTP, as shoppers do.

Capacity is raised so that nothing is sold out during the measurement: a benchmark of orders must count
orders, not refusals.
"""
import datetime
import json
import urllib.request

PRODUCTS = 200
DAYS = 200


def post(url, body):
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def log_in(url, email, password):
    """A token."""
    return post(url + "/v1/sessions", {"email": email, "password": password})["token"]


def prepare(stack, url, clients):
    tokens = []
    stamp = datetime.datetime.now().strftime("%H%M%S%f")
    for number in range(clients):
        account = {"email": f"bench-{stamp}-{number}@shop.example", "password": f"bench-password-{stamp}"}
        post(url + "/v1/users", dict(account, name="Bench"))
        tokens.append(log_in(url, **account))
    stack.psql(f"UPDATE bookings.capacities SET per_day = 100000 WHERE product_id <= {PRODUCTS}")
    stack.psql(f"UPDATE bookings.days SET capacity = 100000 WHERE product_id <= {PRODUCTS}")
    today = datetime.date.today()
    days = [(today + datetime.timedelta(days=1 + offset)).isoformat() for offset in range(DAYS)]
    return {"TOKENS": " ".join(tokens), "DAYS": " ".join(days), "PRODUCTS": str(PRODUCTS),
            "USERS": str(stack.psql("SELECT min(id) FROM users.accounts"))}
