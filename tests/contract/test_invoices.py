"""Invoices: whose they are, when there is one, and that number and content stay as they are."""
import concurrent.futures
import re

import pytest
from pdf import text_of


def number(answer):
    assert answer.status_code == 200, answer.text
    return re.fullmatch(r'inline; filename="invoice-(\d{4}-\d{6,})\.pdf"', answer.headers["Content-Disposition"]).group(1)


def counted(answer):
    return int(number(answer).split("-")[1])


@pytest.fixture
def order(customer, product, day):
    answer = customer.order([(product["id"], day(3), 2), (product["id"], day(4), 1)])
    assert answer.status_code == 201
    return answer.json()


def test_an_invoice_says_what_was_bought(customer, product, order):
    answer = customer.get(f"/v1/orders/{order['id']}/invoice")
    text = text_of(answer.content)
    assert "Invoice" in text and number(answer) in text and str(order["id"]) in text
    assert customer.user["name"] in text and customer.user["email"] in text
    assert "€ 50.00" in text and "€ 25.00" in text
    assert re.search(r"Total +€ 75\.00", text)
    assert product["title"].split("-")[0] in text
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_stays_as_it_is(customer, admin, product, order):
    first = customer.get(f"/v1/orders/{order['id']}/invoice")
    assert admin.patch(f"/v1/admin/products/{product['id']}", {"title": "Renamed", "price_cents": 9}).status_code == 200
    again = customer.get(f"/v1/orders/{order['id']}/invoice")
    assert number(again) == number(first)
    assert again.content == first.content


def test_it_is_private(customer, anyone, admin, order):
    path = f"/v1/orders/{order['id']}/invoice"
    mine = customer.get(path)
    assert anyone.get(path).status_code == 401
    assert anyone.registered().get(path).status_code == 404
    assert admin.get(path).content == mine.content


def test_two_orders_have_consecutive_numbers(customer, product, day):
    made = [customer.order([(product["id"], day(n), 1)]).json() for n in (1, 2)]
    first, second = (counted(customer.get(f"/v1/orders/{order['id']}/invoice")) for order in made)
    assert second == first + 1


def test_only_confirmed_orders_have_one(customer, product, day):
    declined = customer.order([(product["id"], day(3), 1)], card="card_declined")
    assert declined.status_code == 402
    answer = customer.get(f"/v1/orders/{declined.json()['order_id']}/invoice")
    assert answer.status_code == 409 and answer.json()["type"] == "/problems/conflict"


@pytest.mark.parametrize("path", ["/v1/orders/999999999/invoice", "/v1/orders/x/invoice", "/v1/orders/0/invoice"])
def test_unknown_orders_have_none(customer, path):
    assert customer.get(path).status_code == 404


def test_it_takes_no_query(customer, order):
    assert customer.get(f"/v1/orders/{order['id']}/invoice", format="html").status_code == 422


def test_many_asking_at_once_get_the_same(customer, order):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: customer.get(f"/v1/orders/{order['id']}/invoice"), range(24)))
    assert len({number(answer) for answer in answers}) == 1
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("title", ["Rejs o świcie: żółw i łódź", "Περίπατος στην Ακρόπολη", "Sunset 🌅 cruise", "日本語ツアー",
                                   "\u202ework\u202c \\ (a) %d <b>", "x" * 120])
def test_titles_of_all_kinds(customer, admin, category, day, title):
    made = admin.post("/v1/admin/products", {"category": category, "title": title, "summary": "s", "description": "d",
                                             "price_cents": 100, "capacity_per_day": 3}).json()
    order = customer.order([(made["id"], day(1), 1)]).json()
    text = text_of(customer.get(f"/v1/orders/{order['id']}/invoice").content)
    assert "€ 1.00" in text
    if title[0] in "RΠ":
        assert title in text
