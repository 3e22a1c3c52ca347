"""Every route of the API with the parameters shoppers and admins would use, and how long each takes alone.

One connection, one request at a time: nothing waits for anything else, so the figures are the work of the
route itself, not of a queue. The table is where a later stage starts from: it measures the same cases on the
stage before and on itself, case by case, with the same Shoppers.
"""
import collections
import time

from pictures import png
from shoppers import Shoppers
from stack import Shop
from wire import Wire, request

# route as the contract names it, how it is asked, the request's bytes, what must come back
Case = collections.namedtuple("Case", "route how make status")
CASES = []
WARM_UP = 8


def case(route, how="", status=(200,)):
    """Decorates a function (shoppers, url) -> arguments of wire.request after the method."""
    def add(make):
        CASES.append(Case(route, how, make, status))
        return make
    return add


def asked(route, path, how="", who=None, status=(200,)):
    """A GET: `path` is a function of the shoppers, `who` of them asks (None: anybody)."""
    @case(route, how, status)
    def make(shoppers, url):
        person = None if who is None else who(shoppers)
        return {"path": path(shoppers, person, url), "token": person and person.token}


def anyone(shoppers):
    return shoppers.shopper()


def admin(shoppers):
    return shoppers.admin


HOME, LIST, ONE = "GET /v1/home", "GET /v1/products", "GET /v1/products/{id}"
asked(HOME, lambda s, *_: "/v1/home")
asked("GET /v1/categories", lambda s, *_: "/v1/categories")
asked(LIST, lambda s, *_: "/v1/products", "first page")
asked(LIST, lambda s, *_: f"/v1/products?category={s.dice.choice(s.categories)}", "a category")
asked(LIST, lambda s, *_: f"/v1/products?category={s.dice.choice(s.categories)}&sort=price", "a category by price")
asked(LIST, lambda s, *_: f"/v1/products?min_price_cents={s.deciles[3]}&max_price_cents={s.deciles[5]}&sort=rating",
      "a price range by rating")
asked(LIST, lambda s, *_: f"/v1/products?q={s.dice.choice(s.words)}", "a word")
asked(LIST, lambda s, *_: f"/v1/products?q={s.dice.choice(s.words)[:4]}", "how a word begins")
asked(LIST, lambda s, *_: f"/v1/products?q={s.unique('nothing')}", "a word nobody uses")
asked(LIST, lambda s, _, url: s.deep(url, "/v1/products?limit=100", 30), "behind 3,000 others")
asked(LIST, lambda s, _, url: s.deep(url, "/v1/products?limit=100&sort=price", 30), "behind 3,000 others by price")
asked(ONE, lambda s, *_: f"/v1/products/{s.product()}", "popular ones")
asked(ONE, lambda s, *_: f"/v1/products/{s.dice.choice(s.products)}", "any")
asked(f"{ONE}/availability", lambda s, *_: f"/v1/products/{s.product()}/availability", "30 days")
asked(f"{ONE}/availability", lambda s, *_: f"/v1/products/{s.product()}/availability?{s.span(0, 92)}", "92 days")

asked("GET /v1/users/me", lambda s, *_: "/v1/users/me", who=anyone)
asked("GET /v1/orders", lambda s, *_: "/v1/orders", "first page", anyone)
asked("GET /v1/orders", lambda s, *_: "/v1/orders?limit=50", "50 at once", anyone)
asked("GET /v1/orders/{id}", lambda s, who, _: f"/v1/orders/{who.order_id}", who=anyone)
asked("GET /v1/orders/{id}/invoice", lambda s, who, _: f"/v1/orders/{who.order_id}/invoice", "PDF", anyone)
asked("GET /v1/bookings", lambda s, *_: "/v1/bookings", "first page", anyone)
asked("GET /v1/bookings", lambda s, *_: f"/v1/bookings?{s.span(0, 91)}", "the days to come", anyone)

asked("GET /v1/admin/users", lambda s, *_: f"/v1/admin/users?email=shopper-{s.shopper().id}@shop.example", "one e-mail", admin)
asked("GET /v1/admin/users", lambda s, *_: f"/v1/admin/users?prefix=shopper-{s.shopper().id}", "a narrow prefix", admin)
asked("GET /v1/admin/users", lambda s, *_: f"/v1/admin/users?prefix=shopper-{s.dice.randint(1, 9)}", "a wide prefix", admin)
asked("GET /v1/admin/users", lambda s, *_: f"/v1/admin/users?prefix={s.unique('nobody')}", "a prefix nobody has", admin)
asked("GET /v1/admin/bookings", lambda s, *_: f"/v1/admin/bookings?{s.span(s.dice.randint(-300, 30), 1)}", "a day", admin)
asked("GET /v1/admin/bookings", lambda s, *_: f"/v1/admin/bookings?{s.span(s.dice.randint(-300, 0), 30)}", "30 days", admin)
asked("GET /v1/admin/bookings", lambda s, *_: f"/v1/admin/bookings?product_id={s.product()}&{s.span(-30, 60)}",
      "a product, 60 days", admin)
