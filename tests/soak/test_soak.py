"""A short soak on every run of the tests, and the rule itself, which must see a leak and nothing else.

Under AddressSanitizer memory is judged by its leak detector when the shop ends: the exit code says so.
"""
import os
import pathlib
import random
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "support")]
import soak  # noqa: E402
import watch  # noqa: E402
from results import Results  # noqa: E402
from stack import Shop, Stack  # noqa: E402

SANITIZED = os.environ.get("VARIANT", "release") != "release"
# so few requests hardly warm the allocator up; a leak of a few hundred bytes each is seen all the same
REQUESTS, ROUNDS, MEGABYTES = (6000, 4, None) if SANITIZED else (20000, 5, 8)


def series(descriptors, megabytes, rounds=20, per_round=50000):
    """Samples from two functions of the round's number."""
    return [{"requests": per_round * (n + 1), "descriptors": descriptors(n), "resident": int(megabytes(n) * watch.MEGABYTE)}
            for n in range(rounds)]


def test_what_settles_is_flat():
    dice = random.Random(1)
    samples = series(lambda n: 30 + min(n, 3), lambda n: 20 + min(n, 4) + dice.random() / 2)
    assert watch.descriptor_growth(samples) <= 0
    assert watch.memory_growth(samples) < soak.MEMORY_MEGABYTES * watch.MEGABYTE


def test_one_outlier_is_no_leak():
    assert watch.memory_growth(series(lambda n: 30, lambda n: 60 if n == 18 else 20)) == 0


@pytest.mark.parametrize("bytes_per_request", [8, 16, 100])
def test_a_slow_leak_of_memory_is_seen(bytes_per_request):
    dice = random.Random(2)
    samples = series(lambda n: 30, lambda n: 20 + dice.random() / 2 + 50000 * n * bytes_per_request / watch.MEGABYTE)
    assert watch.memory_growth(samples) > soak.MEMORY_MEGABYTES * watch.MEGABYTE


def test_one_lost_descriptor_in_a_hundred_thousand_requests_is_seen():
    assert watch.descriptor_growth(series(lambda n: 30 + n // 2, lambda n: 20)) > 0


def test_a_short_soak_is_flat():
    stack = Stack(".run/test-soak")
    stack.call("stop", "shop")
    shop = Shop(stack, **soak.SETTINGS)
    outcome = soak.run(stack, shop, REQUESTS, ROUNDS, seconds_max=200)
    results = Results()
    soak.judge(results, outcome, MEGABYTES)
    assert outcome.wrong[:5] == []
    assert shop.stop() == 0, shop.log.read_text(errors="replace")[-3000:]
    assert results.all_hold, f"{[row for row in results.rows if row['holds'] is False]}\n{outcome.samples}"
