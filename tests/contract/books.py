"""The sales report as a reader of the API sees it. The books follow the orders: with the answer to the checkout where the
shop enters a sale itself, a moment later where somebody else does. So what is asked for is waited for, here alone."""
import csv
import io
import re
import time

EXPORT = "/v1/admin/reports/sales.csv"
COLUMNS = ["booking_id", "order_id", "product_id", "title", "sold_at", "day", "quantity", "amount_cents", "currency", "cancelled_at"]
PATIENCE_SECONDS = 20


def rows(answer):
    """The rows of an export, as {column: cell}."""
    assert answer.status_code == 200, answer.text
    text = answer.content.decode("utf-8")
    assert text.endswith("\r\n") and not re.search(r"[^\r]\n", text), "lines end with CRLF"
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert found[0] == COLUMNS
    assert {len(row) for row in found} == {len(COLUMNS)}
    return [dict(zip(COLUMNS, row)) for row in found[1:]]


def rows_of(admin, day, order_id):
    """Those of one order; around today, whatever the time of day."""
    return [row for row in rows(admin.get(EXPORT, from_=day(-1), to=day(1))) if row["order_id"] == str(order_id)]


def sold(admin, day, order, cancelled=0):
    """The rows of a confirmed order once the books have all of its lines, and so many of them cancelled."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = rows_of(admin, day, order["id"])
        if len(found) == len(order["lines"]) and sum(row["cancelled_at"] != "" for row in found) == cancelled:
            return found
        assert time.monotonic() < until, f"the books do not follow order {order['id']}: {found}"
        time.sleep(0.05)
