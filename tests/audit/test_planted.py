"""Mistakes planted into books that are right: each must be reported by its rule, with a trail that leads to it.

A plant is SQL that runs inside the snapshot of an audit, which is thrown away afterwards: the books stay right, and
the last test says so. What it breaks stands for what a bug, a lost disk or a hand may have done.
"""
import needs
import pytest
from audit import audit, run
from conftest import STRICT

# rule, what is done, a word of the trail. {paid}: order of two lines; {half}: its first line is cancelled; {bad}: declined
PLANTS = [
    ("acknowledged-lost", "DELETE FROM orders.lines WHERE order_id = {paid}; DELETE FROM orders.orders WHERE id = {paid}", "told"),
    ("provider-charge-without-order", "DELETE FROM orders.lines WHERE order_id = {paid}; DELETE FROM orders.orders WHERE id = {paid}", "provider"),
    ("booking-without-order", "DELETE FROM orders.lines WHERE order_id = {paid}; DELETE FROM orders.orders WHERE id = {paid}", "booking"),
    ("acknowledged-otherwise", "UPDATE orders.orders SET state = 'rejected', reason = 'declined', receipt_sent_at = NULL WHERE id = {paid}", "201"),
    ("acknowledged-amount", "UPDATE orders.orders SET total_cents = total_cents + 1 WHERE id = {paid}", "told"),
    ("acknowledged-key", "UPDATE orders.orders SET key = 'another' WHERE id = {paid}", "another"),
    ("acknowledged-line", "UPDATE orders.lines SET day = day + 1 WHERE order_id = {paid}", "line"),
    ("cancellation-lost", "UPDATE bookings.bookings SET state = 'confirmed' WHERE id = {cancelled}", "booking"),
    ("key-answered-twice", "INSERT INTO audit_told SELECT source, 999, at_ms, key, outcome, status, {half}, total_cents, product_id, day,"
     " quantity, tries, replayed FROM audit_told WHERE order_id = {paid} LIMIT 1", "told"),
    ("oversold", "ALTER TABLE bookings.days DROP CONSTRAINT days_within_capacity; UPDATE bookings.days SET capacity = taken - 1"
     " WHERE product_id = {product}", "places taken"),
    ("places-miscounted", "UPDATE bookings.days SET taken = taken + 1 WHERE product_id = {product}", "places taken"),
    ("stuck-held", "UPDATE bookings.bookings SET state = 'held', expires_at = now() - interval '1 hour' WHERE order_id = {paid}", "until"),
    ("stuck-cancelling", "UPDATE bookings.bookings SET state = 'cancelling' WHERE id = {cancelled}", "cancelling"),
    ("stuck-pending", "UPDATE orders.orders SET state = 'pending', receipt_sent_at = NULL, created_at = now() - interval '1 hour'"
     " WHERE id = {paid}", "pending"),
    ("order-total", "UPDATE orders.orders SET total_cents = total_cents - 1 WHERE id = {paid}", "line"),
    ("order-price", "UPDATE catalog.products SET price_cents = price_cents + 1, updated_at = now() - interval '1 hour' WHERE id = {product}", "line"),
    ("booking-lost", "DELETE FROM bookings.bookings WHERE order_id = {paid} AND line = 1", "booking"),
    ("booking-twice", "ALTER TABLE bookings.bookings DROP CONSTRAINT bookings_order_line_key; INSERT INTO bookings.bookings (order_id, line, user_id,"
     " product_id, day, quantity, amount_cents, state) SELECT order_id, line, user_id, product_id, day, quantity, amount_cents, state"
     " FROM bookings.bookings WHERE order_id = {paid}", "booking"),
    ("booking-differs", "UPDATE bookings.bookings SET quantity = quantity + 1 WHERE order_id = {paid} AND line = 0", "booking"),
    ("booking-of-rejected", "UPDATE bookings.bookings SET state = 'confirmed' WHERE order_id = {bad}", "declined"),
    ("key-twice", "ALTER TABLE orders.orders DROP CONSTRAINT orders_key; UPDATE orders.orders SET (user_id, key) ="
     " (SELECT user_id, key FROM orders.orders WHERE id = {paid}) WHERE id = {half}", "key"),
    ("charge-amount", "UPDATE payments.charges SET amount_cents = amount_cents + 1 WHERE order_id = {paid}", "charge"),
    ("charge-differs", "UPDATE payments.charges SET amount_cents = amount_cents + 1 WHERE order_id = {paid}", "provider"),
    ("confirmed-unpaid", "DELETE FROM payments.charges WHERE order_id = {paid}", "nothing"),
    ("charge-unrecorded", "DELETE FROM payments.charges WHERE order_id = {paid}", "provider"),
    ("charge-without-order", "INSERT INTO payments.charges VALUES (999999999, 'charged', 100, 'EUR', 'ch_x')", "charge"),
    ("charge-unknown-to-provider", "DELETE FROM audit_provider WHERE key = 'order-{paid}'", "charge"),
    ("charge-twice", "INSERT INTO audit_provider SELECT 999, kind, key, id, amount_cents, at FROM audit_provider WHERE key = 'order-{paid}'", "provider"),
    ("money-adds-up", "UPDATE audit_provider SET amount_cents = amount_cents + 1 WHERE key = 'order-{paid}'", None),
    ("rejected-kept-money", "UPDATE payments.charges SET outcome = 'charged' WHERE order_id = {bad}", "rejected"),
    ("confirmed-refunded", "INSERT INTO payments.refunds VALUES ('order-{paid}-refund', {paid}, 100, 're_x')", "refund"),
    ("refund-missing", "DELETE FROM payments.refunds WHERE key = 'booking-{cancelled}-refund'", "cancelled"),
    ("refund-unrecorded", "DELETE FROM payments.refunds WHERE key = 'booking-{cancelled}-refund'", "provider"),
    ("refund-twice", "INSERT INTO payments.refunds SELECT key || '-again', order_id, amount_cents, 're_x' FROM payments.refunds"
     " WHERE key = 'booking-{cancelled}-refund'", "again"),
    ("refund-amount", "UPDATE payments.refunds SET amount_cents = amount_cents - 1 WHERE key = 'booking-{cancelled}-refund'", "refund"),
    ("refund-unowed", "UPDATE bookings.bookings SET state = 'confirmed' WHERE id = {cancelled}", "refund"),
    ("refund-unknown-to-provider", "DELETE FROM audit_provider WHERE key = 'booking-{cancelled}-refund'", "refund"),
    ("refund-differs", "UPDATE audit_provider SET amount_cents = 1 WHERE key = 'booking-{cancelled}-refund'", "provider"),
    ("receipt-missing", "DELETE FROM audit_mail WHERE order_id = {paid}", "nothing"),
    ("receipt-twice", "INSERT INTO audit_mail SELECT * FROM audit_mail WHERE order_id = {paid}", "mail"),
    ("receipt-unowed", "INSERT INTO audit_mail SELECT {bad}, recipient, total_cents, now(), file FROM audit_mail WHERE order_id = {paid}", "mail"),
    ("receipt-amount", "UPDATE audit_mail SET total_cents = total_cents + 100 WHERE order_id = {paid}", "mail"),
    ("receipt-overdue", "UPDATE orders.orders SET receipt_sent_at = NULL, updated_at = now() - interval '1 hour' WHERE id = {paid}", "not sent"),
    ("sale-missing", "DELETE FROM reports.sales WHERE order_id = {paid}; UPDATE orders.orders SET updated_at = now() - interval '1 hour'"
     " WHERE id = {paid}", "booking"),
    ("sale-twice", "ALTER TABLE reports.sales DROP CONSTRAINT sales_pkey; INSERT INTO reports.sales SELECT * FROM reports.sales"
     " WHERE order_id = {paid}", "sale"),
    ("sale-unowed", "INSERT INTO reports.sales SELECT booking_id + 1000000, order_id, product_id, title, sold_at, day, quantity, amount_cents,"
     " currency FROM reports.sales WHERE order_id = {paid}", "sale"),
    ("sale-differs", "UPDATE reports.sales SET amount_cents = amount_cents + 1 WHERE order_id = {paid}", "sale"),
    ("sale-cancellation", "UPDATE reports.sales SET cancelled_at = now() WHERE order_id = {paid}", "cancelled"),
    ("invoice-gap", "DELETE FROM invoices.invoices WHERE order_id = {paid}", None),
    ("invoice-missing", "DELETE FROM invoices.invoices WHERE order_id = {paid}", "receipt"),
    ("invoice-number-twice", "ALTER TABLE invoices.invoices DROP CONSTRAINT invoices_pkey; UPDATE invoices.invoices SET number = 1", None),
    ("invoice-counter", "UPDATE invoices.counter SET last_number = last_number + 1", None),
    ("invoice-twice", "ALTER TABLE invoices.invoices DROP CONSTRAINT invoices_order; INSERT INTO invoices.invoices"
     " SELECT number + 1000, order_id, issued_at, facts FROM invoices.invoices WHERE order_id = {paid}", "invoice"),
    ("invoice-unowed", "UPDATE invoices.invoices SET order_id = {bad} WHERE order_id = {paid}", "invoice"),
    ("invoice-amount", "UPDATE invoices.invoices SET facts = replace(facts, '\"total_cents\":', '\"total_cents\":1') WHERE order_id = {paid}", "invoice"),
    ("told-otherwise-later", "UPDATE audit_told SET outcome = 'contradicted' WHERE order_id = {paid}", "told"),
]

