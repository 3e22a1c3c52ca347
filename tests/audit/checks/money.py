"""Money: what was taken is what was ordered, what was given back is what was cancelled, in our record and the provider's.

Our record (schema payments) is compared with orders and bookings first, then entry by entry with the ledger of the
provider, which nobody here can write. What the provider has and we have not is due to be found when the order is
settled; it is wrong when the order has come to its end without it, or is overdue.
"""
from check import Check, Rule

OF_ORDER = "substring(key FROM '^order-([0-9]{1,18})$')::bigint"

CHECKS = [
    Check(
        """SELECT coalesce(o.id, c.order_id) AS order_id, NULL::bigint AS product_id, NULL::date AS day, o.id AS known, o.state,
                  o.total_cents, c.outcome, c.amount_cents, coalesce(r.cents, 0) AS refunded
           FROM orders.orders o
           FULL JOIN payments.charges c ON c.order_id = o.id
           LEFT JOIN (SELECT order_id, sum(amount_cents) AS cents FROM payments.refunds
                      WHERE key LIKE 'order-%' GROUP BY order_id) r ON r.order_id = o.id""",
        (
            Rule("charge-without-order", "every charge belongs to an order", "known IS NULL",
                 "format('%s %s is recorded, and there is no such order', audit_money(amount_cents), outcome)"),
            Rule("confirmed-unpaid", "every confirmed order is paid",
                 "state = 'confirmed' AND total_cents > 0 AND outcome IS DISTINCT FROM 'charged'",
                 "format('%s is owed, and the charge is %s', audit_money(total_cents), coalesce(outcome, 'not there'))"),
            Rule("charge-amount", "a charge is the order's total", "outcome = 'charged' AND amount_cents <> total_cents",
                 "format('%s was charged, the total is %s', audit_money(amount_cents), audit_money(total_cents))"),
            Rule("rejected-kept-money", "a rejected order has its money back",
                 "state = 'rejected' AND refunded <> CASE WHEN outcome = 'charged' THEN amount_cents ELSE 0 END",
                 "format('it is rejected, charged %s and given back %s', audit_money(CASE WHEN outcome = 'charged' THEN amount_cents "
                 "ELSE 0 END), audit_money(refunded))"),
            Rule("confirmed-refunded", "a confirmed order is not refunded as a whole", "state = 'confirmed' AND refunded > 0",
                 "format('%s was given back, and it is confirmed', audit_money(refunded))"),
        )),
    Check(
        """SELECT coalesce(b.order_id, r.order_id) AS order_id, b.product_id, b.day, b.id, b.state, b.amount_cents,
                  coalesce(r.cents, 0) AS refunded, coalesce(r.refunds, 0) AS refunds, r.keys
           FROM (SELECT id, order_id, product_id, day, state, amount_cents FROM bookings.bookings
                 WHERE state IN ('cancelling', 'cancelled')) b
           FULL JOIN (SELECT substring(key FROM '^booking-([0-9]{1,18})-')::bigint AS id, min(order_id) AS order_id, count(*) AS refunds,
                             sum(amount_cents) AS cents, array_agg(key ORDER BY key) AS keys
                      FROM payments.refunds WHERE key NOT LIKE 'order-%' GROUP BY 1) r ON r.id = b.id""",
        (
            Rule("refund-missing", "every cancelled booking is refunded", "state = 'cancelled' AND amount_cents > 0 AND refunds = 0",
                 "format('booking %s is cancelled, and its %s not given back', id, audit_money(amount_cents))"),
            Rule("refund-twice", "no booking is refunded twice", "refunds > 1",
                 "format('booking %s was refunded %s times: %s', id, refunds, keys)"),
            Rule("refund-amount", "a refund is what the booking cost", "refunds = 1 AND state IS NOT NULL AND refunded <> amount_cents",
                 "format('booking %s cost %s, and %s was given back', id, audit_money(amount_cents), audit_money(refunded))"),
            Rule("refund-unowed", "only cancelled bookings are refunded", "state IS NULL",
                 "format('%s was given back for %s, and no such booking is cancelled', audit_money(refunded), keys)"),
        )),
    Check(
        f"""SELECT coalesce(c.order_id, p.order_id) AS order_id, NULL::bigint AS product_id, NULL::date AS day, c.order_id AS ours,
                   c.outcome, c.amount_cents, c.provider_id, p.entries, p.kind, p.cents, p.id, p.key, p.at, o.state,
                   o.created_at + l.settle + l.allowance AS due
            FROM (SELECT * FROM (SELECT *, 'order-' || order_id AS key FROM payments.charges) k
                  WHERE provider_id NOT LIKE 'ch\\_seed\\_%' OR key IN (SELECT key FROM audit_provider)) c
            FULL JOIN (SELECT key, {OF_ORDER} AS order_id, count(*) AS entries, min(kind) AS kind, min(id) AS id, max(at) AS at,
                              sum(amount_cents) AS cents
                       FROM audit_provider WHERE kind <> 'refund' AND at <= now() GROUP BY key) p USING (key)
            LEFT JOIN orders.orders o ON o.id = coalesce(c.order_id, p.order_id)
            CROSS JOIN audit_limits l""",
        (
            Rule("charge-unknown-to-provider", "the provider knows every charge", "entries IS NULL",
                 "format('%s %s is recorded, and the provider has nothing', audit_money(amount_cents), outcome)"),
            Rule("provider-charge-without-order", "the provider has charged for orders only", "entries IS NOT NULL AND state IS NULL",
                 "format('the provider has a %s of %s under the key %s, and there is no such order', kind, audit_money(cents), key)"),
            Rule("charge-twice", "the provider has charged no order twice", "entries > 1",
                 "format('%s entries under the key %s', entries, key)"),
            Rule("charge-unrecorded", "every charge of the provider is in our record",
                 "ours IS NULL AND state IS NOT NULL AND (state <> 'pending' OR due < now())",
                 "format('the provider has a %s of %s, our record nothing, and the order is %s', kind, audit_money(cents), state)"),
            Rule("charge-differs", "our record is the provider's",
                 "entries = 1 AND ours IS NOT NULL AND (provider_id <> id OR outcome = 'charged' AND amount_cents <> cents OR "
                 "kind <> CASE outcome WHEN 'charged' THEN 'charge' WHEN 'declined' THEN 'decline' ELSE 'void' END)",
                 "format('we have %s %s as %s, the provider a %s of %s as %s', outcome, audit_money(amount_cents), provider_id, kind, "
                 "audit_money(cents), id)"),
        ), needs=("provider",)),
    Check(
        """SELECT coalesce(m.of_order, o.id, b.order_id) AS order_id, b.product_id, b.day, m.*, coalesce(b.state, o.state) AS state,
                  coalesce(x.since, o.created_at, m.at) + l.settle + l.allowance AS due
           FROM (SELECT r.order_id AS of_order, r.key AS ours, r.amount_cents, r.provider_id, key, p.entries, p.cents, p.id, p.at
                 FROM (SELECT * FROM payments.refunds WHERE provider_id NOT LIKE 're\\_seed\\_%' OR key IN (SELECT key FROM audit_provider)) r
                 FULL JOIN (SELECT key, count(*) AS entries, min(id) AS id, sum(amount_cents) AS cents, max(at) AS at
                            FROM audit_provider WHERE kind = 'refund' AND at <= now() GROUP BY key) p USING (key)) m
           LEFT JOIN bookings.bookings b ON b.id = substring(m.key FROM '^booking-([0-9]{1,18})-refund$')::bigint
           LEFT JOIN bookings.cancellations x ON x.booking_id = b.id
           LEFT JOIN orders.orders o ON o.id = substring(m.key FROM '^order-([0-9]{1,18})-refund$')::bigint
           CROSS JOIN audit_limits l""",
        (
            Rule("refund-unknown-to-provider", "the provider knows every refund", "entries IS NULL",
                 "format('%s is recorded as given back under %s, and the provider has nothing', audit_money(amount_cents), key)"),
            Rule("refund-unrecorded", "every refund of the provider is in our record",
                 "ours IS NULL AND (state IS NULL OR state NOT IN ('cancelling', 'pending') OR due < now())",
                 "format('the provider has given back %s under %s, our record has nothing', audit_money(cents), key)"),
            Rule("refund-differs", "our record of refunds is the provider's",
                 "ours IS NOT NULL AND entries IS NOT NULL AND (entries > 1 OR provider_id <> id OR amount_cents <> cents)",
                 "format('under %s we have %s as %s, the provider %s in %s entries as %s', key, audit_money(amount_cents), provider_id, "
                 "audit_money(cents), entries, id)"),
        ), needs=("provider",)),
    # what all of the above come to, added up once more from the two ends: the provider's ledger and the places sold
    Check(
        """SELECT NULL::bigint AS order_id, NULL::bigint AS product_id, NULL::date AS day, money.*
           FROM (SELECT (SELECT coalesce(sum(CASE kind WHEN 'charge' THEN amount_cents WHEN 'refund' THEN -amount_cents ELSE 0 END), 0)
                         FROM audit_provider WHERE at <= now()) AS kept,
                        (SELECT coalesce(sum(b.amount_cents), 0) FROM bookings.bookings b JOIN orders.orders o ON o.id = b.order_id
                         WHERE b.state = 'confirmed' AND o.state = 'confirmed'
                           AND (o.key NOT LIKE 'seed-%' OR 'order-' || o.id IN (SELECT key FROM audit_provider))) AS sold,
                        (SELECT count(*) FROM orders.orders WHERE state = 'pending')
                        + (SELECT count(*) FROM bookings.cancellations) AS open) money""",
        (Rule("money-adds-up", "what the provider holds for us is what the standing bookings cost", "kept <> sold AND open = 0",
              "format('the provider holds %s, the bookings that stand cost %s', audit_money(kept), audit_money(sold))"),),
        needs=("provider",)),
]

FIGURES = [
    ("charged", "SELECT audit_money(coalesce(sum(amount_cents), 0)) FROM payments.charges WHERE outcome = 'charged'"),
    ("given back", "SELECT audit_money(coalesce(sum(amount_cents), 0)) FROM payments.refunds"),
    ("entries of the provider", "SELECT count(*) FROM audit_provider"),
]
