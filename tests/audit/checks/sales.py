"""The sales books: one row for each booking that was paid for, with what it was sold at.

Books are filled by events and completed by a walk every few minutes (shop.sales_check_seconds), so a row may be due
for that long after its order was confirmed. A row that is there and wrong, or has no booking, is wrong at once.
"""
from check import Check, Rule

CHECKS = [
    Check(
        """SELECT d.*, o.state AS order_state, o.currency AS order_currency,
                  greatest(o.updated_at, (SELECT r.recorded_at FROM payments.refunds r WHERE r.key = 'booking-' || d.booking_id || '-refund'))
                      + l.sales_check + l.allowance AS due
           FROM (SELECT coalesce(b.order_id, s.order_id) AS order_id, coalesce(b.product_id, s.product_id) AS product_id,
                        coalesce(b.day, s.day) AS day, coalesce(b.id, s.booking_id) AS booking_id, b.id AS sold, s.booking_id AS entered,
                        b.state, b.amount_cents, s.amount_cents AS entered_cents, s.currency, s.cancelled_at, s.sold_at,
                        (b.order_id, b.product_id, b.day, b.quantity, b.amount_cents)
                            IS DISTINCT FROM (s.order_id, s.product_id, s.day, s.quantity, s.amount_cents) AS differs
                 FROM (SELECT * FROM bookings.bookings WHERE state IN ('confirmed', 'cancelling', 'cancelled')) b
                 FULL JOIN reports.sales s ON s.booking_id = b.id
                 WHERE b.id IS NULL OR s.booking_id IS NULL
                    OR (b.order_id, b.product_id, b.day, b.quantity, b.amount_cents)
                       IS DISTINCT FROM (s.order_id, s.product_id, s.day, s.quantity, s.amount_cents)
                    OR (b.state = 'cancelled') <> (s.cancelled_at IS NOT NULL)) d
           LEFT JOIN orders.orders o ON o.id = d.order_id
           CROSS JOIN audit_limits l""",
        (
            Rule("sale-missing", "every sold booking is in the sales books",
                 "entered IS NULL AND order_state = 'confirmed' AND due < now()",
                 "format('booking %s was sold for %s, and the books have no row', booking_id, audit_money(amount_cents))"),
            Rule("sale-unowed", "every row of the sales books is a sold booking", "sold IS NULL",
                 "format('the books have booking %s for %s, and no such booking is sold', booking_id, audit_money(entered_cents))"),
            Rule("sale-differs", "a row of the sales books is what was booked", "entered IS NOT NULL AND sold IS NOT NULL AND differs",
                 "format('booking %s: the books say %s, it was sold for %s (or product, day or quantity differ)', booking_id, "
                 "audit_money(entered_cents), audit_money(amount_cents))"),
            Rule("sale-cancellation", "the sales books know what was cancelled",
                 "entered IS NOT NULL AND sold IS NOT NULL AND (cancelled_at IS NOT NULL AND state <> 'cancelled' "
                 "OR cancelled_at IS NULL AND state = 'cancelled' AND due < now())",
                 "format('booking %s is %s, the books say %s', booking_id, state, "
                 "CASE WHEN cancelled_at IS NULL THEN 'it stands' ELSE 'cancelled' END)"),
        )),
    Check(
        """SELECT min(order_id) AS order_id, min(product_id) AS product_id, min(day) AS day, booking_id, count(*) AS times
           FROM reports.sales GROUP BY booking_id HAVING count(*) > 1""",
        (Rule("sale-twice", "no sale is in the books twice", "true", "format('booking %s has %s rows', booking_id, times)"),)),
]

FIGURES = [
    ("sales in the books", "SELECT count(*) FROM reports.sales"),
    ("sold by them", "SELECT audit_money(coalesce(sum(amount_cents), 0)) FROM reports.sales"),
    ("cancelled of that", "SELECT audit_money(coalesce(sum(amount_cents), 0)) FROM reports.sales WHERE cancelled_at IS NOT NULL"),
]
