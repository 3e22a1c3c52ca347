"""What clients were told: whatever was acknowledged is there, with what was acknowledged.

The lines come from the ledgers that load clients keep (tests/load/README.md), read before the database: each line was
written after its answer had arrived, so all of it must be there. A client that got no answer ("unknown") was
promised nothing; whether the order came to be is only counted.
"""
from check import Check, Rule

CHECKS = [
    Check(
        """SELECT t.order_id, t.product_id, t.day, t.line, t.source, t.key, t.outcome, t.status, t.total_cents, t.quantity, t.order_id AS told,
                  o.id AS known, o.state, o.reason, o.key AS its_key, o.total_cents AS its_cents,
                  EXISTS (SELECT FROM orders.lines l WHERE l.order_id = o.id AND l.product_id = t.product_id AND l.day = t.day
                                                       AND l.quantity = t.quantity) AS has_line
           FROM audit_told t
           LEFT JOIN orders.orders o ON o.id = t.order_id
           WHERE t.outcome IN ('confirmed', 'pending', 'refused', 'contradicted')""",
        (
            Rule("acknowledged-lost", "every acknowledged order is there",
                 "outcome IN ('confirmed', 'pending') AND (told IS NULL OR known IS NULL) OR told IS NOT NULL AND known IS NULL",
                 "format('answered %s for order %s, and there is none (%s, line %s)', status, coalesce(told::text, '?'), source, line)"),
            Rule("acknowledged-otherwise", "an order is what its client was told",
                 "known IS NOT NULL AND (outcome = 'confirmed' AND state <> 'confirmed' OR outcome = 'refused' AND state <> 'rejected')",
                 "format('answered %s (%s), and it is %s%s (%s, line %s)', status, outcome, state, coalesce(': ' || reason, ''), source, line)"),
            Rule("acknowledged-key", "an order stands under the key it was asked with", "known IS NOT NULL AND its_key <> key",
                 "format('asked under the key %s, it stands under %s (%s, line %s)', key, its_key, source, line)"),
            Rule("acknowledged-amount", "an order costs what its client was told",
                 "known IS NOT NULL AND outcome IN ('confirmed', 'pending') AND total_cents IS NOT NULL AND total_cents <> its_cents",
                 "format('told %s, it costs %s (%s, line %s)', audit_money(total_cents), audit_money(its_cents), source, line)"),
            Rule("acknowledged-line", "an order holds what its client has asked for",
                 "known IS NOT NULL AND outcome IN ('confirmed', 'pending') AND product_id IS NOT NULL AND quantity IS NOT NULL AND NOT has_line",
                 "format('asked for %s of product %s on %s, and no line says so (%s, line %s)', quantity, product_id, day, source, line)"),
            # written by clients that look again at what they were told
            Rule("told-otherwise-later", "nobody is told first one thing, then another", "outcome = 'contradicted'",
                 "format('what was acknowledged was answered %s afterwards (%s, line %s)', status, source, line)"),
        ), needs=("told",)),
    Check(
        """SELECT min(order_id) AS order_id, NULL::bigint AS product_id, NULL::date AS day, key, count(DISTINCT order_id) AS orders,
                  array_agg(DISTINCT order_id) AS ids
           FROM audit_told WHERE key <> '' AND order_id IS NOT NULL GROUP BY key HAVING count(DISTINCT order_id) > 1""",
        (Rule("key-answered-twice", "a key is answered with one order", "true",
              "format('the key %s was answered with %s orders: %s', key, orders, ids)"),), needs=("told",)),
    Check(
        """SELECT coalesce(b.order_id, t.order_id) AS order_id, b.product_id, b.day, t.booking_id, t.outcome, t.status, t.source, t.line, b.state
           FROM audit_told t
           LEFT JOIN bookings.bookings b ON b.id = t.booking_id
           WHERE t.outcome IN ('cancelled', 'cancelling')""",
        (
            Rule("cancellation-lost", "every acknowledged cancellation is there", "state IS DISTINCT FROM 'cancelled' AND "
                 "(outcome = 'cancelled' OR state IS DISTINCT FROM 'cancelling')",
                 "format('answered %s (%s) for booking %s, and it is %s (%s, line %s)', status, outcome, booking_id, "
                 "coalesce(state, 'not there'), source, line)"),
        ), needs=("told",)),
]

FIGURES = [
    ("answers in the ledgers", "SELECT count(*) FROM audit_told"),
    ("confirmed", "SELECT count(*) FROM audit_told WHERE outcome = 'confirmed'"),
    ("pending", "SELECT count(*) FROM audit_told WHERE outcome = 'pending'"),
    ("refused", "SELECT count(*) FROM audit_told WHERE outcome = 'refused'"),
    ("cancelled", "SELECT count(*) FROM audit_told WHERE outcome IN ('cancelled', 'cancelling')"),
    ("never answered", "SELECT count(*) FROM audit_told WHERE outcome = 'unknown'"),
    ("of these made after all", "SELECT count(DISTINCT t.key) FROM audit_told t JOIN orders.orders o ON o.key = t.key WHERE t.outcome = 'unknown'"),
]
