"""Evidence from outside the database, brought into it as temporary tables, so that it can be compared where the rest is.

The order of reading is what makes an audit of a running shop sound. The clients' ledgers come first: what they were
told is committed by then. Then the database is frozen (one snapshot for all checks). The provider and the mailbox come
last, and what is younger than the snapshot is passed over: so they hold at least what the snapshot knows.
"""
import csv
import io
import os
import pathlib
import re

import kafka

BATCH = 5000

TABLES = """
    CREATE TEMPORARY TABLE audit_told (source text, line bigint, at_ms bigint, key text, outcome text, status integer, order_id bigint,
        total_cents bigint, product_id bigint, day date, quantity integer, tries integer, replayed boolean, booking_id bigint);
    CREATE TEMPORARY TABLE audit_provider (seq bigint, kind text, key text, id text, amount_cents bigint, at timestamptz);
    CREATE TEMPORARY TABLE audit_mail (order_id bigint, recipient text, total_cents bigint, arrived timestamptz, file text);
    CREATE TEMPORARY TABLE audit_events (topic text, event_id text, order_id bigint, published timestamptz);
    CREATE TEMPORARY TABLE audit_letters (subscriber text, event_id text, order_id bigint, error text);
    CREATE TEMPORARY TABLE audit_limits (settle interval, sales_check interval, allowance interval, price interval);
    CREATE FUNCTION pg_temp.audit_money(cents numeric) RETURNS text LANGUAGE sql IMMUTABLE AS
        $$ SELECT CASE WHEN cents IS NULL THEN 'nothing' ELSE to_char(cents / 100.0, 'FM999999999990.00') END $$;
"""
# a client that was refused may not have read which order that was: the key says it
KEYS = """
    UPDATE audit_told t SET order_id = o.id FROM orders.orders o WHERE t.order_id IS NULL AND t.outcome = 'refused' AND o.key = t.key;
"""
INDEXES = """
    CREATE INDEX ON audit_told (order_id); CREATE INDEX ON audit_provider (key); CREATE INDEX ON audit_mail (order_id);
    CREATE INDEX ON audit_events (event_id); CREATE INDEX ON audit_events (order_id); ANALYZE audit_events; ANALYZE audit_letters;
    ANALYZE audit_told; ANALYZE audit_provider; ANALYZE audit_mail;
"""
OUTCOMES = {"confirmed", "pending", "refused", "unknown", "cancelled", "cancelling", "contradicted"}
TOLD = "at_ms key outcome status order_id total_cents product day quantity tries replayed booking_id".split()


class LedgerError(Exception):
    """A clients' ledger that cannot be read; says file, line and what is wrong."""


def told(path):
    """The rows of a clients' ledger for audit_told. A last line that was cut short is dropped: it was not acknowledged to us."""
    path = pathlib.Path(path)
    with open(path, newline="") as file:
        names = next(csv.reader([file.readline()]), [])
        if not {"key", "outcome", "order_id"} <= set(names):
            raise LedgerError(f"{path}:1: not a ledger: its first line must name the columns ({','.join(TOLD[:-1])})")
        number = 1
        for text in file:
            number += 1
            values = next(csv.reader([text]))
            whole = text.endswith("\n")
            row = dict(zip(names, values))
            if len(values) != len(names) or row["outcome"] not in OUTCOMES:
                if not whole:
                    return
                raise LedgerError(f"{path}:{number}: '{text.strip()[:80]}' has {len(values)} of {len(names)} columns, or an unknown outcome")
            cells = [row.get(name) or None for name in TOLD]
            cells[1] = row["key"]
            yield [path.name, number, *cells]


RECEIPT = re.compile(rb"^Message-ID: *(?:\r?\n )?<order-(\d+)-receipt@", re.M | re.I)
RECIPIENT = re.compile(rb"^X-RcptTo: *(?:\r?\n )?(\S+)", re.M | re.I)
TOTAL = re.compile(rb"^Total: [A-Z]{3} (\d+)\.(\d\d)", re.M)


def receipts(mailbox):
    """The rows of audit_mail: of each message what its head and its total say; the attached invoice is not read."""
    for folder in ("new", "cur"):
        with os.scandir(mailbox / folder) as entries:
            for entry in entries:
                with open(entry.path, "rb") as file:
                    head = file.read(4096)
                    total = TOTAL.search(head)
                    if total is None:
                        head += file.read(28 << 10)
                        total = TOTAL.search(head)
                order, to = RECEIPT.search(head), RECIPIENT.search(head)
                if order:
                    yield [int(order[1]), to[1].decode(errors="replace") if to else None,
                           int(total[1]) * 100 + int(total[2]) if total else None, entry.stat().st_mtime, entry.name]


ORDER = re.compile(r"^order-([0-9]{1,18})$")


def order_of(key):
    found = ORDER.match(key or "")
    return int(found[1]) if found else None


def events(stack, names):
    """The rows of audit_events: what lies in the topics of events."""
    for topic in names:
        if not topic.endswith(".dead") and ".retry-" not in topic:
            for key, headers, _ in kafka.records(stack, topic):
                if "event_id" in headers and "published_ms" in headers:
                    yield [topic, headers["event_id"], order_of(key), int(headers["published_ms"]) / 1000]


def letters(stack, names):
    """The rows of audit_letters; a record without a payload has taken its letter away."""
    for topic in names:
        if topic.endswith(".dead"):
            found = {}
            for key, headers, payload in kafka.records(stack, topic):
                found.pop(key, None)
                if payload is not None:
                    found[key] = [topic[:-len(".dead")], headers.get("event_id"), order_of(headers.get("key")), headers.get("error")]
            yield from found.values()


def copy(cursor, table, columns, rows):
    """COPY in batches: a ledger of millions takes the memory of a few thousand lines."""
    batch = io.StringIO()
    writer, count = csv.writer(batch), 0

    def flush():
        batch.seek(0)
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)", batch)
        batch.seek(0)
        batch.truncate()

    for row in rows:
        writer.writerow(row)
        count += 1
        if count % BATCH == 0:
            flush()
    flush()
    return count


def load_told(cursor, ledgers):
    for ledger in ledgers:
        copy(cursor, "audit_told", "source, line, at_ms, key, outcome, status, order_id, total_cents, product_id, day, quantity, "
             "tries, replayed, booking_id", told(ledger))


def load_provider(cursor, entries):
    copy(cursor, "audit_provider", "seq, kind, key, id, amount_cents, at",
         ([e["seq"], e["kind"], e["key"], e["id"], e["amount_cents"], e["at"]] for e in entries))


def load_mail(cursor, mailbox):
    cursor.execute("CREATE TEMPORARY TABLE arriving (order_id bigint, recipient text, total_cents bigint, arrived double precision, file text)"
                   " ON COMMIT DROP")
    copy(cursor, "arriving", "order_id, recipient, total_cents, arrived, file", receipts(mailbox))
    cursor.execute("INSERT INTO audit_mail SELECT order_id, recipient, total_cents, to_timestamp(arrived), file FROM arriving")


def load_topics(cursor, stack):
    names = kafka.topics(stack)
    cursor.execute("CREATE TEMPORARY TABLE told_events (topic text, event_id text, order_id bigint, published double precision) ON COMMIT DROP")
    copy(cursor, "told_events", "topic, event_id, order_id, published", events(stack, names))
    cursor.execute("INSERT INTO audit_events SELECT topic, event_id, order_id, to_timestamp(published) FROM told_events")
    copy(cursor, "audit_letters", "subscriber, event_id, order_id, error", letters(stack, names))
