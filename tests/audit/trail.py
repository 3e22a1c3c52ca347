"""The trail of a violation: what the client was told, and what each book says, one line each.

It is what somebody needs to find the cause: the same order (or product's day) as every book has it, side by side.
"""

OF_ORDER = [
    ("told", "SELECT format('%s: %s (%s), %s, key %s, %s tries', source, status, outcome, audit_money(total_cents), key, tries)"
             " FROM audit_told WHERE order_id = %(order)s OR key IN (SELECT key FROM orders.orders WHERE id = %(order)s) ORDER BY at_ms"),
    ("order", "SELECT format('%s%s, %s, key %s, user %s, made %s, changed %s, receipt %s', state, coalesce(': ' || reason, ''),"
              " audit_money(total_cents), key, user_id, created_at, updated_at, coalesce(receipt_sent_at::text, 'not sent'))"
              " FROM orders.orders WHERE id = %(order)s"),
    ("line", "SELECT format('%s: %s of product %s on %s, %s', line, quantity, product_id, day, audit_money(amount_cents))"
             " FROM orders.lines WHERE order_id = %(order)s ORDER BY line"),
    ("booking", "SELECT format('%s: %s, %s of product %s on %s, %s%s', id, state, quantity, product_id, day, audit_money(amount_cents),"
                " coalesce(', until ' || expires_at::text, '')) FROM bookings.bookings WHERE order_id = %(order)s ORDER BY line"),
    ("charge", "SELECT format('%s %s as %s, recorded %s', outcome, audit_money(amount_cents), provider_id, recorded_at)"
               " FROM payments.charges WHERE order_id = %(order)s"),
    ("refund", "SELECT format('%s: %s as %s, recorded %s', key, audit_money(amount_cents), provider_id, recorded_at)"
               " FROM payments.refunds WHERE order_id = %(order)s ORDER BY recorded_at"),
    ("provider", "SELECT format('%s: %s %s as %s at %s', key, kind, audit_money(amount_cents), id, at) FROM audit_provider"
                 " WHERE key IN ('order-' || %(order)s, 'order-' || %(order)s || '-refund')"
                 " OR key IN (SELECT 'booking-' || id || '-refund' FROM bookings.bookings WHERE order_id = %(order)s) ORDER BY seq"),
    ("mail", "SELECT format('to %s, %s, arrived %s', recipient, audit_money(m.total_cents), arrived) FROM audit_mail m"
             " JOIN orders.orders o ON o.id = order_id AND arrived >= o.created_at - interval '1 second'"
             " JOIN users.accounts a ON a.id = o.user_id AND a.email = recipient WHERE order_id = %(order)s ORDER BY arrived"),
    ("sale", "SELECT format('booking %s: %s of product %s on %s, %s, sold %s%s', booking_id, quantity, product_id, day,"
             " audit_money(amount_cents), sold_at, coalesce(', cancelled ' || cancelled_at::text, ''))"
             " FROM reports.sales WHERE order_id = %(order)s ORDER BY booking_id"),
    ("event", "SELECT format('%s, published %s', event_id, published) FROM audit_events WHERE order_id = %(order)s ORDER BY published"),
    ("letter", "SELECT format('%s: %s: %s', subscriber, event_id, error) FROM audit_letters WHERE order_id = %(order)s"),
    ("invoice", "SELECT format('number %s, issued %s', number, issued_at) FROM invoices.invoices WHERE order_id = %(order)s"),
]

OF_DAY = [
    ("day", "SELECT format('%s of %s places taken%s', taken, capacity, CASE WHEN own THEN ', a number of its own' ELSE '' END)"
            " FROM bookings.days WHERE product_id = %(product)s AND day = %(day)s"),
    ("bookings", "SELECT format('%s places %s in %s bookings', sum(quantity), state, count(*)) FROM bookings.bookings"
                 " WHERE product_id = %(product)s AND day = %(day)s GROUP BY state ORDER BY state"),
    ("latest", "SELECT format('booking %s of order %s: %s, %s places, made %s', id, order_id, state, quantity, created_at)"
               " FROM bookings.bookings WHERE product_id = %(product)s AND day = %(day)s ORDER BY id DESC"),
]
LINES_EACH = 6


def follow(cursor, violation, run):
    """[(book, line)] for the violation's order, else for its product and day."""
    lines, about = [], {"order": violation.order_id, "product": violation.product_id, "day": violation.day}
    for book, sql in OF_ORDER if violation.order_id is not None else OF_DAY if violation.product_id is not None else []:
        # what is formatted has a percent sign of its own: only the names in brackets are parameters
        found = [row[0] for row in run(cursor, sql.replace("%s", "%%s") + f" LIMIT {LINES_EACH + 1}", about)]
        lines += [(book, line) for line in found[:LINES_EACH]] + ([(book, "…")] if len(found) > LINES_EACH else [])
        if not found and violation.order_id is not None and book in ("order", "charge", "mail"):
            lines.append((book, "nothing"))
    return lines