asked("GET /v1/admin/bookings", lambda s, _, url: s.deep(url, f"/v1/admin/bookings?limit=100&{s.span(-60, 60)}", 10, s.admin.token),
      "behind 1,000 others", admin)
asked("GET /v1/admin/reports/sales", lambda s, *_: f"/v1/admin/reports/sales?{s.span(-29, 29)}", "30 days", admin)
asked("GET /v1/admin/reports/sales.pdf", lambda s, *_: f"/v1/admin/reports/sales.pdf?{s.span(-29, 29)}", "30 days", admin)
asked("GET /v1/admin/reports/sales.csv", lambda s, *_: f"/v1/admin/reports/sales.csv?{s.span(s.dice.randint(-300, -1), 1)}", "a day",
      admin)


def order_body(shoppers, lines):
    wanted = {(shoppers.dice.choice(shoppers.products), shoppers.day(1, 80)) for _ in range(lines)}
    return {"lines": [{"product_id": product, "day": day, "quantity": 1} for product, day in sorted(wanted)],
            "payment": {"card_token": "card_ok"}}


def checkout(lines):
    @case("POST /v1/orders", f"{lines} line{'s' if lines > 1 else ''}, the provider takes 120 ms", (201, 409))
    def make(shoppers, url):
        return {"path": "/v1/orders", "token": shoppers.shopper().token, "body": order_body(shoppers, lines),
                "headers": {"Idempotency-Key": shoppers.unique("bench")}}


checkout(1)
checkout(5)


@case("PUT /v1/admin/products/{id}/picture", "PNG, 1600 x 1200", (200,))
def set_picture(shoppers, url):
    stripes = bytes(range(shoppers.dice.randrange(200), 256)) * 120000
    return {"path": f"/v1/admin/products/{shoppers.dice.choice(shoppers.products)}/picture", "token": shoppers.admin.token,
            "body": png(1600, 1200, noise=stripes), "headers": {"Content-Type": "image/png"}}


for size in ("small", "medium", "large"):
    asked("GET /v1/pictures/{key}/{size}", lambda s, *_, size=size: f"/v1/pictures/{s.picture()}/{size}.jpg", size)


@case("POST /v1/users", "argon2id", (201,))
def register(shoppers, url):
    name = shoppers.unique("bench")
    return {"path": "/v1/users", "body": {"email": f"{name}@shop.example", "name": "Bench", "password": f"password of {name}"}}


@case("POST /v1/sessions", "argon2id", (201,))
def log_in(shoppers, url):
    _, email, password = shoppers.stack.accounts()[1]
    return {"path": "/v1/sessions", "body": {"email": email, "password": password}}


def measure(one, wire, shoppers, url, seconds, least, most):
    """Answer times in seconds, and how many answers were not what they should be."""
    method, _ = one.route.split(" ", 1)

    def ask():
        status, _, taken = wire.exchange(request(method, **one.make(shoppers, url)))
        return taken, status in one.status

    began = time.monotonic()
    for _ in range(WARM_UP):  # each of the pool's connections prepares its statements once
        ask()
        if time.monotonic() - began > 1:
            break
    began, answers = time.monotonic(), []
    while len(answers) < most and (len(answers) < least or time.monotonic() - began < seconds):
        answers.append(ask())
    return [taken for taken, _ in answers], sum(not good for _, good in answers)


def large_routes(bench):
    stack = bench.large
    shop = Shop(stack)
    bench.progress.step(0, len(CASES), "drawing shoppers from the data")
    shoppers, wire = Shoppers(stack), Wire(shop.url)
    for index, one in enumerate(CASES):
        bench.progress.step(index, len(CASES), f"{one.route} {one.how}")
        least, most = (5, 100) if bench.quick else (30, 1000)
        times, failed = measure(one, wire, shoppers, shop.url, bench.seconds, least, most)
        more = {"failed": failed} if failed else {}
        bench.results.add_times("routes", f"{one.route}{', ' if one.how else ''}{one.how}", times,
                                route=one.route, how=one.how, **more)
    wire.close()
    shop.stop()
