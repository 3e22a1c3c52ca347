"""Redis is slow, hung, killed, emptied, full of rubbish, or cut off from some: the shop is slower, never wrong, never a 5xx,
and well again by itself. In each of these somebody changes a price and asks for it, on ever new connections, so
that every loop is asked: it must be the new one from the acknowledgement on, and so must be what a second shop says."""
import concurrent.futures
import os
import re
import signal
import socket
import time

import pytest

from client import Client
from redis import Door, Redis, url_of
from waiting import until

pytestmark = pytest.mark.needs("redis")

LOOPS = {"SHOP_PROCESS_LOOPS": "2"}


@pytest.fixture
def redis(stack):
    connection = Redis(url_of(stack))
    connection.call("FLUSHALL")
    yield connection
    connection.close()


@pytest.fixture
def shops(stack, start_shop, redis):
    found = [start_shop(**LOOPS), start_shop(**LOOPS)]
    for shop in found:
        until(lambda: number(shop, "shop_redis_up") == 2)
    return found


def number(shop, name):
    return int(re.search(rf"^{name} (\d+)", shop.get("/metrics").text, re.M).group(1))


def through(door, folder):
    """The name of a file with the door's address, as the shop wants it."""
    path = folder / "redis.url"
    path.write_text(door.url)
    return str(path)


def ask(shop, path, **query):
    """On a new connection: the kernel chooses the loop."""
    answer = Client(shop.base_url, shop.contract).get(path, **query)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


def price_of(items, product):
    return next(item["price_cents"] for item in items if item["id"] == product)


class Prices:
    """Changes the price of a product and holds what the shops say against it."""

    def __init__(self, stack, shops, new_product, readers=None):
        self.product = new_product(shops[0], 10)
        self.admin = shops[0].logged_in(*stack.admin())
        self.readers = readers or shops
        self.price = 1500
        self.category = ask(shops[0], f"/v1/products/{self.product}")["category"]

    def check(self, rounds=3):
        for _ in range(rounds):
            for shop in self.readers:  # so that there is something old to remember
                self.read(shop)
            self.price += 1
            answer = self.admin.patch(f"/v1/admin/products/{self.product}", {"price_cents": self.price})
            assert answer.status_code == 200, answer.text
            for _ in range(3):
                for shop in self.readers:
                    assert self.read(shop) == [self.price] * 3

    def read(self, shop):
        newest = ask(shop, "/v1/products", category=self.category, limit=5)["items"]
        return [ask(shop, f"/v1/products/{self.product}")["price_cents"], price_of(newest, self.product),
                price_of(ask(shop, "/v1/home")["newest"], self.product)]


def test_a_change_is_seen_by_all(stack, shops, new_product):
    Prices(stack, shops, new_product).check(5)
    for name in ("near_hits", "shared_hits", "invalidations", "dropped", "answers"):
        assert sum(number(shop, f"shop_cache_{name}_total") for shop in shops) > 0, name


def test_killed_and_started_again(stack, shops, new_product):
    prices = Prices(stack, shops, new_product)
    prices.check(1)
    os.kill(int(stack.pid("redis")), signal.SIGKILL)
    prices.check()
    stack.call("start", "redis")
    for shop in shops:
        until(lambda: number(shop, "shop_redis_up") == 2, what="the shop did not find Redis again by itself")
    prices.check()


def test_frozen_and_thawed(stack, shops, new_product):
    """A change that Redis sleeps through: what it remembers when it wakes up is old."""
    prices = Prices(stack, shops, new_product)
    prices.check(1)
    pid = int(stack.pid("redis"))
    os.kill(pid, signal.SIGSTOP)
    try:
        prices.check()
        before = number(shops[0], "shop_redis_failures_total")
        for index in range(100):
            ask(shops[0], "/v1/products", limit=index % 50 + 1)
        assert number(shops[0], "shop_redis_failures_total") - before <= 4, "nobody waits for a Redis that is known to hang"
    finally:
        os.kill(pid, signal.SIGCONT)
    for shop in shops:
        until(lambda: number(shop, "shop_redis_up") == 2)
    prices.check()


def test_slow(stack, start_shop, new_product, redis, tmp_path):
    door = Door(url_of(stack))
    door.delay = 0.05
    shop = start_shop(SHOP_CACHE_REDIS_URL_FILE=through(door, tmp_path), SHOP_CACHE_REDIS_TIMEOUT_MS="1000", **LOOPS)
    until(lambda: number(shop, "shop_redis_up") == 2)
    Prices(stack, [shop], new_product).check()
    assert number(shop, "shop_redis_failures_total") == 0
    door.close()


def test_emptied_again_and_again(stack, shops, new_product, redis):
    prices = Prices(stack, shops, new_product)
    for _ in range(5):
        redis.call("FLUSHALL")
        prices.check(1)
    assert all(number(shop, "shop_redis_up") == 2 for shop in shops)


def test_rubbish_under_every_key(stack, shops, new_product, redis):
    prices = Prices(stack, shops, new_product)
    prices.check(1)
    until(lambda: len(redis.call("KEYS", "catalog:*")) > 2)
    keys = redis.call("KEYS", "catalog:*")
    values = [redis.call("GET", key) or b"" for key in keys]
    for wrong in (lambda i: b"rubbish", lambda i: values[i - 1], lambda i: values[i][:-1], lambda i: b"\0" * len(values[i])):
        for index, key in enumerate(keys):
            redis.call("SET", key, wrong(index), "PX", 600000)
        for shop in shops:
            assert prices.read(shop) == [prices.price] * 3
    redis.call("DEL", *keys)
    redis.call("LPUSH", keys[0], "a list")  # not even of the right type
    prices.check(1)
    assert sum(number(shop, "shop_cache_wrong_total") for shop in shops) > 0


def test_cut_off_from_one_of_two(stack, start_shop, new_product, redis, tmp_path):
    """The one through which prices are changed cannot reach Redis, and the other one can; and then the other way round."""
    door = Door(url_of(stack))
    cut = start_shop(SHOP_CACHE_REDIS_URL_FILE=through(door, tmp_path), **LOOPS)
    well = start_shop(**LOOPS)
    for writer in (cut, well):
        door.shut = False
        until(lambda: number(cut, "shop_redis_up") == 2 == number(well, "shop_redis_up"))
        prices = Prices(stack, [writer], new_product, readers=[cut, well])
        prices.check(1)
        door.shut = True
        prices.check()
        door.shut = False
        until(lambda: number(cut, "shop_redis_up") == 2)
        prices.check()
    door.close()


def test_a_change_by_hand_is_seen_soon(stack, shops, new_product):
    """Not acknowledged by anybody, so only soon: within the lease."""
    prices = Prices(stack, shops, new_product)
    prices.check(1)
    stack.psql(f"UPDATE catalog.products SET price_cents = 77 WHERE id = {prices.product}")
    time.sleep(0.15)
    for shop in shops:
        assert prices.read(shop) == [77] * 3


def test_a_crowd_at_a_cold_page_computes_it_once(stack, start_shop, redis):
    shop = start_shop(**LOOPS)
    until(lambda: number(shop, "shop_redis_up") == 2)
    redis.call("FLUSHALL")
    host, port = "127.0.0.1", shop.shop.port
    crowd = [socket.create_connection((host, port), 30) for _ in range(500)]
    for member in crowd:
        member.sendall(b"GET /v1/home HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    def answer(member):
        with member, member.makefile("rb") as file:
            return file.read().startswith(b"HTTP/1.1 200 ")

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        assert all(pool.map(answer, crowd))
    assert number(shop, "shop_cache_computations_total") == 1
