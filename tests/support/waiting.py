"""Waiting for what will come to pass, without sleeping longer than it takes."""
import time


def until(condition, seconds=20, what="it did not happen in time"):
    """Looks again and again. How long it took, in seconds."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if condition():
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(what)
