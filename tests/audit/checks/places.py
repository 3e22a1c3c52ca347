"""Capacity: sold is at most what there is, for each product and day, and the counter that guards it is right.

The counter (bookings.days.taken) is what decides who still gets a place; the bookings are what has been promised.
They are added up apart from each other, so a mistake in either shows.
"""
from check import Check, Rule

CHECKS = [
    Check(
        """SELECT NULL::bigint AS order_id, product_id, day, coalesce(d.capacity, 0) AS capacity, coalesce(d.taken, 0) AS taken,
                  coalesce(b.places, 0) AS places
           FROM bookings.days d
           FULL JOIN (SELECT product_id, day, sum(quantity) AS places
                      FROM bookings.bookings
                      WHERE state IN ('held', 'confirmed', 'cancelling')
                      GROUP BY product_id, day) b USING (product_id, day)""",
        (
            Rule("oversold", "no day has more places booked than it has", "places > capacity",
                 "format('%s places are booked of %s', places, capacity)"),
            Rule("places-miscounted", "the places taken on a day are those of its bookings", "places <> taken",
                 "format('%s places are booked, but %s are counted as taken', places, taken)"),
        )),
    Check(
        """SELECT b.order_id, b.product_id, b.day, b.id, b.expires_at, l.allowance, c.booking_id AS noted, c.since, l.settle,
                  b.state, o.key LIKE 'seed-%' AND 'order-' || o.id NOT IN (SELECT key FROM audit_provider) AS unheard
           FROM bookings.bookings b
           CROSS JOIN audit_limits l
           LEFT JOIN bookings.cancellations c ON c.booking_id = b.id
           LEFT JOIN orders.orders o ON o.id = b.order_id
           WHERE b.state IN ('held', 'cancelling')""",
        (
            Rule("stuck-held", "no hold outlives its time", "state = 'held' AND expires_at + allowance < now()",
                 "format('booking %s is still held, its time ended at %s', id, expires_at)"),
            # of a seeded order of past days the provider has never heard: it cannot refund one
            Rule("stuck-cancelling", "every cancellation comes to its end",
                 "state = 'cancelling' AND NOT coalesce(unheard, false) AND (noted IS NULL OR since + settle + allowance < now())",
                 "format('booking %s has been cancelling since %s', id, coalesce(since::text, 'nobody knows when: it is on no list'))"),
        )),
]

FIGURES = [
    ("days with bookings", "SELECT count(*) FROM bookings.days WHERE taken > 0"),
    ("days that are full", "SELECT count(*) FROM bookings.days WHERE taken = capacity AND taken > 0"),
    ("places taken", "SELECT coalesce(sum(taken), 0) FROM bookings.days"),
]