# in books that only a stage with a broker has; {half} is not the first order of all, of which nothing is known to have been told
EVENT_PLANTS = [
    ("event-undone", "UPDATE audit_events SET published = now() - interval '2 hours' WHERE order_id = {half};"
     " DELETE FROM events.inbox WHERE event_id = 'order-{half}-placed'", "order-{half}-placed"),
    ("effect-missing", "UPDATE orders.orders SET receipt_sent_at = NULL WHERE id = {half}", "not sent"),
    ("effect-missing", "DELETE FROM reports.sales WHERE order_id = {half}", "receipt"),
    ("dead-letter", "INSERT INTO audit_letters VALUES ('payment', 'order-{half}-placed', {half}, 'it is broken')", "letter"),
    ("outbox-stuck", "INSERT INTO events.outbox (event_id, topic, key, payload, published_at)"
     " VALUES ('order-{half}-again', 'order.placed', 'order-{half}', '{{}}', now() - interval '1 hour')", "order-{half}-again"),
    ("order-untold", "DELETE FROM audit_events WHERE event_id = 'order-{half}-confirmed';"
     " UPDATE orders.orders SET updated_at = now() - interval '1 hour' WHERE id = {half}", "order-{half}-placed"),
    ("event-untrue", "INSERT INTO audit_events VALUES ('order.placed', 'order-999999999-placed', 999999999, now())", "event"),
    ("event-untrue", "UPDATE orders.orders SET state = 'rejected', reason = 'declined', receipt_sent_at = NULL WHERE id = {half}", "confirmed"),
]
if needs.here("kafka"):
    PLANTS += EVENT_PLANTS


