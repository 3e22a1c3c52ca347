"""Reports when something breaks: no sale is lost between commit and books."""
import contextlib
import os
import subprocess
import threading
import time

import pytest
import requests
from client import Client
from openapi import Contract
from stack import Shop
from waiting import until


@pytest.fixture(scope="module", autouse=True)
def complete_books(stack):
    """What other tests and the seed left is entered first, so that what is lost here is found next."""
    sold = "SELECT count(*) FROM bookings.bookings WHERE state IN ('confirmed', 'cancelling', 'cancelled')"
    shop = Shop(stack, SHOP_SHOP_RECONCILE_EVERY_MS="20")
    until(lambda: stack.psql(sold) == stack.psql("SELECT count(*) FROM reports.sales"), 300, "the books are not complete")
    assert shop.stop() == 0


@contextlib.contextmanager
def books_locked(stack):
    """Nobody can write a sale. Whoever was waiting to at the end is thrown out, as if it had died before."""
    psql = subprocess.Popen(["psql", "-X", "-q", "-A", "-t"], env=dict(os.environ, **stack.pg_environment()),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        psql.stdin.write("BEGIN; LOCK TABLE reports.sales IN SHARE MODE; SELECT 'locked';\n")
        psql.stdin.flush()
        assert psql.stdout.readline().strip() == "locked"
        yield
        stack.psql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    finally:
        psql.stdin.close()
        psql.wait(10)


def waiting_for_books(stack):
    return stack.psql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") != "0"


def killable_shop(stack):
    shop = Shop(stack, SHOP_SHOP_RECONCILE_EVERY_MS="200")
    return shop, Client(shop.url, Contract())


def try_to(work):
    """Starts something whose answer will never come."""
    def run():
        with contextlib.suppress(requests.RequestException):
            work()
    thread = threading.Thread(target=run)
    thread.start()
    return thread


def sales_of(stack, product):
    return stack.rows("SELECT booking_id, quantity, amount_cents, cancelled_at IS NOT NULL FROM reports.sales"
                      f" WHERE product_id = {product} ORDER BY booking_id")


def test_a_sale_survives_kill_9_before_it_was_entered(stack, start_shop, new_product, day):
    shop, client = killable_shop(stack)
    product = new_product(client, 10)
    customer = client.registered()
    with books_locked(stack):
        thread = try_to(lambda: customer.order([(product, day(3), 2), (product, day(4), 1)]))
        until(lambda: waiting_for_books(stack), what="the order was not confirmed")
        shop.kill()
        thread.join(20)
    confirmed = stack.psql(f"SELECT count(*) FROM orders.orders o JOIN orders.lines l ON l.order_id = o.id"
                           f" WHERE l.product_id = {product} AND o.state = 'confirmed'")
    assert confirmed == "2", "it was killed too early"
    assert sales_of(stack, product) == [], "it was killed too late"
    start_shop()
    until(lambda: len(sales_of(stack, product)) == 2, what="the sale is lost")
    assert [row[1:] for row in sales_of(stack, product)] == [["2", "3000", "f"], ["1", "1500", "f"]]


def test_a_cancellation_survives_kill_9_before_it_was_entered(stack, start_shop, new_product, day):
    shop, client = killable_shop(stack)
    product = new_product(client, 10)
    customer = client.registered()
    line = customer.order([(product, day(3), 2)]).json()["lines"][0]
    until(lambda: [row[3] for row in sales_of(stack, product)] == ["f"], what="the sale is not entered")
    with books_locked(stack):
        thread = try_to(lambda: customer.post(f"/v1/bookings/{line['booking_id']}/cancellation"))
        until(lambda: waiting_for_books(stack), what="the booking was not cancelled")
        shop.kill()
        thread.join(20)
    assert stack.psql(f"SELECT state FROM bookings.bookings WHERE id = {line['booking_id']}") == "cancelled"
    assert [row[3] for row in sales_of(stack, product)] == ["f"], "it was killed too late"
    start_shop()
    until(lambda: [row[3] for row in sales_of(stack, product)] == ["t"], what="the cancellation is lost")


def test_a_sale_that_could_not_be_entered_is_entered_later(stack, start_shop, new_product, day):
    """No crash: the write failed. The shopper has their order all the same."""
    client = start_shop(SHOP_POSTGRES_STATEMENT_TIMEOUT_MS="1000", SHOP_SHOP_SALES_CHECK_SECONDS="1")
    product = new_product(client, 10)
    with books_locked(stack):
        answer = client.registered().order([(product, day(3), 2)])
        assert answer.status_code == 201 and answer.json()["status"] == "confirmed"
        assert sales_of(stack, product) == []
    until(lambda: len(sales_of(stack, product)) == 1, what="the sale is lost")
