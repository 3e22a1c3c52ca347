"""The sales report on paper: the figures of the summary, as a person reads them."""
import datetime
import re

from books import sold
from pdf import text_of

SUMMARY = "/v1/admin/reports/sales"
DOCUMENT = "/v1/admin/reports/sales.pdf"


def written_day(day):
    date = datetime.date.fromisoformat(day)
    return f"{date.day} {date:%b %Y}"


def money(cents):
    return f"€ {cents // 100:,}.{cents % 100:02}"


def cells(text, first):
    """The row that begins with this cell."""
    found = [re.split(r" {2,}", line.strip()) for line in text.splitlines() if re.match(rf" *{re.escape(first)}( {{2}}|$)", line)]
    assert len(found) == 1, f"{first!r}: {found}\n{text}"
    return found[0][1:]


def test_it_says_what_the_summary_says(admin, customer, product, day):
    order = customer.order([(product["id"], day(3), 2), (product["id"], day(4), 1)]).json()
    assert customer.post(f"/v1/bookings/{order['lines'][0]['booking_id']}/cancellation").status_code == 200
    sold(admin, day, order, cancelled=1)
    question = {"from_": day(-29), "to": day(0)}
    report, answer = admin.get(SUMMARY, **question).json(), admin.get(DOCUMENT, **question)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="sales-{day(-29)}-{day(0)}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    text, totals = text_of(answer.content), report["totals"]
    assert f"Sales {written_day(day(-29))} – {written_day(day(0))}" in text
    assert totals["refunded_cents"] > 0
    assert cells(text, "Cancelled bookings") == [f"{totals['cancelled_bookings']:,}"]
    assert cells(text, "Net") == [money(totals["net_cents"])]
    assert cells(text, "Refunded") == [money(totals["refunded_cents"])]
    for entry in report["days"]:
        assert cells(text, written_day(entry["day"])) == [
            f"{entry['bookings']:,}", f"{entry['quantity']:,}", money(entry["sold_cents"]), money(entry["refunded_cents"])]
    for entry in report["products"]:
        assert money(entry["sold_cents"]) in text


def test_a_year_has_a_line_for_each_day(admin, day):
    answer = admin.get(DOCUMENT, from_=day(-365), to=day(0))
    text = text_of(answer.content)
    for back in range(366):
        cells(text, written_day(day(-back)))
    pages = text.count("\f")
    assert 5 < pages < 30 and f"Page {pages} of {pages}" in text
    assert len(answer.content) < 200_000


def test_days_without_sales_are_a_document(admin):
    text = text_of(admin.get(DOCUMENT, from_="1999-01-30", to="1999-02-01").content)
    assert cells(text, "Net") == ["€ 0.00"]
    assert cells(text, "31 Jan 1999") == ["0", "0", "€ 0.00", "€ 0.00"]
    assert "What sold best" not in text
