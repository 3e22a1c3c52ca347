"""A database is migrated to the next stage while the stage before serves from it: no request fails, and the sums
that the triggers keep agree with what is counted afterwards."""
import os
import subprocess
import threading
import time

import pytest
from client import Client
from openapi import Contract
from stack import ROOT, Stack
from stage import stage_named

SUMS = {
    "category counts": """
        SELECT count(*) FROM (SELECT category, count(*) AS products FROM catalog.products WHERE active GROUP BY 1) a
        FULL JOIN catalog.category_counts b USING (category) WHERE a.products IS DISTINCT FROM b.products""",
    "daily sales": """
        SELECT count(*) FROM (SELECT product_id, (created_at AT TIME ZONE 'UTC')::date AS day, sum(quantity) AS quantity
                              FROM bookings.bookings WHERE state = 'confirmed' AND created_at > now() - interval '39 days'
                              GROUP BY 1, 2) a
        LEFT JOIN bookings.sold_days b USING (product_id, day)
        WHERE a.day > (now() AT TIME ZONE 'UTC')::date - 39 AND a.quantity IS DISTINCT FROM b.quantity""",
}


@pytest.fixture
def before():
    """A stack of stage 01, whichever stage the other tests are about."""
    stack = Stack(".run/test-faults-upgrade", stage="01-monolith", YES="1")
    stack.set_provider(latency_ms=5)
    yield stack
    stack.call("clean-data")  # a migrated database would have nothing left to migrate


def program(stack, stage):
    path = stack.build / "stages" / stage_named(stage) / "shop"
    assert path.exists(), f"{path.relative_to(ROOT)} has not been built: make build STAGE={stage} VARIANT={stack.variant}"
    return path


def old_reader(stack):
    """A transaction that is older than the migration: building an index has to wait for it."""
    return subprocess.Popen(["psql", "-qXc", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM users.accounts; "
                             "SELECT pg_sleep(2); COMMIT"], env=dict(os.environ, **stack.pg_environment()),
                            stdout=subprocess.DEVNULL)


def test_indexes_are_built_under_load(before, day):
    later = program(before, "02")
    anyone = Client(before.base_url, Contract())
    admin = anyone.logged_in(*before.admin())
    category = anyone.get("/v1/categories").json()["items"][0]["slug"]
    made = admin.post("/v1/admin/products", {"category": category, "title": "Upgrade tour", "summary": "s", "description": "d",
                                             "price_cents": 100, "capacity_per_day": 1000}).json()
    outcome, slowest, stop = [], [0.0], threading.Event()

    def shop_around(customer):
        while not stop.is_set():
            answers = [customer.get("/v1/products", category=category, sort="price"), customer.get("/v1/home"),
                       customer.order([(made["id"], day(1), 1), (made["id"], day(2), 1)]), customer.get("/v1/bookings"),
                       admin.patch(f"/v1/admin/products/{made['id']}", {"active": True, "category": category})]
            slowest[0] = max([slowest[0]] + [answer.elapsed.total_seconds() for answer in answers])
            booked = answers[2].json()["lines"][0]["booking_id"]
            answers.append(customer.post(f"/v1/bookings/{booked}/cancellation"))
            outcome.extend(answer.status_code for answer in answers)

    threads = [threading.Thread(target=shop_around, args=(anyone.registered(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    reader = old_reader(before)
    time.sleep(0.3)
    requests_before = len(outcome)
    result = subprocess.run([str(later), "migrate", "--config", before.env["STAGE_CONFIG"]], cwd=ROOT, timeout=120,
                            env=dict(os.environ, **before.env), capture_output=True, text=True)
    requests_during = len(outcome) - requests_before
    reader.wait(10)
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert result.returncode == 0, result.stderr[-2000:]
    assert requests_during > 20, f"the migration met no traffic: {requests_before} requests before, {requests_during} during"
    assert slowest[0] < 2, f"a request waited {slowest[0]:.1f} s for the migration"
    assert set(outcome) <= {200, 201}, outcome
    assert before.psql("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0"
    for what, sql in SUMS.items():
        assert before.psql(sql) == "0", f"{what} are not what is counted"
