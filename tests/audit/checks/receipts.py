"""Receipts: each confirmed order's has arrived in the mailbox, and says the right sum.

A receipt is sent at least once. Only an attempt whose end was not noted (a crash, a cut connection) may be repeated,
and each repetition is counted before it is made (orders.receipt_tries): so an order may have as many deliveries as
attempts, and one that went well at once has exactly one. All have one Message-ID, by which mail programs know them.
Several sets of data share one mailbox: a message is an order's when it went to its buyer after it was made.
"""
from check import Check, Rule

CHECKS = [
    Check(
        """SELECT o.id AS order_id, NULL::bigint AS product_id, NULL::date AS day, o.state, o.total_cents, o.receipt_sent_at, o.receipt_tries,
                  coalesce(m.messages, 0) AS messages, m.least, m.most
           FROM orders.orders o
           LEFT JOIN (SELECT o.id, count(*) AS messages, min(m.total_cents) AS least, max(m.total_cents) AS most
                      FROM audit_mail m
                      JOIN orders.orders o ON o.id = m.order_id
                      JOIN users.accounts a ON a.id = o.user_id AND a.email = m.recipient
                      WHERE m.arrived >= o.created_at - interval '1 second' AND m.arrived <= now()
                      GROUP BY o.id) m ON m.id = o.id
           WHERE o.key NOT LIKE 'seed-%'""",
        (
            Rule("receipt-missing", "every receipt that was sent has arrived", "receipt_sent_at IS NOT NULL AND messages = 0",
                 "format('it counts as sent at %s, and the mailbox has none', receipt_sent_at)"),
            Rule("receipt-twice", "no receipt is sent more often than it was tried", "messages > receipt_tries + 1",
                 "format('%s messages have arrived, %s attempts were counted', messages, receipt_tries + 1)"),
            Rule("receipt-unowed", "only confirmed orders have a receipt", "messages > 0 AND state <> 'confirmed'",
                 "format('a receipt has arrived, and the order is %s', state)"),
            Rule("receipt-amount", "a receipt says what was paid", "least <> total_cents OR most <> total_cents",
                 "format('it says %s, the total is %s', audit_money(CASE WHEN least <> total_cents THEN least ELSE most END), audit_money(total_cents))"),
        ), needs=("mail",)),
    Check(
        """SELECT o.id AS order_id, NULL::bigint AS product_id, NULL::date AS day, o.updated_at, o.receipt_tries,
                  coalesce(o.receipt_after, o.updated_at + l.settle) + l.allowance AS due
           FROM orders.orders o
           CROSS JOIN audit_limits l
           WHERE o.state = 'confirmed' AND o.receipt_sent_at IS NULL""",
        (Rule("receipt-overdue", "every confirmed order gets its receipt", "due < now()",
              "format('it was confirmed at %s, tried %s times again, and the receipt is not sent', updated_at, receipt_tries)"),)),
]

FIGURES = [
    ("receipts in the mailbox", "SELECT count(*) FROM audit_mail"),
    ("of them repeated", "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM audit_mail GROUP BY order_id, recipient) m"),
]