@pytest.fixture(scope="module")
def books(stack, tmp_path_factory):
    """Orders of every fate, settled; their ids and the ledger."""
    from conftest import Shopping
    stack.up()  # the mutants take its shop away
    shop = Shopping(stack, stack.base_url, tmp_path_factory.mktemp("told") / "told.csv")
    product, other = shop.product(), shop.product()
    paid, half = (shop.order([(product, 2), (other, 1)])[1] for _ in range(2))
    shop.order([(product, 1)], card="card_timeout")
    shop.order([(product, 1)], card="card_flaky")
    bad = shop.order([(product, 1)], card="card_declined")[1]
    assert shop.order([(shop.product(places=1), 2)])[0] == 409
    cancelled = shop.cancel(half)
    shop.settled()
    ids = {"paid": paid["id"], "half": half["id"], "bad": bad["order_id"], "cancelled": cancelled, "product": product}
    return ids, [shop.ledger.path]


def test_right_books_are_right(stack, books):
    report = audit(stack, books[1])
    assert report.named() == {}, report.text()
    assert report.left_out.keys() <= {"sums", "events"}
    figures = {label: value for rows in report.figures.values() for label, value in rows}
    if not needs.here("worker"):  # with them each order is pending first
        assert figures["answers in the ledgers"] == 7 and figures["pending"] == 1
    assert "0 violations" in report.text()


@pytest.mark.parametrize("rule, sql, word", PLANTS, ids=[plant[0] for plant in PLANTS])
def test_a_planted_mistake_is_reported(stack, books, rule, sql, word):
    ids, ledgers = books
    report = audit(stack, ledgers, STRICT, plant=lambda cursor: cursor.execute(sql.format(**ids)))
    assert rule in report.named(), report.text()
    found = next(violation for violation in report.violations if violation.rule == rule)
    assert word is None or word.format(**ids) in found.text(), report.text()


def test_every_rule_has_a_plant():
    import check
    rules = {rule.name for module in check.modules() for one in module.CHECKS for rule in one.rules}
    planted = {plant[0] for plant in PLANTS + EVENT_PLANTS}
    assert rules - planted <= {"category-count", "sold-days"}, "these are of stage 02: tests/faults/test_upgrade.py"


def test_the_books_are_as_they_were(stack, books):
    assert audit(stack, books[1], STRICT).named() == {}


def test_what_may_still_come_is_no_violation(stack, books):
    """An order that is pending and young, its receipt and its sales not there yet."""
    young = ("UPDATE orders.orders SET state = 'pending', receipt_sent_at = NULL, created_at = now(), updated_at = now() WHERE id = {paid};"
             " DELETE FROM reports.sales WHERE order_id = {paid}; DELETE FROM invoices.invoices WHERE order_id = {paid};"
             " DELETE FROM audit_mail WHERE order_id = {paid}; DELETE FROM payments.charges WHERE order_id = {paid}")
    ids, _ = books
    report = audit(stack, [], STRICT, plant=lambda cursor: cursor.execute(young.format(**ids)))
    assert set(report.named()) <= {"invoice-gap"}, report.text()


def test_the_audit_reads_and_leaves_nothing(stack, books):
    from audit import database
    audit(stack, books[1])
    with database(stack) as cursor:
        assert run(cursor, "SELECT count(*) FROM pg_class WHERE relname LIKE 'audit%' OR relname = 'arriving'") == [(0,)]
