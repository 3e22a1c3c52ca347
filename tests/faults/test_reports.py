"""Reports when something breaks: no sale is lost between commit and books, and half a file is never a whole one."""
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time

import pytest
import requests
from client import Client
from openapi import Contract
from stack import Shop
from waiting import until

EXPORT = "/v1/admin/reports/sales.csv"
MANY = 300_000  # rows of the year 2001, far more than the buffers of a connection take


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


def kill(shop):
    shop.process.send_signal(signal.SIGKILL)
    shop.process.wait()


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
        kill(shop)
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
    assert [row[3] for row in sales_of(stack, product)] == ["f"]
    with books_locked(stack):
        thread = try_to(lambda: customer.post(f"/v1/bookings/{line['booking_id']}/cancellation"))
        until(lambda: waiting_for_books(stack), what="the booking was not cancelled")
        kill(shop)
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


@pytest.fixture
def many_sales(stack):
    """More than a connection's buffers take, in a year of their own; days for the query."""
    stack.psql("INSERT INTO reports.sales SELECT 9000000000 + n, n, 1, 'A tour with a title of usual length',"
               f" '2001-05-05 12:00Z', '2001-06-01', 1, 1, 'EUR', NULL FROM generate_series(1, {MANY}) n")
    yield {"from_": "2001-05-01", "to": "2001-05-31"}
    stack.psql("DELETE FROM reports.sales WHERE booking_id > 9000000000")


def export_on(client, admin, version="1.1"):
    """A raw connection that has asked for the whole export and reads nothing."""
    host, port = client.base_url.split("//")[1].split(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 10)  # not several megabytes of its own accord
    connection.settimeout(20)
    connection.connect((host, int(port)))
    connection.sendall(f"GET {EXPORT}?from=2001-05-01&to=2001-05-31 HTTP/{version}\r\nHost: t\r\n"
                       f"Authorization: Bearer {admin.token}\r\n\r\n".encode())
    return connection


def test_an_export_is_whole(stack, start_shop, many_sales):
    client = start_shop()
    admin = client.logged_in(*stack.admin())
    answer = admin.get(EXPORT, **many_sales)
    assert answer.headers["Transfer-Encoding"] == "chunked"
    lines = answer.text.splitlines()
    assert len(lines) == 1 + MANY
    assert [line.split(",")[0] for line in lines[1:]] == [str(9000000000 + n) for n in range(1, MANY + 1)]


def test_half_an_export_is_not_taken_for_a_whole_one(stack, start_shop, many_sales):
    client = start_shop()
    admin = client.logged_in(*stack.admin())
    connections = [export_on(client, admin, version) for version in ("1.1", "1.0")]
    begun = [connection.recv(1000) for connection in connections]
    assert all(head.startswith(b"HTTP/1.1 200") for head in begun)
    time.sleep(0.5)  # the buffers are full
    stack.call("stop", "postgres")
    try:
        chunked, plain = (read_to_the_end(connection) for connection in connections)
    finally:
        stack.call("start", "postgres")
    assert not chunked[0].endswith(b"0\r\n\r\n"), "the last chunk was sent"
    assert plain[1] is ConnectionResetError, "an orderly end is the end of an answer in HTTP/1.0"
    assert len(plain[0]) < MANY * 60
    log = client.shop.log.read_text()
    assert "event=stream_failed" in log
    until(lambda: client.get("/readyz").status_code == 200)
    assert len(admin.get(EXPORT, **many_sales).text.splitlines()) == 1 + MANY


def read_to_the_end(connection):
    received = bytearray()
    with connection:
        while True:
            try:
                block = connection.recv(1 << 16)
            except ConnectionResetError as why:
                return bytes(received[-100:]) if len(received) < 100 else bytes(received), type(why)
            if not block:
                return bytes(received), None
            received += block


def gauges(client):
    lines = client.get("/metrics").text.splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines if line and not line.startswith("#")}


def test_slow_readers_hold_nothing(stack, start_shop, new_product, many_sales, day):
    """Sixty downloads that nobody reads: no task, no connection to the database, and the shop goes on."""
    client = start_shop(SHOP_HTTP_IDLE_TIMEOUT_MS="4000", SHOP_POSTGRES_EXCLUSIVE_CONNECTIONS="2",
                        SHOP_POSTGRES_SHARED_CONNECTIONS="1")
    admin = client.logged_in(*stack.admin())
    product = new_product(client, 10)
    before = client.shop.rss_megabytes()
    connections = [export_on(client, admin) for _ in range(60)]
    until(lambda: gauges(client)["shop_http_requests_active"] == 61 and gauges(client)["shop_tasks"] < 5, 3.5,
          "they are still worked on, though nobody reads")
    assert client.registered().order([(product, day(1), 1)]).status_code == 201
    if stack.variant == "release":
        assert client.shop.rss_megabytes() - before < 60
    until(lambda: "shop_http_requests_active 1\n" in client.get("/metrics").text, 30, "slow readers are kept")
    assert "shop_http_streams_broken_total 60\n" in client.get("/metrics").text
    for connection in connections:
        assert not read_to_the_end(connection)[0].endswith(b"0\r\n\r\n")


def test_readers_that_leave_leave_nothing(stack, start_shop, many_sales):
    client = start_shop()
    admin = client.logged_in(*stack.admin())
    for _ in range(20):
        export_on(client, admin).close()
    until(lambda: "shop_http_requests_active 1\n" in client.get("/metrics").text, what="they are still served")
