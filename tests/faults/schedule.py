"""What will break when: drawn from a seed, so that the same seed, duration and servers make the same schedule.

All that can happen is shuffled, done once, shuffled again: a long run misses nothing, a short one has a sample that its
seed decides. Mostly one thing is broken at a time, with a moment of peace between two; one fault in four begins while
the one before still lasts, and in a long run one in eight lasts much longer than any time-out of the shop.
"""
import collections
import random

from victims import KINDS

Fault = collections.namedtuple("Fault", "at server kind seconds")
CALM_AT_START = CALM_AT_END = 3.0
TOGETHER, LONG = 0.25, 0.125
LONG_RUN_SECONDS, LONG_TIMES = 180, 5


def plan(seed, duration, pairs):
    """The faults of `duration` seconds in order of time. `pairs` are (server, kind)."""
    dice, faults, at, left, together = random.Random(seed), [], CALM_AT_START, [], False
    while pairs:
        if not left:
            left = sorted(pairs)
            dice.shuffle(left)
        server, kind = left.pop()
        seconds = dice.uniform(KINDS[kind].least, KINDS[kind].most)
        if duration >= LONG_RUN_SECONDS and kind not in ("restart", "full") and dice.random() < LONG:
            seconds *= LONG_TIMES
        before = faults[-1] if faults else None
        # never a third at once, and never the same server twice
        together = before is not None and not together and dice.random() < TOGETHER and before.server != server
        begin = before.at + before.seconds * dice.random() if together else at + dice.uniform(0.5, 3.0)
        if begin + seconds > duration - CALM_AT_END:
            return faults
        faults.append(Fault(round(begin, 1), server, kind, round(seconds, 1)))
        at = max(at, begin + seconds)
    return faults


def text(faults):
    return "\n".join(f"  {fault.at:6.1f} s  {fault.server:<10} {KINDS[fault.kind].says}"
                     + (f" for {fault.seconds:.1f} s" if fault.seconds else "") for fault in faults)
