"""What the shop still enters into its sales books when it starts is work of its own: rows are counted, and speed is
measured, when that is done.
"""
import time


def books_at_rest(stack, patience_s=180):
    """Waits until the shop has entered what was sold before it started: those rows are not what an order adds."""
    sales, deadline = -1, time.monotonic() + patience_s
    while sales != (now := int(stack.psql("SELECT count(*) FROM reports.sales"))):
        if time.monotonic() > deadline:
            raise SystemExit(f"after {patience_s} s the shop still enters old sales into its books ({now} so far)")
        sales = now
        time.sleep(3)
