"""What is still under way, and waiting for it: an order that is pending, a hold, a cancellation, a receipt, a sale.
"""
import time

from audit import database

COUNTS = {
    "pending orders": "SELECT count(*) FROM orders.orders WHERE state = 'pending'",
    "holds": "SELECT count(*) FROM bookings.bookings WHERE state = 'held'",
    "cancellations": "SELECT count(*) FROM bookings.cancellations",
    "receipts": "SELECT count(*) FROM orders.orders WHERE state = 'confirmed' AND receipt_sent_at IS NULL",
    "sales": """SELECT (SELECT count(*) FROM bookings.bookings WHERE state IN ('confirmed', 'cancelling', 'cancelled'))
                       - (SELECT count(*) FROM reports.sales)
                       + (SELECT count(*) FROM bookings.bookings WHERE state = 'cancelled')
                       - (SELECT count(*) FROM reports.sales WHERE cancelled_at IS NOT NULL)""",
}


# where the stage has it
EVENTS = {"events in the outbox": "SELECT count(*) FROM events.outbox"}


def under_way(cursor):
    """{what: how many} of what has not come to its end."""
    found = {}
    cursor.execute("SELECT to_regclass('events.outbox') IS NOT NULL")
    for what, sql in {**COUNTS, **(EVENTS if cursor.fetchone()[0] else {})}.items():
        cursor.execute(sql)
        count = cursor.fetchone()[0]
        if count != 0:
            found[what] = count
    return found


def wait(stack, seconds, say=lambda left, gone, quiet: None, quiet_seconds=None):
    """Looks again until nothing is under way, or `seconds` have gone, or nothing has come to its end for `quiet_seconds`. What is
    left: {what: how many}. `say` is told after each look, with the seconds since it began and since there was less."""
    began = shrunk = time.monotonic()
    least = None
    with database(stack) as cursor:
        while True:
            asked = time.monotonic()
            left = under_way(cursor)
            now, count = time.monotonic(), sum(left.values())
            if least is None or count < least:
                least, shrunk = count, now
            if not left or now - began >= seconds or quiet_seconds is not None and now - shrunk >= quiet_seconds:
                return left
            say(left, now - began, now - shrunk)
            time.sleep(max(0.3, now - asked))  # never busy with asking for more than half of the time
