"""Several instances behind a balancer: one is killed, all are started anew, some are added and taken away, and nobody
who shops meanwhile is told anything but what they asked for."""
import collections
import os
import signal
import subprocess
import threading
import time

import pytest
import requests
import underway
from audit import audit
from client import Client, unique
from limits import Limits
from needs import here
from openapi import Contract
from stack import ROOT, Stack
from waiting import until

pytestmark = pytest.mark.needs("nginx")

BROWSERS, BUYERS, PLACES = 4, 4, 100000
SETTLE_SECONDS, HOLD_SECONDS = (30, 60) if here("worker") else (3, 10)  # a worker needs some before


@pytest.fixture(scope="module")
def shops():
    """A stack whose shop is given few seconds to settle what a killed instance has left open."""
    stack = Stack(".run/test-faults-instances", anew=True, SHOP_SHOP_SETTLE_AFTER_SECONDS=str(SETTLE_SECONDS), SHOP_SHOP_HOLD_SECONDS=str(HOLD_SECONDS),
                  SHOP_PAYMENTS_TIMEOUT_MS="2000", SHOP_SHOP_RECONCILE_EVERY_MS="200", SHOP_SHOP_SALES_CHECK_SECONDS="2")
    yield stack
    stack.clean()


@pytest.fixture
def products(shops):
    admin = Client(shops.base_url, Contract()).logged_in(*shops.admin())
    category = admin.get("/v1/categories").json()["items"][0]["slug"]
    return [admin.post("/v1/admin/products", {"category": category, "title": unique("Instance tour"), "summary": "s",
                                              "description": "d", "price_cents": 1500, "capacity_per_day": PLACES}).json()["id"]
            for _ in range(3)]


class Traffic:
    """People who look and people who buy, for as long as the block lasts, each on one connection that is kept. `again`: who
    gets no answer to an order sends it again with its key."""

    def __init__(self, url, products, day, again=False):
        self.url, self.products, self.day, self.again = url, products, day, again
        self.failed, self.told, self.counts, self.slowest = [], {}, collections.Counter(), 0.0
        self.done, self.lock = threading.Event(), threading.Lock()
        customers = [Client(url, Contract()).registered() for _ in range(BUYERS)]
        self.threads = [threading.Thread(target=self._forever, args=(self._look, Client(url, Contract()))) for _ in range(BROWSERS)]
        self.threads += [threading.Thread(target=self._forever, args=(self._buy, customer)) for customer in customers]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        until(lambda: self.counts["look"] > 20 and self.counts["buy"] > 4, 30, "no traffic")
        return self

    def __exit__(self, kind, *_):
        before = collections.Counter(self.counts)
        if not kind:
            until(lambda: all(self.counts[name] > before[name] + 3 for name in ("look", "buy")) or self.failed, 30, "traffic has ended")
        self.done.set()
        for thread in self.threads:
            thread.join(60)

    def _forever(self, step, client):
        number = 0
        while not self.done.is_set():
            number += 1
            try:
                step(client, number)
            except Exception as problem:  # a thread's failure must reach the test
                self.failed.append(repr(problem))

    def _look(self, client, number):
        path, query = (("/v1/home", {}), (f"/v1/products/{self.products[number % 3]}", {}), ("/v1/products", {"limit": 5}))[number % 3]
        answer = client.get(path, **query)
        self.slowest = max(self.slowest, answer.elapsed.total_seconds())
        if answer.status_code != 200:
            self.failed.append(f"GET: {answer.status_code} {answer.text}")
        self.counts["look"] += 1
        self.counts[answer.headers["Server-Instance"]] += 1

    def _buy(self, client, number):
        key = unique("instance")
        answer = self._order(client, key, number)
        while self.again and (answer is None or answer.status_code in (503, 504)) and not self.done.is_set():
            self.counts["again"] += 1
            time.sleep(0.05)
            answer = self._order(client, key, number)
        if answer is None or answer.status_code in (503, 504):
            if self.again:
                return  # the test was over
            raise AssertionError("no answer" if answer is None else answer.text)
        if answer.status_code not in (201, 202):
            raise AssertionError(f"POST: {answer.status_code} {answer.text}")
        with self.lock:
            self.told[answer.json()["id"]] = answer.status_code
            self.counts["buy"] += 1

    def _order(self, client, key, number):
        try:
            return client.order([(self.products[number % 3], self.day(1), 1)], key=key, wait=0)
        except requests.exceptions.RequestException:
            if not self.again:
                raise
            return None


