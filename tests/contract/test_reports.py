"""Reports: that they say what was sold, add up, and can be opened in a spreadsheet without harm."""
import re

import pytest
from books import COLUMNS, EXPORT, rows, rows_of, sold
from client import fields

SUMMARY = "/v1/admin/reports/sales"
DOCUMENT = "/v1/admin/reports/sales.pdf"
LONG_AGO = {"from_": "1999-01-01", "to": "1999-01-31"}


def product_named(admin, category, title):
    answer = admin.post("/v1/admin/products", {
        "category": category, "title": title, "summary": "s", "description": "d", "price_cents": 1250, "capacity_per_day": 10})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_sale_is_exported(admin, customer, product, day):
    order = customer.order([(product["id"], day(3), 2), (product["id"], day(4), 1)]).json()
    found = sold(admin, day, order)
    assert [row["booking_id"] for row in found] == [str(line["booking_id"]) for line in order["lines"]]
    first = found[0]
    assert first["product_id"] == str(product["id"])
    assert first["title"] == product["title"]
    assert first["sold_at"] == order["updated_at"]
    assert first["day"] == day(3)
    assert (first["quantity"], first["amount_cents"], first["currency"]) == ("2", "5000", order["currency"])
    assert first["cancelled_at"] == ""


def test_what_was_not_sold_is_not_exported(admin, customer, product, day):
    declined = customer.order([(product["id"], day(3), 2)], card="card_declined")
    assert declined.status_code == 402
    assert rows_of(admin, day, declined.json()["order_id"]) == []


def test_a_cancellation_shows(admin, customer, product, day):
    sold(admin, day, customer.order([(product["id"], day(3), 1)]).json())  # what was sold before has been entered, too
    before = admin.get(SUMMARY, from_=day(-1), to=day(1)).json()["totals"]
    order = customer.order([(product["id"], day(3), 2), (product["id"], day(4), 1)]).json()
    assert customer.post(f"/v1/bookings/{order['lines'][0]['booking_id']}/cancellation").status_code == 200
    found = sold(admin, day, order, cancelled=1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found[0]["cancelled_at"])
    assert found[0]["cancelled_at"] >= found[0]["sold_at"]
    assert found[1]["cancelled_at"] == ""
    after = admin.get(SUMMARY, from_=day(-1), to=day(1)).json()["totals"]
    grown = {name: after[name] - before[name] for name in after}
    assert grown == {"bookings": 2, "quantity": 3, "sold_cents": 7500, "cancelled_bookings": 1, "refunded_cents": 5000, "net_cents": 2500}


def test_the_export_adds_up_to_the_summary(admin, customer, product, day):
    sold(admin, day, customer.order([(product["id"], day(3), 2)]).json())
    report = admin.get(SUMMARY).json()
    assert (report["from"], report["to"]) == (day(-29), day(0))
    assert [entry["day"] for entry in report["days"]] == [day(n) for n in range(-29, 1)]
    exported = rows(admin.get(EXPORT))
    refunded = [row for row in exported if row["cancelled_at"]]
    totals = report["totals"]
    assert totals["bookings"] == len(exported) > 0
    assert totals["quantity"] == sum(int(row["quantity"]) for row in exported)
    assert totals["sold_cents"] == sum(int(row["amount_cents"]) for row in exported)
    assert totals["cancelled_bookings"] == len(refunded)
    assert totals["refunded_cents"] == sum(int(row["amount_cents"]) for row in refunded)
    assert totals["net_cents"] == totals["sold_cents"] - totals["refunded_cents"]
    for name in ("bookings", "quantity", "sold_cents", "refunded_cents"):
        assert sum(entry[name] for entry in report["days"]) == totals[name]
    by_day = {}
    for row in exported:
        by_day[row["sold_at"][:10]] = by_day.get(row["sold_at"][:10], 0) + 1
    assert by_day == {entry["day"]: entry["bookings"] for entry in report["days"] if entry["bookings"]}
    ids = [int(row["booking_id"]) for row in exported]
    assert ids == sorted(set(ids))


