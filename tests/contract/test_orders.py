"""Checkout: confirmed, declined, sold out, pending; keys; history; cancellation."""
import time

import pytest

from client import fields, unique


def test_an_order_is_confirmed_and_found_again(customer, anyone, product, day):
    answer = customer.order([(product["id"], day(3), 2)])
    assert answer.status_code == 201
    order = answer.json()
    assert answer.headers["Location"] == f"/v1/orders/{order['id']}"
    assert order["status"] == "confirmed" and order["reason"] is None
    assert order["total_cents"] == 2 * product["price_cents"]
    line, = order["lines"]
    assert line["title"] == product["title"] and line["booking_status"] == "confirmed"
    assert customer.get(f"/v1/orders/{order['id']}").json() == order
    assert customer.get("/v1/orders").json()["items"] == [order]
    booking, = customer.get("/v1/bookings").json()["items"]
    assert booking["order_id"] == order["id"] and booking["day"] == day(3) and booking["status"] == "confirmed"
    days = anyone.get(f"/v1/products/{product['id']}/availability", from_=day(3), to=day(3)).json()["days"]
    assert days[0]["available"] == 8


def test_the_same_key_answers_the_same(customer, product, day):
    key = unique("again")
    first = customer.order([(product["id"], day(3), 1)], key=key)
    second = customer.order([(product["id"], day(3), 1)], key=key)
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers
    assert len(customer.get("/v1/orders").json()["items"]) == 1


def test_the_same_key_with_another_body_is_refused(customer, product, day):
    key = unique("other")
    assert customer.order([(product["id"], day(3), 1)], key=key).status_code == 201
    assert customer.order([(product["id"], day(3), 2)], key=key).status_code == 422
    assert customer.order([(product["id"], day(3), 1)], key=key, card="card_slow").status_code == 422


def test_keys_are_each_customers_own(customer, anyone, product, day):
    key = unique("shared")
    other = anyone.registered()
    assert customer.order([(product["id"], day(3), 1)], key=key).status_code == 201
    assert other.order([(product["id"], day(3), 2)], key=key).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 65, "with space", "schlüssel"])
def test_keys_have_a_form(customer, product, day, key):
    answer = customer.post("/v1/orders", {"lines": [{"product_id": product["id"], "day": day(3), "quantity": 1}],
                                          "payment": {"card_token": "card_ok"}}, headers={"Idempotency-Key": key.encode("latin-1")})
    assert answer.status_code == 422 and fields(answer) == {"Idempotency-Key"}


def test_a_key_is_required(customer, product, day):
    answer = customer.post("/v1/orders", {"lines": [{"product_id": product["id"], "day": day(3), "quantity": 1}],
                                          "payment": {"card_token": "card_ok"}})
    assert answer.status_code == 422 and fields(answer) == {"Idempotency-Key"}


def test_sold_out_takes_nothing_and_repeats_as_such(customer, anyone, product, day):
    assert customer.order([(product["id"], day(4), 8)]).status_code == 201
    key = unique("late")
    refused = customer.order([(product["id"], day(5), 1), (product["id"], day(4), 3)], key=key)
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/sold-out"
    assert fields(refused) == {"lines[1].quantity"}
    days = anyone.get(f"/v1/products/{product['id']}/availability", from_=day(4), to=day(5)).json()["days"]
    assert [entry["available"] for entry in days] == [2, 10]
    again = customer.order([(product["id"], day(5), 1), (product["id"], day(4), 3)], key=key)
    assert again.status_code == 409 and again.headers["Idempotent-Replayed"] == "true"
    rejected = customer.get(f"/v1/orders/{refused.json()['order_id']}").json()
    assert rejected["status"] == "rejected" and rejected["reason"] == "sold-out"


def test_declined_gives_the_places_back(customer, anyone, product, day):
    key = unique("declined")
    answer = customer.order([(product["id"], day(6), 10)], card="card_declined", key=key)
    assert answer.status_code == 402 and answer.json()["type"] == "/problems/declined"
    assert customer.order([(product["id"], day(6), 10)], card="card_declined", key=key).status_code == 402
    days = anyone.get(f"/v1/products/{product['id']}/availability", from_=day(6), to=day(6)).json()["days"]
    assert days[0]["available"] == 10
    order = customer.get(f"/v1/orders/{answer.json()['order_id']}").json()
    assert (order["status"], order["reason"]) == ("rejected", "declined")
    assert order["lines"][0]["booking_status"] == "released"


def test_a_provider_that_fails_twice_is_asked_again(customer, product, day):
    assert customer.order([(product["id"], day(8), 1)], card="card_flaky").status_code == 201


def test_several_lines_add_up(customer, admin, category, product, day):
    other = admin.post("/v1/admin/products", {"category": category, "title": "Pottery", "summary": "s", "description": "d",
                                              "price_cents": 4999, "capacity_per_day": 3}).json()
    order = customer.order([(product["id"], day(2), 2), (other["id"], day(9), 3), (product["id"], day(1), 1)]).json()
    assert [line["amount_cents"] for line in order["lines"]] == [5000, 14997, 2500]
    assert order["total_cents"] == 22497


