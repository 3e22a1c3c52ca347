"""Events: what was told is true, everything that is true was told, and each has had its effect, once, at everybody who asked.

The topics come from the broker itself (evidence.py), the inbox and the outbox from the database. Delivering is at least once, so
an event may lie in its topic twice; its effect may not be there twice, which the other books say. Dead letters are told
here because nobody looks at them otherwise.
"""
from check import Check, Rule

SUBSCRIBERS = "(VALUES ('order.placed', 'payment'), ('order.confirmed', 'receipt'), ('order.confirmed', 'sale'), ('booking.cancelled', 'sale'))"
NEEDS = ("topics", "events.inbox")
# orders of before the first event were made without events: by the stage before, or by the seed
SINCE = "(SELECT greatest(min(published), now() - interval '2 days') FROM audit_events)"

CHECKS = [
    Check(
        f"""SELECT e.order_id, NULL::bigint AS product_id, NULL::date AS day, e.event_id, s.subscriber, e.published,
                   i.event_id IS NOT NULL AS done, d.event_id IS NOT NULL AS dead, e.published + l.settle + l.allowance AS due
            FROM (SELECT topic, event_id, min(order_id) AS order_id, min(published) AS published FROM audit_events GROUP BY topic, event_id) e
            JOIN {SUBSCRIBERS} s (topic, subscriber) ON s.topic = e.topic
            LEFT JOIN events.inbox i ON i.subscriber = s.subscriber AND i.event_id = e.event_id
            LEFT JOIN (SELECT DISTINCT subscriber, event_id FROM audit_letters) d ON d.subscriber = s.subscriber AND d.event_id = e.event_id
            CROSS JOIN audit_limits l""",
        (Rule("event-undone", "every event is done by everybody who asked for it", "NOT done AND NOT dead AND due < now()",
              "format('%s was published at %s, and %s has not done it', event_id, published, subscriber)"),), needs=NEEDS),
    Check(
        """SELECT o.id AS order_id, NULL::bigint AS product_id, NULL::date AS day, i.event_id, i.subscriber, i.done_at, o.state, o.receipt_sent_at,
                  o.created_at + l.settle AS settled_at, (SELECT count(*) FROM bookings.bookings b LEFT JOIN reports.sales s ON s.booking_id = b.id
                                                          WHERE b.order_id = o.id AND s.booking_id IS NULL) AS unsold
           FROM events.inbox i
           JOIN orders.orders o ON i.event_id IN ('order-' || o.id || '-placed', 'order-' || o.id || '-confirmed')
           CROSS JOIN audit_limits l""",
        (
            Rule("effect-missing", "what counts as done has had its effect",
                 "subscriber = 'payment' AND state = 'pending' AND done_at < settled_at OR subscriber = 'receipt' AND receipt_sent_at IS NULL"
                 " OR subscriber = 'sale' AND unsold > 0",
                 "format('%s has done %s at %s, they say, and it is %s, receipt %s, %s bookings not in the sales books', subscriber, event_id, "
                 "done_at, state, coalesce(receipt_sent_at::text, 'not sent'), unsold)"),
        ), needs=NEEDS),
    Check(
        "SELECT order_id, NULL::bigint AS product_id, NULL::date AS day, subscriber, event_id, error FROM audit_letters",
        (Rule("dead-letter", "there are no dead letters", "true", "format('%s could not do %s: %s', subscriber, event_id, error)"),), needs=NEEDS),
    Check(
        """SELECT substring(w.key FROM '^order-([0-9]{1,18})$')::bigint AS order_id, NULL::bigint AS product_id, NULL::date AS day, w.event_id,
                  w.published_at, w.published_at + l.allowance AS due
           FROM events.outbox w CROSS JOIN audit_limits l""",
        (Rule("outbox-stuck", "nothing stays in the outbox", "due < now()",
              "format('%s waits in the outbox since %s', event_id, published_at)"),), needs=NEEDS),
    Check(
        f"""SELECT o.id AS order_id, NULL::bigint AS product_id, NULL::date AS day, o.state, w.event_id, w.at + l.allowance AS due,
                   EXISTS (SELECT FROM audit_events e WHERE e.event_id = w.event_id)
                       OR EXISTS (SELECT FROM events.outbox x WHERE x.event_id = w.event_id) AS told
            FROM orders.orders o
            CROSS JOIN audit_limits l
            CROSS JOIN LATERAL (VALUES ('order-' || o.id || '-placed', o.created_at, o.reason IS DISTINCT FROM 'sold-out'),
                                       ('order-' || o.id || '-' || o.state, o.updated_at, o.state <> 'pending')) AS w (event_id, at, owed)
            WHERE w.owed AND o.key NOT LIKE 'seed-%' AND o.created_at > {SINCE}""",
        (Rule("order-untold", "what becomes of an order is told", "NOT told AND due < now()",
              "format('it is %s, and neither the topics nor the outbox have %s', state, event_id)"),), needs=NEEDS),
    Check(
        """SELECT e.order_id, NULL::bigint AS product_id, NULL::date AS day, e.topic, e.event_id, o.id AS known, o.state
           FROM (SELECT DISTINCT topic, event_id, order_id FROM audit_events WHERE topic LIKE 'order.%' AND published <= now()) e
           LEFT JOIN orders.orders o ON o.id = e.order_id""",
        (Rule("event-untrue", "what was told is true", "known IS NULL OR topic IN ('order.confirmed', 'order.rejected') AND topic <> 'order.' || state",
              "format('%s was told, and the order is %s', event_id, coalesce(state, 'not there'))"),), needs=NEEDS),
]

FIGURES = [
    ("events in the topics", "SELECT count(DISTINCT event_id) FROM audit_events"),
    ("told more than once", "SELECT count(*) - count(DISTINCT event_id) FROM audit_events"),
    ("done", "SELECT count(*) FROM events.inbox"),
    ("dead letters", "SELECT count(*) FROM audit_letters"),
    ("in the outbox", "SELECT count(*) FROM events.outbox"),
    ("age when done, p50 and p99",
     """SELECT coalesce((SELECT format('%s and %s ms', round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)), round(percentile_cont(0.99) WITHIN GROUP (ORDER BY ms)))
                         FROM (SELECT extract(epoch FROM i.done_at - e.published)::numeric::float8 * 1000 AS ms FROM events.inbox i
                               JOIN (SELECT event_id, min(published) AS published FROM audit_events GROUP BY event_id) e USING (event_id)) a), '-')"""),
]
