"""Invoices: numbered from 1 without a gap, one per confirmed order, for its total.

Tax law wants the numbers: an invoice that is missing is one that may have been hidden. Seeded orders have none.
"""
from check import Check, Rule

CHECKS = [
    Check(
        """SELECT NULL::bigint AS order_id, NULL::bigint AS product_id, NULL::date AS day, i.*, c.last_number
           FROM (SELECT count(*) AS invoices, count(DISTINCT number) AS numbers, coalesce(min(number), 1) AS least,
                        coalesce(max(number), 0) AS most FROM invoices.invoices) i
           LEFT JOIN invoices.counter c ON c.id = 1""",
        (
            Rule("invoice-gap", "invoice numbers have no gap", "least <> 1 OR numbers <> most",
                 "format('%s numbers from %s to %s; missing: %s', numbers, least, most, "
                 "(SELECT string_agg(n::text, ', ') FROM (SELECT n FROM generate_series(1, most) n "
                 "WHERE NOT EXISTS (SELECT FROM invoices.invoices x WHERE x.number = n) LIMIT 10) m))"),
            Rule("invoice-number-twice", "no invoice number is given twice", "numbers <> invoices",
                 "format('%s invoices have %s numbers', invoices, numbers)"),
            Rule("invoice-counter", "the counter stands at the last number", "coalesce(last_number, 0) <> most",
                 "format('the last number is %s, the counter stands at %s', most, coalesce(last_number, 0))"),
        )),
    Check(
        """SELECT coalesce(o.id, i.order_id) AS order_id, NULL::bigint AS product_id, NULL::date AS day, o.state, o.total_cents, o.receipt_sent_at,
                  o.key, i.invoices, i.number, i.cents
           FROM (SELECT * FROM orders.orders WHERE key NOT LIKE 'seed-%') o
           FULL JOIN (SELECT order_id, count(*) AS invoices, min(number) AS number,
                             min(substring(facts FROM '"total_cents": ?(-?[0-9]{1,18})')::bigint) AS cents
                      FROM invoices.invoices GROUP BY order_id) i ON i.order_id = o.id""",
        (
            # it is issued before the receipt is written, and may be later only while the receipt is due
            Rule("invoice-missing", "every order with a receipt has an invoice", "receipt_sent_at IS NOT NULL AND invoices IS NULL",
                 "format('its receipt was sent at %s, and it has no invoice', receipt_sent_at)"),
            Rule("invoice-twice", "no order has two invoices", "invoices > 1", "format('it has %s invoices', invoices)"),
            Rule("invoice-unowed", "only confirmed orders have an invoice",
                 "invoices IS NOT NULL AND (state IS NULL AND NOT EXISTS (SELECT FROM orders.orders s WHERE s.id = order_id AND s.state = 'confirmed') "
                 "OR state <> 'confirmed')",
                 "format('invoice %s is issued, and the order is %s', number, coalesce(state, 'not there'))"),
            Rule("invoice-amount", "an invoice is for the order's total", "state = 'confirmed' AND invoices IS NOT NULL AND cents IS DISTINCT FROM total_cents",
                 "format('invoice %s is for %s, the order for %s', number, audit_money(cents), audit_money(total_cents))"),
        )),
]

FIGURES = [("invoices", "SELECT count(*) FROM invoices.invoices")]
