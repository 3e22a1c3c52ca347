"""A database is migrated from the stage before while that stage serves from it: no request fails, none waits for an
index, and the sums that the triggers keep agree with what is counted afterwards."""
import os
import subprocess
import threading
import time

import pytest
import underway
from audit import audit
from client import Client
from openapi import Contract
from stack import ROOT, Stack
from stage import stage_named, stages_all

pytestmark = pytest.mark.needs("migrations")

# what the migration locks so that writers have to wait for it, but for the moment in which a trigger is made or the column
# for the search is added; seen for sure, because a writer that was there before it makes it wait
LOCKS_WRITERS = """
    SELECT DISTINCT n.nspname || '.' || c.relname || ' ' || l.mode
    FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_class c ON c.oid = l.relation
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.application_name = 'shop migrations' AND c.relkind = 'r' AND n.nspname IN ('users', 'catalog', 'bookings', 'orders')
      AND l.mode IN ('ShareLock', 'ExclusiveLock', 'AccessExclusiveLock')
      AND NOT (c.oid = 'catalog.products'::regclass AND l.mode = 'AccessExclusiveLock')"""

# planted into the sums that this stage keeps, and what the auditor must say
PLANTS = {
    "category-count": "UPDATE catalog.category_counts SET products = products + 1",
    "sold-days": "SELECT bookings.sum_sold(now()); UPDATE bookings.sold_days SET quantity = quantity + 1",
}


@pytest.fixture
def before():
    """A stack of the stage before this one."""
    stages = stages_all()
    stack = Stack(".run/test-faults-upgrade", stage=stages[stages.index(stage_named()) - 1], YES="1")
    stack.set_provider(latency_ms=5)
    yield stack
    stack.call("clean-data")  # a migrated database would have nothing left to migrate


def migrate(stack, before):
    """This stage's migrations, with its settings, on the database of the one before."""
    program = stack.build / "stages" / stack.stage / "shop"
    settings = dict(stack.env, SHOP_POSTGRES_URL_FILE=before.env["SHOP_POSTGRES_URL_FILE"])
    return subprocess.run([str(program), "migrate", "--config", settings["STAGE_CONFIG"]], cwd=ROOT, timeout=120,
                          env=dict(os.environ, **settings), capture_output=True, text=True)


def start(stack, sql):
    process = subprocess.Popen(["psql", "-qXAt"], env=dict(os.environ, **stack.pg_environment()), text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(sql)
    process.stdin.flush()
    return process


def builds_indexes():
    files = (ROOT / "stages" / stage_named() / "migrations").glob("*.sql")
    return any("CREATE INDEX CONCURRENTLY" in path.read_text() for path in files)


def slow_neighbours(stack):
    """Transactions that are older than the migration: building an index has to wait for them."""
    return [start(stack, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM users.accounts; SELECT pg_sleep(2); COMMIT;\n\\q\n"),
            start(stack, "BEGIN; UPDATE bookings.bookings SET state = state WHERE id = 1; SELECT pg_sleep(2); COMMIT;\n\\q\n")]


def test_the_shop_stays_open_while_it_is_migrated(stack, before, day):
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
    neighbours = slow_neighbours(before)
    watcher = start(before, f"{LOCKS_WRITERS} \\watch 0.05\n")
    time.sleep(0.3)
    requests_before = len(outcome)
    result = migrate(stack, before)
    requests_during = len(outcome) - requests_before
    for neighbour in neighbours:
        neighbour.wait(30)
    watcher.terminate()
    locks = set(watcher.communicate(timeout=30)[0].split("\n")) - {""}
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert result.returncode == 0, result.stderr[-2000:]
    assert locks == set(), "writers had to wait"
    if builds_indexes():
        assert requests_during > 20, f"the migration met no traffic: {requests_before} requests before, {requests_during} during"
    assert slowest[0] < 2, f"a request waited {slowest[0]:.1f} s for the migration"
    assert set(outcome) <= {200, 201}, outcome
    assert before.psql("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0"
    assert not underway.wait(before, 60)
    report = audit(before)
    assert report.named() == {} and "sums" not in report.left_out, report.text()
    for rule, sql in PLANTS.items():
        assert rule in audit(before, plant=lambda cursor, sql=sql: cursor.execute(sql)).named()
    sums_move_on(before, anyone.registered(), (made["id"], day(3), 1))


def sums_move_on(stack, customer, line):
    """What was sold is added to the sums when it is twenty minutes old, corrected when it changes later, and removed with
    its day."""
    product = line[0]
    kept = f"SELECT sum(quantity) FROM bookings.sold_days WHERE product_id = {product}"
    sold = int(stack.psql(f"SELECT sum(quantity) FROM bookings.bookings WHERE product_id = {product} AND state = 'confirmed'"))
    order = customer.order([line]).json()
    stack.psql(f"UPDATE bookings.bookings SET created_at = created_at - interval '1 hour' WHERE product_id = {product};"
               "DELETE FROM bookings.sold_until; DELETE FROM bookings.sold_days;"  # they are made anew: nobody else ages a booking
               "INSERT INTO bookings.sold_days SELECT id, current_date - 41, 1 FROM generate_series(1, 50) AS n (id);"
               "SELECT bookings.sum_sold(now() - interval '20 minutes') FROM generate_series(1, 7);")
    assert stack.psql(kept) == str(sold + 1)
    assert stack.psql("SELECT count(*) FROM bookings.sold_days WHERE day < current_date - 40") == "0"
    assert audit(stack).named() == {}
    booking = order["lines"][0]["booking_id"]
    assert customer.post(f"/v1/bookings/{booking}/cancellation").status_code == 200
    assert not underway.wait(stack, 60)
    assert stack.psql(kept) == str(sold)
    assert audit(stack).named() == {}
