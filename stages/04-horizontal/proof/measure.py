"""What stage 04 claims and no workload shows: throughput by the number of instances, and what happens to requests while
instances die, are started anew, come and go."""
import os
import signal
import threading
import time

from measurement import Measurement

SHARE = 3           # per cent of a core, of each instance: three of them, the balancer and the load leave most of two cores idle,
                    # and no request takes longer because its neighbour is at work
GOAL_MS = 60        # p99; a quota of 1 ms in 33 makes a request that meets its end wait up to 32 ms, in each queue it joins
SLOW_START_S = 5    # of balancer.lua
READS = "tests/load/mixes/product.yaml"
DAY = "tests/load/mixes/shoppers.yaml"


def share(side, percent):
    """Holds each instance to that much of a core; None: to nothing."""
    side.stack.environment["CPU_PERCENT"] = str(percent or "")
    side.stack.call("up")


def rate_at_goal(proof, seconds, note):
    """The highest rate, of a ladder down from what a closed loop gets, at which p99 keeps to the goal."""
    most = proof.load(proof.after, mix=READS, saturate=16, seconds=seconds, note=note).result["requests_per_s"]
    for step in range(24):
        rate = most * 0.95 ** (step + 1)
        result = proof.load(proof.after, mix=READS, rate=rate, seconds=seconds, note=f"{note}, {rate:.0f}/s").result
        if result["failed"] == 0 and result["all"]["p99"] <= GOAL_MS * 1000 and result["requests_per_s"] >= 0.98 * rate:
            return result["requests_per_s"]
    return 1.0


def instances(proof):
    """One and three, three and one: a machine that grows faster or slower meanwhile favours neither. The slow start is
    over before it counts."""
    seconds, pairs = (2, proof.runs) if proof.quick else (4, 2 * proof.runs)
    running = None
    share(proof.after, SHARE)
    try:
        for index in range(pairs):
            for count, series in ((1, "one"), (3, "three"))[::-1 if index % 2 else 1]:
                proof.step(index / pairs * proof.runs, f"{count} x {SHARE} % of a core")
                if count != running:
                    proof.after.stack.call("scale", "shop", str(count))
                    time.sleep(SLOW_START_S + 2)
                    running = count
                proof.add("instances.rate", series, rate_at_goal(proof, seconds, f"{count} x {SHARE} % of a core"))
    finally:
        proof.after.stack.call("scale", "shop", "3")
        share(proof.after, None)


def meanwhile(proof, seconds, act, note):
    """Shoppers come for so many seconds, and `act` is done to them. The result."""
    found = []
    load = threading.Thread(target=lambda: found.append(proof.load(proof.after, mix=DAY, rate=30, seconds=seconds, note=note).result))
    load.start()
    time.sleep(2)
    act()
    load.join()
    return found[0]


def pid(proof, name):
    return next(server["pid"] for server in proof.after.stack.status()["servers"] if server["name"] == name)


def killed(proof):
    for index in range(proof.runs):
        proof.step(index, "killing an instance")
        name = f"shop-{index % 3 + 1}"

        def act():
            os.kill(pid(proof, name), signal.SIGKILL)
            time.sleep(2)
            proof.after.stack.call("start", name)

        result = meanwhile(proof, 8, act, f"{name} is killed")
        proof.add("killed.failed", "after", result["failed"])
        proof.add("killed.twice", "after", proof.after.psql(
            "SELECT count(*) FROM (SELECT 1 FROM orders.orders GROUP BY user_id, key HAVING count(*) > 1) twice"))


def rolling(proof):
    for index in range(proof.runs):
        proof.step(index, "starting all anew")
        result = meanwhile(proof, 10, lambda: proof.after.stack.call("rolling-restart"), "rolling restart")
        proof.add("rolling.failed", "after", result["failed"])


def scaled(proof):
    def act():
        for count in (5, 2, 3):
            proof.after.stack.call("scale", "shop", str(count))

    for index in range(proof.runs):
        proof.step(index, "3, 5, 2, 3 instances")
        proof.add("scaled.failed", "after", meanwhile(proof, 15, act, "3, 5, 2, 3 instances")["failed"])


def balancer(proof):
    """The same request through nginx and to an instance by itself, one at a time; the difference is the balancer's."""
    for index in range(proof.runs):
        proof.step(index, "through the balancer and past it")
        port = next(server["port"] for server in proof.after.stack.status()["servers"] if server["name"] == "shop-1")
        p50 = {}
        for series, url in (("direct", f"http://127.0.0.1:{port}"), ("through", proof.after.url)):
            result = proof.load(url, mix=READS, rate=50, seconds=2 if proof.quick else 4, note=series).result
            p50[series] = result["all"]["p50"] / 1000
        proof.add("balancer.added", "after", max(0.0, p50["through"] - p50["direct"]))


MEASUREMENTS = {
    "instances": Measurement(instances, seconds=400, quick=80),
    "killed": Measurement(killed, seconds=70, quick=40),
    "rolling": Measurement(rolling, seconds=80, quick=45),
    "scaled": Measurement(scaled, seconds=110, quick=60),
    "balancer": Measurement(balancer, seconds=60, quick=20),
}
UNITS = {"rate": "/s", "failed": "", "twice": "", "added": "ms"}
