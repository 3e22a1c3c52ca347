"""Orders: each is the sum of its lines, booked as its state says, once per key, and comes to an end.
"""
from check import Check, Rule

CHECKS = [
    Check(
        """SELECT o.id AS order_id, NULL::bigint AS product_id, NULL::date AS day, o.state, o.reason, o.total_cents, o.created_at,
                  coalesce(s.lines, 0) AS lines, coalesce(s.cents, 0) AS cents, coalesce(s.sold, 0) AS sold,
                  coalesce(s.held, 0) AS held, coalesce(s.booked, 0) AS booked, coalesce(s.other, 0) AS other, l.settle, l.allowance
           FROM orders.orders o
           CROSS JOIN audit_limits l
           LEFT JOIN (
               SELECT x.order_id, count(DISTINCT x.line) AS lines, sum(x.amount_cents) AS cents, count(b.id) AS booked,
                      count(*) FILTER (WHERE b.state IN ('confirmed', 'cancelling', 'cancelled')) AS sold,
                      count(*) FILTER (WHERE b.state = 'held') AS held,
                      count(*) FILTER (WHERE b.product_id <> x.product_id OR b.day <> x.day OR b.quantity <> x.quantity
                                          OR b.amount_cents <> x.amount_cents) AS other
               FROM orders.lines x
               LEFT JOIN bookings.bookings b ON b.order_id = x.order_id AND b.line = x.line
               GROUP BY x.order_id) s ON s.order_id = o.id""",
        (
            Rule("order-total", "an order is the sum of its lines", "lines = 0 OR total_cents <> cents",
                 "format('its total is %s, its %s lines add up to %s', audit_money(total_cents), lines, audit_money(cents))"),
            Rule("booking-lost", "every line of a confirmed order is booked", "state = 'confirmed' AND sold < lines",
                 "format('it is confirmed, but %s of its %s lines are booked', sold, lines)"),
            Rule("booking-twice", "no line is booked twice", "booked > lines",
                 "format('its %s lines have %s bookings', lines, booked)"),
            Rule("booking-differs", "a booking is what its order says", "other > 0",
                 "format('%s of its bookings are for something else than its lines', other)"),
            # whose hold ran out while it was paid may have a part of it left to the sweep
            Rule("booking-of-rejected", "a rejected order keeps no places",
                 "state = 'rejected' AND (sold > 0 OR held > 0 AND reason <> 'conflict')",
                 "format('it is rejected (%s), but %s of its bookings stand', reason, sold + held)"),
            Rule("stuck-pending", "every order comes to its end", "state = 'pending' AND created_at + settle + allowance < now()",
                 "format('it has been pending since %s', created_at)"),
        )),
    Check(
        """SELECT b.order_id, b.product_id, b.day, b.id, b.state, b.expires_at, l.allowance
           FROM bookings.bookings b
           CROSS JOIN audit_limits l
           LEFT JOIN orders.lines x ON x.order_id = b.order_id AND x.line = b.line
           WHERE x.order_id IS NULL AND b.state NOT IN ('released', 'held')""",
        (Rule("booking-without-order", "every booking belongs to an order", "true",
              "format('booking %s is %s, and no order has such a line', id, state)"),)),
    # a product that was last changed well before an order had its present price by then
    Check(
        """SELECT x.order_id, x.product_id, x.day, x.unit_price_cents, p.price_cents, p.updated_at, o.created_at
           FROM orders.lines x
           JOIN orders.orders o ON o.id = x.order_id AND o.key NOT LIKE 'seed-%'
           CROSS JOIN audit_limits l
           JOIN catalog.products p ON p.id = x.product_id AND p.updated_at + l.price < o.created_at
           WHERE x.unit_price_cents <> p.price_cents""",
        (Rule("order-price", "an order is at the price that was valid", "true",
              "format('it was made at %s for %s a place, and the price was %s since %s', created_at, audit_money(unit_price_cents), "
              "audit_money(price_cents), updated_at)"),)),
    Check(
        """SELECT min(id) AS order_id, NULL::bigint AS product_id, NULL::date AS day, user_id, key, count(*) AS orders,
                  array_agg(id ORDER BY id) AS ids
           FROM orders.orders GROUP BY user_id, key HAVING count(*) > 1""",
        (Rule("key-twice", "a key has made one order", "true",
              "format('user %s has %s orders under the key %s: %s', user_id, orders, key, ids)"),)),
]

FIGURES = [
    ("orders", "SELECT count(*) FROM orders.orders"),
    ("of them seeded", "SELECT count(*) FROM orders.orders WHERE key LIKE 'seed-%'"),
    ("confirmed", "SELECT count(*) FROM orders.orders WHERE state = 'confirmed'"),
    ("rejected", "SELECT count(*) FROM orders.orders WHERE state = 'rejected'"),
    ("bookings", "SELECT count(*) FROM bookings.bookings"),
]
