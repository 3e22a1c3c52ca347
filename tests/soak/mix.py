"""What the crowd sends: of a thousand requests so many of each kind, and which answers are right.

A kind is a function of the World; it gives the request's bytes, the statuses that may come back (0: the shop
closes the connection instead), and what is to be done with a good answer, if anything.
"""
import datetime
import itertools
import json
import random
import secrets

from pictures import png
from wire import request

CUSTOMERS = 40
KINDS = []  # (weight, function)


class World:
    """What the crowd knows: accounts, products, and what it has bought so far."""

    def __init__(self, stack, seed=1):
        self.dice = random.Random(seed)
        self.products = [int(row[0]) for row in stack.rows("SELECT id FROM catalog.products WHERE active ORDER BY id")]
        self.hidden = [int(row[0]) for row in stack.rows("SELECT id FROM catalog.products WHERE NOT active ORDER BY id")]
        self.categories = [row[0] for row in stack.rows("SELECT slug FROM catalog.categories ORDER BY slug")]
        self.today = datetime.datetime.now(datetime.timezone.utc).date()
        self.run, self.numbers = secrets.token_hex(4), itertools.count(CUSTOMERS)
        self.admin_account = stack.admin()
        self.customers = [(f"soak-{self.run}-{number}@shop.example", f"soak-password-{number}") for number in range(CUSTOMERS)]
        self.tokens, self.admin = [], None
        self.to_log_out, self.orders, self.bookings, self.pictures = [], [], [], []

    def product(self):
        return self.dice.choice(self.products)

    def day(self):
        return (self.today + datetime.timedelta(days=self.dice.randint(1, 300))).isoformat()

    def token(self):
        return self.dice.choice(self.tokens)

    def unique(self):
        return f"soak-{self.run}-{next(self.numbers)}"


def kind(weight):
    def add(function):
        KINDS.append((weight, function))
        return function
    return add


def reads(weight, path, who=None, status=(200,), headers=None):
    """A GET; `path` and `who` (a token) are functions of the world."""
    def read(world):
        return request("GET", path(world), who and who(world), headers=headers and headers(world)), status, None
    KINDS.append((weight, read))


reads(460, lambda w: f"/v1/products/{w.product()}")
reads(60, lambda w: f"/v1/products/{w.product()}", status=(200, 304), headers=lambda w: {"If-None-Match": '"p1-v1", *'})
reads(10, lambda w: "/v1/home")
reads(20, lambda w: "/v1/categories")
reads(30, lambda w: f"/v1/products?category={w.dice.choice(w.categories)}&limit={w.dice.randint(1, 40)}")
reads(20, lambda w: f"/v1/products?q={w.dice.choice(['tour', 'class', 'wine', 'zzz'])}&sort=price")
reads(60, lambda w: f"/v1/products/{w.product()}/availability")
reads(20, lambda w: w.dice.choice(["/healthz", "/readyz", "/metrics", "/v1/stage"]))
reads(40, lambda w: "/v1/users/me", World.token)
reads(40, lambda w: "/v1/orders?limit=5", World.token)
reads(20, lambda w: "/v1/bookings?limit=20", World.token)
reads(4, lambda w: "/v1/admin/users?prefix=soak&limit=20", lambda w: w.admin)
reads(4, lambda w: f"/v1/admin/bookings?product_id={w.product()}", lambda w: w.admin)


@kind(2)
def log_in(world):
    email, password = world.dice.choice(world.customers)

    def keep(body):
        world.to_log_out.append(json.loads(body)["token"])
    return request("POST", "/v1/sessions", body={"email": email, "password": password}), (201,), keep


@kind(2)
def log_out(world):
    if not world.to_log_out:
        return log_in(world)
    return request("DELETE", "/v1/sessions/current", world.to_log_out.pop()), (204,), None


@kind(1)
def log_in_wrongly(world):
    return request("POST", "/v1/sessions", body={"email": world.customers[0][0], "password": "not it"}), (401,), None


@kind(1)
def register(world):
    account = {"email": f"{world.unique()}@shop.example", "name": "Soak", "password": "correct horse battery"}
    return request("POST", "/v1/users", body=account), (201,), None


@kind(10)
def check_out(world):
    token, card = world.token(), world.dice.choices(["card_ok", "card_declined"], [9, 1])[0]
    days = {(world.product(), world.day()) for _ in range(world.dice.randint(1, 3))}
    body = {"lines": [{"product_id": product, "day": day, "quantity": 1} for product, day in days],
            "payment": {"card_token": card}}

    def keep(answer):
        order = json.loads(answer)
        if "lines" in order:
            world.orders = [*world.orders[-500:], (order["id"], token)]
            world.bookings = [*world.bookings[-500:], (order["lines"][0]["booking_id"], token)]
    return request("POST", "/v1/orders", token, body, {"Idempotency-Key": world.unique()}), (201, 202, 402, 409), keep


@kind(10)
def look_at_an_order(world):
    if not world.orders:
        return check_out(world)
    order, token = world.dice.choice(world.orders)
    return request("GET", f"/v1/orders/{order}", token), (200,), None