def test_the_best_products_come_first(admin):
    products = admin.get(SUMMARY).json()["products"]
    assert 0 < len(products) <= 20
    assert [entry["sold_cents"] for entry in products] == sorted((entry["sold_cents"] for entry in products), reverse=True)
    exported = rows(admin.get(EXPORT))
    money = {}
    for row in exported:
        money[int(row["product_id"])] = money.get(int(row["product_id"]), 0) + int(row["amount_cents"])
    assert [entry["sold_cents"] for entry in products] == sorted(money.values(), reverse=True)[:20]


@pytest.mark.parametrize("title, cell, raw", [
    ("=1+1", "'=1+1", b",'=1+1,"),
    ("+49 40 123", "'+49 40 123", b",'+49 40 123,"),
    ("-2+3", "'-2+3", b",'-2+3,"),
    ("@SUM(1)", "'@SUM(1)", b",'@SUM(1),"),
    ('=HYPERLINK("http://x.example","y")', '\'=HYPERLINK("http://x.example","y")',
     b',"\'=HYPERLINK(""http://x.example"",""y"")",'),
    ('"Old" town, walls', '"Old" town, walls', b',"""Old"" town, walls",'),
    ("Töpfern für alle – 陶芸 🏺", "Töpfern für alle – 陶芸 🏺", ",Töpfern für alle – 陶芸 🏺,".encode()),
])
def test_titles_stay_text(admin, customer, category, day, title, cell, raw):
    product = product_named(admin, category, title)
    order = customer.order([(product["id"], day(3), 1)]).json()
    assert sold(admin, day, order)[0]["title"] == cell
    assert raw in admin.get(EXPORT, from_=day(-1), to=day(1)).content


def test_the_export_is_a_file(admin, day):
    answer = admin.get(EXPORT, from_=day(-3), to=day(0))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="sales-{day(-3)}-{day(0)}.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    head = admin.session.head(admin.base_url + EXPORT, headers={"Authorization": f"Bearer {admin.token}"}, timeout=30)
    assert head.status_code == 200 and head.content == b""
    assert head.headers["Content-Type"] == answer.headers["Content-Type"]


def test_days_without_sales_are_an_answer(admin):
    report = admin.get(SUMMARY, **LONG_AGO).json()
    assert set(report["totals"].values()) == {0}
    assert len(report["days"]) == 31
    assert report["products"] == []
    empty = admin.get(EXPORT, **LONG_AGO)
    assert rows(empty) == []
    assert empty.text == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize("path, days", [(SUMMARY, 366), (DOCUMENT, 366), (EXPORT, 3660)])
def test_ranges(admin, day, path, days):
    assert admin.get(path, from_=day(1 - days), to=day(0)).status_code == 200
    for query, wrong in [({"from_": day(-days), "to": day(0)}, {"to"}), ({"from_": day(0), "to": day(-1)}, {"to"}),
                         ({"from_": "yesterday"}, {"from"}), ({"to": "2026-02-30"}, {"to"}),
                         ({"from_": "2026-1-1", "to": ""}, {"from", "to"}), ({"product_id": 1}, {"product_id"})]:
        answer = admin.get(path, **query)
        assert answer.status_code == 422, (query, answer.text)
        assert fields(answer) == wrong
    assert admin.get(path, to=day(-40)).status_code == 200
    assert admin.get(path, from_=day(-3)).status_code == 200
    assert admin.get(path, from_=day(3)).status_code == 200


@pytest.mark.parametrize("path", [SUMMARY, EXPORT, DOCUMENT])
def test_reports_are_for_administrators(anyone, customer, path):
    assert anyone.get(path).status_code == 401
    assert customer.get(path).status_code == 403
    assert anyone.post(path, {}).status_code == 405
