"""What stage 05 claims and no workload shows: that orders are taken whatever becomes of those who do them, that none is lost
and none done twice, and how much later it is done."""
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time

from measurement import Measurement

ROOT = pathlib.Path(__file__).resolve().parents[3]
ORDERS = "tests/load/mixes/order.yaml"
LATENCY_S = 0.6            # of the provider, as in proof.yaml
WORKERS, SLOW = 2, 1       # workers, and how many events of a subscriber each of them does at once during a burst
CAPACITY = WORKERS * SLOW / LATENCY_S
PATIENCE_S = 300
LAST = "SELECT coalesce(max(id), 0) FROM orders.orders"


def orders(proof, rate, seconds, note):
    return proof.load(proof.after, mix=ORDERS, rate=rate, seconds=seconds, warmup=0, note=note).result


def left(side):
    return int(side.psql("SELECT count(*) FROM orders.orders WHERE state = 'pending'"))


def drained(side):
    """Waits until no order is pending; how many are left when patience ends."""
    until = time.monotonic() + PATIENCE_S
    while (count := left(side)) > 0 and time.monotonic() < until:
        time.sleep(0.2)
    return count


def wrong(side):
    """Orders left undone, and every violation that the auditor finds: something lost, something twice."""
    count = drained(side)
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        audit = subprocess.run([str(ROOT / "tests/audit/run"), "--run", str(side.run), "--wait", "120", "--json", file.name],
                               env=dict(os.environ), capture_output=True, text=True, timeout=600)
        if audit.returncode not in (0, 1):
            raise SystemExit(f"the audit failed: {audit.stderr.strip()}")
        return count + json.loads(pathlib.Path(file.name).read_text())["violations"]


def burst(proof):
    """More than the workers can do, all at once; then they catch up. They are held to little, so that this is over soon."""
    seconds = 3 if proof.quick else 5
    proof.after.stack.up(SHOP_WORKER_CONCURRENCY=str(SLOW))
    try:
        for index in range(1 if proof.quick else proof.runs):
            proof.step(index, f"ten times what {WORKERS} workers can do")
            rate, last = 11 * CAPACITY, proof.after.psql(LAST)
            result = orders(proof, rate, seconds, f"a burst of {rate:.0f}/s")
            taken = int(proof.after.psql(f"SELECT count(*) FROM orders.orders WHERE id > {last} AND reason IS DISTINCT FROM 'sold-out'"))
            proof.add("burst.failed", "after", result["failed"])
            proof.add("burst.times", "after", taken / seconds / CAPACITY)
            proof.step(index, "the workers catch up")
            began = time.monotonic()
            proof.add("burst.left", "after", drained(proof.after))
            proof.add("burst.seconds", "after", time.monotonic() - began)
    finally:
        proof.after.stack.environment.pop("SHOP_WORKER_CONCURRENCY")
        proof.after.stack.up()


def meanwhile(proof, servers, note):
    """Checkouts go on while `servers` are away, for a minute, and for a while afterwards. How many failed."""
    away = 8 if proof.quick else 60
    found = []
    load = threading.Thread(target=lambda: found.append(orders(proof, 5, away + 10, note)))
    load.start()
    time.sleep(3)
    proof.after.stack.call("stop", *servers)
    time.sleep(away)
    proof.after.stack.call("start", *servers)
    load.join()
    return found[0]["failed"]


def without(metric, servers, note):
    def measure(proof):
        for index in range(1 if proof.quick else proof.runs):
            proof.step(index, note)
            proof.add(f"{metric}.failed", "after", meanwhile(proof, servers, note))
            proof.step(index, "catching up, and an audit")
            proof.add(f"{metric}.wrong", "after", wrong(proof.after))
    return measure


CONFIRMED = """SELECT extract(epoch FROM percentile_cont({share}) WITHIN GROUP (ORDER BY updated_at - created_at)) * 1000
               FROM orders.orders WHERE id > {after} AND state = 'confirmed'"""
AGE = """SELECT extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY i.done_at - o.updated_at)) * 1000
         FROM orders.orders o JOIN events.inbox i ON i.subscriber = 'sale' AND i.event_id = 'order-' || o.id || '-confirmed'
         WHERE o.id > {after} AND o.state = 'confirmed'"""


def confirmed(proof):
    """How long after the order it is confirmed, on both sides, by the database's own clock; and how long an event of which
    little is asked (one row in the sales books) is under way."""
    for index in range(proof.runs):
        for side in proof.sides:
            proof.step(index, "a steady load")
            last = side.psql(LAST)
            proof.load(side, mix=ORDERS, rate=10, seconds=5 if proof.quick else 15, note="steady")
            drained(side)
            for name, share in (("p50", 0.5), ("p99", 0.99)):
                proof.add(f"confirmed.{name}", side.name, float(side.psql(CONFIRMED.format(share=share, after=last))))
            if side is proof.after:
                time.sleep(2)
                proof.add("confirmed.age", side.name, float(side.psql(AGE.format(after=last))))


MEASUREMENTS = {
    "burst": Measurement(burst, seconds=300, quick=50),
    "workers": Measurement(without("workers", ["worker"], "without workers"), seconds=600, quick=60),
    "broker": Measurement(without("broker", ["kafka"], "without a broker"), seconds=600, quick=60),
    "confirmed": Measurement(confirmed, seconds=200, quick=60),
}
UNITS = {"times": "", "failed": "", "left": "", "wrong": "", "age": "ms", "p50": "ms", "p99": "ms", "seconds": "s"}
