"""The schedule: the same seed, the same faults; nothing left out, nothing broken twice at once, peace at both ends."""
import collections

from schedule import CALM_AT_END, CALM_AT_START, plan
from victims import KINDS, VICTIMS

PAIRS = [(server, kind) for server, kinds in VICTIMS.items() for kind in kinds]


def test_a_seed_is_a_schedule():
    assert plan(7, 600, PAIRS) == plan(7, 600, list(reversed(PAIRS)))
    assert plan(7, 600, PAIRS) != plan(8, 600, PAIRS)


def test_a_long_run_misses_nothing():
    counted = collections.Counter((fault.server, fault.kind) for fault in plan(1, 600, PAIRS))
    assert set(counted) == set(PAIRS)
    assert max(counted.values()) - min(counted.values()) <= 1


def test_nothing_is_broken_twice_at_once():
    for seed in range(50):
        faults = plan(seed, 300, PAIRS)
        assert faults[0].at >= CALM_AT_START and all(f.at + f.seconds <= 300 - CALM_AT_END + 0.2 for f in faults)
        for one in faults:
            others = [f for f in faults if f is not one and f.at < one.at + one.seconds and one.at < f.at + f.seconds]
            assert one.server not in {other.server for other in others}, f"seed {seed}: {one} and {others}"


def test_a_short_run_differs_by_seed_and_nothing_to_break_is_no_schedule():
    assert len({tuple(plan(seed, 60, PAIRS)) for seed in range(20)}) == 20
    assert plan(1, 60, []) == []
    assert all(KINDS[kind].least <= KINDS[kind].most for _, kind in PAIRS)