def instances(stack):
    return {entry["name"]: entry["pid"] for entry in stack.status()["servers"] if entry["name"].startswith("shop-")}


def in_use(stack):
    """What nginx says of each instance."""
    return dict(line.split() for line in (stack.run / "nginx/applied").read_text().splitlines())


def test_all_instances_answer_and_say_who_they_are(shops):
    client, seen, wanted = Client(shops.base_url, Contract()), set(), set(instances(shops))

    def all_seen():
        answer = client.get("/v1/stage")
        assert answer.json()["instance"] == answer.headers["Server-Instance"]
        seen.add(answer.headers["Server-Instance"])
        return seen == wanted

    assert len(wanted) == 3
    until(all_seen, 30, "not all of them answer")


def test_a_killed_instance_costs_nobody_an_order(shops, products, day):
    shops.set_provider(latency_ms=30)
    with Traffic(shops.base_url, products, day, again=True) as traffic:
        for name in ("shop-1", "shop-3"):
            os.kill(instances(shops)[name], signal.SIGKILL)
            until(lambda: in_use(shops)[name] == "down", 10, "nginx has not noticed")
            time.sleep(0.5)
            shops.call("start", name)
            assert in_use(shops)[name] == "up"
    assert traffic.failed == []
    left = underway.wait(shops, 120)
    assert not left, f"still under way: {left}"
    report = audit(shops, [], Limits(SETTLE_SECONDS, 2))
    assert report.named() == {}, report.text()
    states = dict(shops.rows("SELECT id, state FROM orders.orders"))
    wrong = {order: status for order, status in traffic.told.items()
             if states.get(str(order)) not in ({"confirmed"} if status == 201 else {"confirmed", "rejected"})}
    assert not wrong, f"told one thing, and stored another: {wrong}"
    assert shops.psql("SELECT count(*) FROM (SELECT 1 FROM orders.orders GROUP BY user_id, key HAVING count(*) > 1) twice") == "0"


def test_a_frozen_instance_keeps_nobody_waiting_for_long(shops, products, day):
    """It still takes connections, so nginx learns from silence; who looks is sent to another one, an order waits."""
    frozen = instances(shops)["shop-2"]
    with Traffic(shops.base_url, products, day, again=True) as traffic:
        os.kill(frozen, signal.SIGSTOP)
        try:
            until(lambda: in_use(shops)["shop-2"] == "down", 15, "nginx has not noticed")
            until(lambda: traffic.slowest > 5, 15, "nobody was looking at it")
        finally:
            os.kill(frozen, signal.SIGCONT)
        until(lambda: in_use(shops)["shop-2"] == "up", 15, "nginx does not use it again")
    assert traffic.failed == []
    assert traffic.slowest < 14, f"a look took {traffic.slowest:.1f} s"


def test_all_are_started_anew_without_a_failed_request(shops, products, day):
    before = instances(shops)
    with Traffic(shops.base_url, products, day) as traffic:
        shops.call("rolling-restart")
    assert traffic.failed == []
    after = instances(shops)
    assert set(after) == set(before) and not set(after.values()) & set(before.values())


def test_more_and_fewer_without_a_failed_request(shops, products, day):
    with Traffic(shops.base_url, products, day) as traffic:
        for count in (5, 2, 3):
            shops.call("scale", "shop", str(count))
            assert set(instances(shops)) == {f"shop-{n}" for n in range(1, count + 1)}
            assert set(in_use(shops).values()) == {"up"} and len(in_use(shops)) == count
    assert traffic.failed == []
    assert traffic.counts["shop-4"] > 0 and traffic.counts["shop-5"] > 0, "those added have done nothing"