@pytest.mark.parametrize("line, wrong", [
    ({"quantity": 0}, "lines[0].quantity"), ({"quantity": 21}, "lines[0].quantity"), ({"quantity": "1"}, "lines[0].quantity"),
    ({"product_id": 999999999}, "lines[0].product_id"), ({"product_id": 0}, "lines[0].product_id"),
    ({"day": "2020-01-01"}, "lines[0].day"), ({"day": "2026-13-01"}, "lines[0].day"), ({"day": "2999-01-01"}, "lines[0].day"),
    ({"day": None}, "lines[0].day"), ({"colour": "red"}, "lines[0].colour"),
])
def test_wrong_lines_are_named(customer, product, day, line, wrong):
    body = {"lines": [{"product_id": product["id"], "day": day(1), "quantity": 1, **line}], "payment": {"card_token": "card_ok"}}
    answer = customer.post("/v1/orders", body, headers={"Idempotency-Key": unique("bad")})
    assert answer.status_code == 422 and wrong in fields(answer), answer.text


def test_lines_are_counted_and_distinct(customer, product, day):
    assert customer.order([]).status_code == 422
    assert customer.order([(product["id"], day(n), 1) for n in range(1, 12)]).status_code == 422
    twice = customer.order([(product["id"], day(1), 1), (product["id"], day(1), 1)])
    assert twice.status_code == 422 and any(name.startswith("lines[1]") for name in fields(twice))


def test_an_unknown_card_is_refused_and_releases(customer, anyone, product, day):
    answer = customer.order([(product["id"], day(11), 4)], card="card_of_nobody")
    assert answer.status_code in (402, 422)
    days = anyone.get(f"/v1/products/{product['id']}/availability", from_=day(11), to=day(11)).json()["days"]
    assert days[0]["available"] == 10


def test_orders_are_private(customer, anyone, admin, product, day):
    order = customer.order([(product["id"], day(3), 1)]).json()
    stranger = anyone.registered()
    assert stranger.get(f"/v1/orders/{order['id']}").status_code == 404
    assert stranger.get("/v1/bookings").json()["items"] == []
    assert admin.get(f"/v1/orders/{order['id']}").json()["id"] == order["id"]
    booking = order["lines"][0]["booking_id"]
    assert stranger.post(f"/v1/bookings/{booking}/cancellation").status_code == 404


def test_history_pages_newest_first(customer, product, day):
    made = [customer.order([(product["id"], day(n), 1)]).json()["id"] for n in range(1, 6)]
    assert [order["id"] for order in customer.pages("/v1/orders", limit=2)] == made[::-1]
    assert customer.get("/v1/orders", limit=51).status_code == 422
    assert customer.get("/v1/orders", cursor="nonsense").status_code == 400


def test_bookings_by_day_range(customer, admin, product, day):
    for n in (9, 2, 5):
        customer.order([(product["id"], day(n), 1)])
    assert [b["day"] for b in customer.pages("/v1/bookings", limit=2)] == [day(2), day(5), day(9)]
    assert [b["day"] for b in customer.get("/v1/bookings", from_=day(3), to=day(9)).json()["items"]] == [day(5), day(9)]
    assert customer.get("/v1/bookings", from_=day(9), to=day(3)).status_code == 422
    all_of_product = admin.pages("/v1/admin/bookings", product_id=product["id"], limit=2)
    assert [b["day"] for b in all_of_product] == [day(2), day(5), day(9)]
    one_day = admin.pages("/v1/admin/bookings", from_=day(5), to=day(5), limit=100)
    assert product["id"] in {b["product_id"] for b in one_day} and {b["day"] for b in one_day} == {day(5)}


def test_cancel_refunds_once_and_gives_the_places_back(customer, anyone, product, day):
    order = customer.order([(product["id"], day(12), 4), (product["id"], day(13), 1)]).json()
    booking = order["lines"][0]["booking_id"]
    first = customer.post(f"/v1/bookings/{booking}/cancellation")
    assert first.status_code == 200 and first.json()["status"] == "cancelled"
    again = customer.post(f"/v1/bookings/{booking}/cancellation")
    assert again.status_code in (200, 409)
    days = anyone.get(f"/v1/products/{product['id']}/availability", from_=day(12), to=day(13)).json()["days"]
    assert [entry["available"] for entry in days] == [10, 9]
    lines = customer.get(f"/v1/orders/{order['id']}").json()["lines"]
    assert [line["booking_status"] for line in lines] == ["cancelled", "confirmed"]


def test_what_cannot_be_cancelled(customer, product, day):
    today = customer.order([(product["id"], day(0), 1)]).json()["lines"][0]["booking_id"]
    assert customer.post(f"/v1/bookings/{today}/cancellation").status_code == 409
    assert customer.post("/v1/bookings/999999999/cancellation").status_code == 404
    declined = customer.order([(product["id"], day(3), 1)], card="card_declined").json()["order_id"]
    booking = customer.get(f"/v1/orders/{declined}").json()["lines"][0]["booking_id"]
    if booking:
        assert customer.post(f"/v1/bookings/{booking}/cancellation").status_code == 409


def test_a_slow_card_is_only_slow(customer, product, day):
    began = time.monotonic()
    assert customer.order([(product["id"], day(14), 1)], card="card_slow").status_code == 201
    assert time.monotonic() - began >= 2.5
