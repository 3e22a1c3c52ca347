"""Runs against a real shop: the published mix, the ledger against the database, and a shop that stalls.
"""
import os
import signal
import time

import pytest
from conftest import MIXES
from stack import Shop
from test_run import counts_agree


@pytest.mark.parametrize("mix", sorted(path.stem for path in MIXES.glob("*.yaml") if path.stem != "shoppers"))
def test_mixes_run_without_errors(load, shop, mix):
    result = counts_agree(load.good(shop.url, "--rate", "20", "--seconds", "1", mix=MIXES / f"{mix}.yaml").result)
    assert (result["requests"], result["failed"]) == (20, 0), result["errors"]


def test_the_published_mix(load, shop):
    result = counts_agree(load.good(shop.url, "--rate", "30", "--seconds", "9", mix=MIXES / "shoppers.yaml").result)
    assert result["failed"] == 0, result["errors"]
    assert set(result["named"]) == {"home", "list", "product", "availability", "order", "bookings"}
    assert all(one["count"] > 0 for one in result["named"].values())
    assert result["named"]["home"]["count"] == result["visits"] == 270
    assert result["bookings"] > 0 and set(result["named"]["order"]["statuses"]) <= {"201", "202", "409", "422"}


def test_the_ledger_agrees_with_the_database(load, stack, shop):
    cards = load.write("card_ok\n" * 6 + "card_declined\n")
    outcome = load.good(shop.url, "--rate", "40", "--seconds", "2", "--warmup", "1", "--set", f"card=lines:{cards}",
                        mix=MIXES / "order.yaml")
    run = outcome.ledger[0]["key"].rsplit("-", 2)[0]
    booked = {key: (state, order, cents) for key, state, order, cents in stack.rows(
        f"SELECT key, state, id, total_cents FROM orders.orders WHERE key LIKE '{run}-%'")}
    lines = {key: (product, day, quantity) for key, product, day, quantity in stack.rows(
        f"SELECT o.key, l.product_id, l.day, l.quantity FROM orders.lines l JOIN orders.orders o ON o.id = l.order_id "
        f"WHERE o.key LIKE '{run}-%'")}
    assert len(outcome.ledger) == 120 == len({row["key"] for row in outcome.ledger})
    for row in outcome.ledger:
        if row["outcome"] == "confirmed":
            assert booked.pop(row["key"]) == ("confirmed", row["order_id"], row["total_cents"])
            assert lines[row["key"]] == (row["product"], row["day"], row["quantity"])
        else:
            assert row["outcome"] == "refused", row
            assert booked.pop(row["key"], ("rejected",))[0] == "rejected"
    assert booked == {}, "orders that nobody was told of"
    counted = [row for row in outcome.ledger if row["outcome"] == "confirmed"]
    assert 0 < outcome.result["bookings"] <= len(counted)  # those of the warm-up are in the ledger alone
    assert any(row["status"] == "402" for row in outcome.ledger)


def stall(load, stack, *words):
    """A run during which the shop stands still for a second."""
    shop = Shop(stack)
    process, files = load.start(shop.url + "/healthz", "--seconds", "5", *words)
    time.sleep(1.5)
    os.kill(shop.process.pid, signal.SIGSTOP)
    time.sleep(1)
    os.kill(shop.process.pid, signal.SIGCONT)
    outcome = load.finish(process, files)
    assert shop.stop() == 0
    assert outcome.code == 0, outcome.errors
    return outcome.result


def test_a_stall_cannot_hide_in_an_open_run(load, stack):
    """A second of five, 200 visits a second: a fifth of all have waited, the first of them the whole second."""
    result = counts_agree(stall(load, stack, "--rate", "200"))
    assert (result["requests"], result["failed"]) == (1000, 0), result["errors"]
    assert result["all"]["p99"] > 900000 and result["all"]["p90"] > 300000
    assert result["all"]["p50"] < 300000  # the shop is fast otherwise


def test_a_closed_loop_would_not_have_seen_it(load, stack):
    """The same shop, the same stall: one request waits, and the others come later."""
    result = counts_agree(stall(load, stack, "--saturate", "1"))
    assert result["all"]["max"] > 900000 and result["all"]["p99"] < 300000
