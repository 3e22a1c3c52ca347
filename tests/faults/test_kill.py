"""kill -9 in the middle of checkouts, again and again: in the end all books agree.

Shoppers keep ordering and cancelling while the process is killed under them. Who got no answer sends the
same request again with the same key, to whichever process is there by then. Afterwards the reconciler is
given time, and the auditor (tests/audit) looks at everything.

Every run of the tests kills a few times; `make kill` does it fifty times each (KILLS=…), at other moments each
time (SEED=… for those of an earlier run), and writes .run/results/kill.json.
"""
import os
import random
import signal
import time

import pytest
import underway
from audit import audit
from limits import Limits
from progress import Progress
from results import Results
from shoppers import CARDS
from stack import Stack
from stage import stage_named
from waiting import until
from world import World

SHOPPERS, PLACES, SETTLE_SECONDS, HOLD_SECONDS = 12, 1000, 3, 10
# whom: how often in an ordinary run, and the cards that are paid with
VICTIMS = {
    "the shop": (5, CARDS),
    "the shop, while the provider charges and falls silent": (4, ["card_timeout"] * 3 + ["card_ok"]),
    "PostgreSQL": (3, CARDS),
}
MANY, SEED = os.environ.get("KILLS"), int(os.environ.get("SEED") or random.randrange(10000))


@pytest.fixture(scope="module")
def stack():
    """A stack of its own: what other tests break on purpose is none of the auditor's business here. Each test ends with
    nothing under way and all books right, so the next may go on with it."""
    stack = Stack(".run/test-faults-kill", anew=True)
    stack.call("stop", "shop")
    yield stack
    stack.clean()


@pytest.fixture(scope="module")
def results():
    rows = Results()
    yield rows
    if MANY:
        rows.save("kill", stage_named())


def kill_database(stack):
    """All processes of the cluster at once, as a loss of power would; then it starts and recovers."""
    postmaster = int(stack.pid("postgres"))
    for pid in [postmaster, *map(int, os.popen(f"pgrep -P {postmaster}").read().split())]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # a child that had just ended
    stack.call("start", "postgres")


@pytest.mark.parametrize("victim", VICTIMS)
def test_killed_again_and_again(stack, new_product, day, tmp_path, results, victim):
    few, cards = VICTIMS[victim]
    kills, chance = int(MANY or few), random.Random(SEED)
    print(f"\nkill -9 of {victim}, {kills} times, SEED={SEED}")
    world = World(stack, tmp_path / "told.csv", SHOP_SHOP_SETTLE_AFTER_SECONDS=str(SETTLE_SECONDS), SHOP_SHOP_HOLD_SECONDS=str(HOLD_SECONDS),
                  SHOP_PAYMENTS_TIMEOUT_MS="2000", SHOP_SHOP_RECONCILE_EVERY_MS="200", SHOP_SHOP_SALES_CHECK_SECONDS="2")
    client = world.client()
    products = [new_product(client, PLACES) for _ in range(3)]
    tokens = [client.registered().token for _ in range(4)]
    stack.set_provider(latency_ms=40)
    progress = Progress({victim: 2 * kills})
    progress.begin(victim)
    with world.crowd(SHOPPERS, tokens, products, [day(2)], cards) as crowd:
        for number in range(kills):
            time.sleep(chance.uniform(0.2, 1.2))
            if victim == "PostgreSQL":
                kill_database(stack)
                until(lambda: client.get("/readyz").status_code == 200, 60, "the shop did not come back by itself")
            else:
                world.kill()
            progress.step(number + 1, kills, f"{crowd.acknowledged()} orders answered")
        until(lambda: crowd.acknowledged() > 30, 60, "the shoppers get nowhere")
    progress.end()
    left = underway.wait(stack, 120)
    assert not left, f"still under way: {left}"
    report = audit(stack, [world.ledger.path], Limits(SETTLE_SECONDS, 2))
    assert report.named() == {}, report.text()
    money = dict(report.figures["money"])
    results.add(f"kill -9 of {victim}", [kills], "times", orders=crowd.acknowledged(), rules=report.rules,
                entries=money["entries of the provider"], receipts=dict(report.figures["receipts"])["receipts in the mailbox"])
    assert world.shop.stop() == 0
