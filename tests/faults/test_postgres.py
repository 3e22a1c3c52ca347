"""The database goes away: a 503 at once, no pile-up, and back by itself."""
import concurrent.futures
import os
import re
import signal
import time

from client import Client
from waiting import until


def gauge(client, name):
    return int(re.search(rf"^{name} (\d+)", client.get("/metrics").text, re.M).group(1))


def test_stopped_and_started_again(stack, start_shop, new_product, day):
    client = start_shop()
    customer = client.registered()
    product = new_product(client, 10)
    stack.call("stop", "postgres")
    try:
        until(lambda: client.get("/readyz").status_code == 503)
        assert client.get("/healthz").status_code == 200
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: Client(client.base_url, client.contract).get("/v1/home"), range(300)))
        assert {answer.status_code for answer in answers} == {503}
        assert time.monotonic() - began < 30, "refused at once, not after a time-out each"
        assert all(answer.headers["Retry-After"] for answer in answers)
        assert customer.order([(product, day(1), 1)]).status_code == 503
        assert gauge(client, "shop_tasks") < 10, "nothing piles up"
    finally:
        stack.call("start", "postgres")
    until(lambda: {who.get("/readyz").status_code for who in (client, customer)} == {200}, what="the shop did not come back by itself")
    assert client.get("/v1/home").status_code == 200
    assert customer.order([(product, day(1), 1)]).status_code == 201


def test_frozen_then_thawed(stack, start_shop):
    """SIGSTOP: connections stay open and silent. Requests end by their deadline, and later all is well."""
    client = start_shop()
    children = pids_of_cluster(stack)
    for pid in children:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: Client(client.base_url, client.contract).get("/v1/categories"), range(20)))
        assert {answer.status_code for answer in answers} <= {503, 504}
        assert time.monotonic() - began < 30
        assert client.get("/healthz").status_code == 200
    finally:
        for pid in children:
            os.kill(pid, signal.SIGCONT)
    until(lambda: client.get("/v1/categories").status_code == 200)


def pids_of_cluster(stack):
    """The postmaster of this stack and its children."""
    postmaster = int(stack.pid("postgres"))
    children = [int(pid) for pid in os.popen(f"pgrep -P {postmaster}").read().split()]
    return [postmaster, *children]


def test_killed_connections_are_made_again(stack, start_shop):
    client = start_shop()
    for _ in range(5):
        stack.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'shop%'")
        until(lambda: client.get("/v1/categories").status_code == 200)