@kind(3)
def read_an_invoice(world):
    if not world.orders:
        return check_out(world)
    order, token = world.dice.choice(world.orders)
    return request("GET", f"/v1/orders/{order}/invoice", token), (200,), None


@kind(2)
def cancel(world):
    if not world.bookings:
        return check_out(world)
    booking, token = world.bookings.pop(world.dice.randrange(len(world.bookings)))
    return request("POST", f"/v1/bookings/{booking}/cancellation", token), (200, 202, 409), None


@kind(4)
def change_a_product(world):
    path = f"/v1/admin/products/{world.product()}"
    return request("PATCH", path, world.admin, {"price_cents": world.dice.randint(500, 20000)}), (200,), None


@kind(1)
def give_a_picture(world):
    colour = [world.dice.randrange(256) for _ in range(3)]
    path, headers = f"/v1/admin/products/{world.product()}/picture", {"Content-Type": "image/png"}

    def keep(body):
        world.pictures = [*world.pictures[-100:], json.loads(body)["picture"]]
    return request("PUT", path, world.admin, png(world.dice.randint(1, 900), 300, colour), headers), (200,), keep


@kind(20)
def look_at_a_picture(world):
    if not world.pictures:
        return give_a_picture(world)
    return request("GET", world.dice.choice([*world.dice.choice(world.pictures).values()])), (200, 404), None


def bad_picture(world, data, kind="image/png"):
    return request("PUT", f"/v1/admin/products/{world.product()}/picture", world.admin, data, {"Content-Type": kind})


BAD = [
    lambda w: (bad_picture(w, png(300, 200)[:-40]), (422,)),
    lambda w: (bad_picture(w, png(30, 20, claims=(9000, 9000))), (422,)),
    lambda w: (bad_picture(w, png(30, 20), "image/jpeg"), (422,)),
    lambda w: (bad_picture(w, png(30, 20), "image/gif"), (415,)),
    lambda w: (request("GET", f"/v1/nothing/{w.unique()}"), (404,)),
    lambda w: (request("GET", f"/v1/products/{10 ** 9 + next(w.numbers)}"), (404,)),
    lambda w: (request("GET", f"/v1/products/{w.dice.choice(w.hidden or [10 ** 9])}"), (404,)),
    lambda w: (request("GET", "/v1/products/none"), (404, 422)),
    lambda w: (request("GET", "/v1/products?limit=1000&sort=colour&nonsense=1"), (422,)),
    lambda w: (request("GET", f"/v1/products?cursor={secrets.token_urlsafe(30)}"), (400,)),
    lambda w: (request("GET", f"/v1/products?q={'x' * 3000}"), (414, 422)),
    lambda w: (request("GET", "/v1/products/%zz%00?q=%ff%fe"), (400, 404, 422)),
    lambda w: (request("PUT", "/v1/products"), (405,)),
    lambda w: (request("GET", "/v1/users/me", "no-such-token"), (401,)),
    lambda w: (request("GET", "/v1/users/me", secrets.token_urlsafe(32)), (401,)),
    lambda w: (request("GET", "/v1/admin/users?prefix=a", w.token()), (403,)),
    lambda w: (request("POST", "/v1/orders", w.token(), b"{", {"Content-Type": "application/json"}), (400,)),
    lambda w: (request("POST", "/v1/orders", w.token(), {"lines": "many"}, {"Idempotency-Key": w.unique()}), (422,)),
    lambda w: (request("POST", "/v1/orders", w.token(), b"a=b", {"Content-Type": "text/plain"}), (415,)),
    lambda w: (request("POST", "/v1/users", body={"email": "@", "name": "", "password": "x"}), (422,)),
    lambda w: (request("POST", "/v1/users", body={"email": "x" * 200000, "name": "a", "password": "b"}), (413, 422)),
    lambda w: (request("GET", "/v1/home", headers={f"X-Filler-{n}": "y" * 900 for n in range(40)}), (431, 0)),
    lambda w: (b"GET /v1/home\r\n\r\n", (400, 0)),
    lambda w: (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + secrets.token_bytes(100) + b"\r\n\r\n", (400, 0)),
    lambda w: (b"POST /v1/users HTTP/1.1\r\nHost: shop\r\nContent-Length: -5\r\n\r\n", (400, 413, 0)),
    lambda w: (b"POST /v1/users HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", (400, 415, 0)),
]


@kind(60)
def bad(world):
    data, status = world.dice.choice(BAD)(world)
    return data, status, None


FUNCTIONS = [function for _, function in KINDS]
WEIGHTS = list(itertools.accumulate(weight for weight, _ in KINDS))


def draw(world):
    return world.dice.choices(FUNCTIONS, cum_weights=WEIGHTS)[0](world)


def draw_read(world):
    """For those who go away: something the shop answers with many bytes, or a checkout."""
    if world.dice.random() < 0.2:
        return check_out(world)[0]
    return request("GET", world.dice.choice([
        "/v1/home", "/v1/products?limit=100", f"/v1/products/{world.product()}", "/v1/admin/bookings?limit=100"]), world.admin)