def test_who_is_logged_in_stays_so_without_redis(shops):
    stays, leaves = (Client(shops.base_url, Contract()).registered() for _ in range(2))

    def statuses(client):
        return {client.get("/v1/users/me").status_code for _ in range(12)}

    assert statuses(stays) == statuses(leaves) == {200}
    shops.call("stop", "sessions")
    try:
        assert statuses(stays) == statuses(leaves) == {200}
        assert leaves.delete("/v1/sessions/current").status_code == 204
        assert statuses(leaves) == {401}, "ended is ended, in every instance"
        assert Client(shops.base_url, Contract()).registered().get("/v1/users/me").status_code == 200
    finally:
        shops.call("start", "sessions")
    assert statuses(leaves) == {401} and statuses(stays) == {200}


# --- the replica

def as_administrator(stack, port, sql):
    result = subprocess.run(["psql", "-qXAtw", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", port, "-U", "postgres", "-d", "postgres",
                             "-c", sql], env=dict(os.environ, PGPASSFILE=stack.env["PGPASSFILE"]), capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def port(stack, server):
    return str(next(entry["port"] for entry in stack.status()["servers"] if entry["name"] == server))


def changes_are_seen(stack, products):
    """A price is changed, and asked for through every instance; then the list is searched for a new title."""
    admin, anyone = Client(stack.base_url, Contract()).logged_in(*stack.admin()), Client(stack.base_url, Contract())
    for number in range(8):
        title = unique("Changed")
        changed = admin.patch(f"/v1/admin/products/{products[0]}", {"price_cents": 2000 + number, "title": title})
        assert changed.status_code == 200, changed.text
        for _ in range(6):
            assert anyone.get(f"/v1/products/{products[0]}").json()["price_cents"] == 2000 + number
            assert [item["id"] for item in anyone.get("/v1/products", q=title).json()["items"]] == [products[0]]


def test_nobody_reads_what_is_older_than_a_change(shops, products):
    changes_are_seen(shops, products)
    as_administrator(shops, port(shops, "replica"), "SELECT pg_wal_replay_pause()")
    try:
        changes_are_seen(shops, products)
    finally:
        as_administrator(shops, port(shops, "replica"), "SELECT pg_wal_replay_resume()")
    changes_are_seen(shops, products)


def test_without_the_replica_everything_goes_on(shops, products):
    shops.call("stop", "replica")
    try:
        changes_are_seen(shops, products)
    finally:
        shops.call("start", "replica")
    changes_are_seen(shops, products)


def test_a_replica_that_is_too_far_behind_is_made_anew(shops, products):
    shops.call("stop", "replica")
    as_administrator(shops, shops.env["PGPORT"], "SELECT pg_drop_replication_slot('replica')")  # what the limit of the log does
    changes_are_seen(shops, products)
    assert "copied from the primary" in shops.call("start", "replica")
    changes_are_seen(shops, products)
    assert as_administrator(shops, shops.env["PGPORT"], "SELECT state FROM pg_stat_replication") == "streaming"


# --- the sum of connections

def test_more_connections_than_the_database_has_are_refused_at_start(shops):
    program = shops.build / "stages" / shops.stage / "shop"
    environment = dict(os.environ, **shops.env, SHOP_HTTP_PORT="0", SHOP_PROCESS_INSTANCES="100", SHOP_POSTGRES_MIGRATE="false")
    result = subprocess.run([str(program), "--config", shops.env["STAGE_CONFIG"]], env=environment, cwd=ROOT, capture_output=True,
                            text=True, timeout=60)
    assert result.returncode == 1
    assert "100 processes" in result.stderr and "max_connections" in result.stderr, result.stderr


def test_the_log_of_nginx_names_request_and_instance(shops):
    name = unique("find-me")
    instance = Client(shops.base_url, Contract()).get("/v1/home", headers={"X-Request-Id": name}).headers["Server-Instance"]
    for log in ("nginx", instance):
        path = shops.run / f"logs/{log}.log"
        until(lambda path=path: f"request_id={name} " in path.read_text(), 10, f"{log} has not logged it")
    line = next(line for line in (shops.run / "logs/nginx.log").read_text().splitlines() if f"request_id={name} " in line)
    assert f"instance={instance} " in line
