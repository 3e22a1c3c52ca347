"""The audit itself: gather the evidence, freeze the database, run every check, follow the trail of what is broken.

    report = audit(stack, [ledger, …])      # stack: tests/support/stack.py
    report.violations, report.figures, report.left_out
    print(report.text())

It reads, and its temporary tables are gone afterwards: a running shop is not disturbed. What may still come to pass
(an order that is pending, a receipt that is due) is no violation before its time is over; open.py waits for it.
"""
import contextlib
import time

import psycopg2

import check
import evidence
import trail
from limits import Limits
from report import Report, Violation

STATEMENT_SECONDS = 300


@contextlib.contextmanager
def database(stack):
    """A cursor on the shop's database; numbers and times as the checks expect them."""
    where = stack.pg_environment()
    connection = psycopg2.connect(host=where["PGHOST"], port=where["PGPORT"], user=where["PGUSER"], password=where["PGPASSWORD"],
                                  dbname=where["PGDATABASE"], connect_timeout=10, application_name="audit")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            # enough that five million bookings are added up in memory, and still small beside them
            cursor.execute(f"SET timezone = 'UTC'; SET work_mem = '128MB'; SET statement_timeout = '{STATEMENT_SECONDS}s'")
            yield cursor
    finally:
        connection.close()


def run(cursor, sql, about=None):
    """Executes; functions of pg_temp are only found by their full name."""
    cursor.execute(sql.replace("audit_money(", "pg_temp.audit_money("), about)
    return cursor.fetchall()


def available(cursor, stack, ledgers):
    """What there is to compare with, and why the rest is left out: (names, {name: reason})."""
    names, reasons = set(), {}
    if ledgers:
        names.add("told")
    else:
        reasons["told"] = "no clients' ledger was given (LEDGER=file)"
    if (stack.run / "mail/new").is_dir() and stack.env.get("SHOP_MAIL_SMTP_URL"):
        names.add("mail")
    else:
        reasons["mail"] = "mail is off, or there is no mailbox"
    cursor.execute("SELECT schemaname || '.' || tablename FROM pg_tables")
    names.update(row[0] for row in cursor.fetchall())
    return names, reasons


def gather(cursor, stack, ledgers, limits, names, reasons):
    """The evidence in its order; leaves the cursor inside the snapshot that all checks see."""
    cursor.execute(evidence.TABLES)
    seconds = (limits.settle_seconds, limits.sales_check_seconds, limits.allowance_seconds, limits.price_seconds)
    cursor.execute(f"INSERT INTO audit_limits VALUES ({', '.join(['%s * interval %s'] * len(seconds))})",
                   [value for each in seconds for value in (each, "1 second")])
    evidence.load_told(cursor, ledgers)
    cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    cursor.execute("SELECT now()")
    at = cursor.fetchone()[0]
    if ledgers:
        cursor.execute(evidence.KEYS)
    try:
        evidence.load_provider(cursor, stack.ledger_entries())
        names.add("provider")
    except OSError as error:
        reasons["provider"] = f"the payment provider does not answer ({error})"
    if "mail" in names:
        evidence.load_mail(cursor, stack.run / "mail")
    if stack.env.get("SHOP_BROKER_URL"):
        try:
            evidence.load_topics(cursor, stack)
            names.add("topics")
        except OSError as error:
            reasons["topics"] = f"the broker does not answer ({error})"
    else:
        reasons["topics"] = "this stage has no broker"
    cursor.execute(evidence.INDEXES)
    return at


def judge(cursor, names, reasons, say):
    """(violations, figures by file, how many rules were checked, what was left out)."""
    violations, figures, rules, left_out = [], {}, 0, {}
    for module in check.modules():
        name = module.__name__.split(".")[-1]
        for one in module.CHECKS:
            missing = [need for need in one.needs if need not in names]
            if missing:
                left_out[name] = reasons.get(missing[0], f"this stage has no {missing[0]}")
                continue
            say(f"{name}: {one.rules[0].says}")
            rules += len(one.rules)
            said = {rule.name: rule.says for rule in one.rules}
            violations += [Violation(row[0], said[row[0]], *row[1:]) for row in run(cursor, one.sql())]
        needs = {need for one in module.CHECKS for need in one.needs}
        if not (needs & reasons.keys() and all(one.needs for one in module.CHECKS)):
            figures[name] = [(label, run(cursor, sql)[0][0]) for label, sql in module.FIGURES]
    return violations, figures, rules, left_out


def audit(stack, ledgers=(), limits=None, plant=None, say=lambda what: None):
    """Audits the stack as it is now. `plant(cursor)` may break something first, inside the snapshot that is thrown away
    afterwards: how tests/audit/test_planted.py proves that it would be seen."""
    began = time.monotonic()
    with database(stack) as cursor:
        names, reasons = available(cursor, stack, ledgers)
        at = gather(cursor, stack, ledgers, limits or Limits.of(stack), names, reasons)
        if plant:
            plant(cursor)
        violations, figures, rules, left_out = judge(cursor, names, reasons, say)
        for violation in violations:
            violation.trail = trail.follow(cursor, violation, run)
        cursor.execute("ROLLBACK")
    return Report(stack, at, rules, violations, figures, left_out, time.monotonic() - began)
