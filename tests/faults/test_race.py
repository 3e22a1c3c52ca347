"""Two hundred shoppers, ten places: exactly ten are sold, whatever the order of arrival.

The same race is run against a shop whose hold is a check-then-set (tests/audit/mutants/check_then_set.c); there
it must fail, or it would not be a test.
"""
import collections
import threading

import pytest

from client import Client, unique

CLIENTS, PRODUCTS, PLACES = 200, 5, 10


def race(stack, client, new_product, day):
    """Lets everybody order at once and audits the outcome; AssertionError when anything is oversold."""
    products = [new_product(client, PLACES) for _ in range(PRODUCTS)]
    shoppers = [client.registered() for _ in range(8)]
    before = stack.ledger()
    answers, lock, start = [], threading.Lock(), threading.Barrier(CLIENTS)

    def shop(number):
        own = Client(client.base_url, client.contract, shoppers[number % len(shoppers)].token)
        start.wait()
        for product in products:
            answer = own.order([(product, day(1), 1)], key=unique("race"), timeout=60)
            with lock:
                answers.append((product, answer))

    threads = [threading.Thread(target=shop, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == CLIENTS * PRODUCTS, "everybody got an answer"
    audit(stack, products, answers, before)


def audit(stack, products, answers, before):
    statuses = collections.Counter(answer.status_code for _, answer in answers)
    assert set(statuses) <= {201, 409}, statuses
    for product in products:
        sold = sum(answer.status_code == 201 for p, answer in answers if p == product)
        assert sold == PLACES, f"product {product}: {sold} sold of {PLACES}"
        booked = stack.psql(f"SELECT coalesce(sum(quantity), 0) FROM bookings.bookings WHERE product_id = {product} AND state = 'confirmed'")
        taken, capacity = stack.rows(f"SELECT taken, capacity FROM bookings.days WHERE product_id = {product}")[0]
        assert int(booked) == int(taken) == int(capacity) == PLACES
    for _, answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"] == "/problems/sold-out"
    total = sum(answer.json()["total_cents"] for _, answer in answers if answer.status_code == 201)
    charged = sum(e["amount_cents"] for e in stack.ledger()[len(before):] if e["kind"] == "charge")
    assert charged == total, "money at the provider is money of confirmed orders"


def test_the_last_places_are_sold_exactly_once(stack, start_shop, new_product, day):
    race(stack, start_shop(SHOP_POSTGRES_WAITING_MAX="2000"), new_product, day)


def test_the_race_sees_a_check_then_set(stack, start_shop, new_product, day):
    mutant = start_shop("shop-mutant", MUTANT="check-then-set", SHOP_POSTGRES_WAITING_MAX="2000")
    with pytest.raises(AssertionError):
        race(stack, mutant, new_product, day)
