"""The sales export and its readers: half a file is never a whole one, and whoever reads slowly costs next to nothing."""
import re
import socket
import time

import pytest
from peak import Peak
from waiting import until

EXPORT = "/v1/admin/reports/sales.csv"
MANY = 300_000  # rows of the year 2001, about 30 MB: far more than the buffers of a connection take


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


def read_to_the_end(connection):
    """To the last chunk, or to the end of the connection: what has come, and how it broke off."""
    received = bytearray()
    with connection:
        while not received.endswith(b"\r\n0\r\n\r\n"):
            try:
                block = connection.recv(1 << 16)
            except ConnectionResetError as why:
                return bytes(received), type(why)
            if not block:
                break
            received += block
    return bytes(received), None


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
    until(lambda: admin.get("/readyz").status_code == 200)  # on its own connection: each loop comes back by itself
    assert len(admin.get(EXPORT, **many_sales).text.splitlines()) == 1 + MANY


def gauges(client):
    lines = client.get("/metrics").text.splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines if line and not line.startswith("#")}


def test_slow_readers_hold_nothing(stack, start_shop, new_product, many_sales, day):
    """Sixty downloads that nobody reads: no task, no connection to the database, and the shop goes on."""
    client = start_shop(SHOP_HTTP_IDLE_TIMEOUT_MS="15000", SHOP_POSTGRES_EXCLUSIVE_CONNECTIONS="2",
                        SHOP_POSTGRES_SHARED_CONNECTIONS="1")
    admin = client.logged_in(*stack.admin())
    product = new_product(client, 10)
    before = client.shop.rss_megabytes()
    connections = [export_on(client, admin) for _ in range(60)]
    until(lambda: gauges(client)["shop_http_requests_active"] == 61 and gauges(client)["shop_tasks"] < 5, 14,
          "they are still worked on, though nobody reads")
    assert client.registered().order([(product, day(1), 1)]).status_code == 201
    if stack.variant == "release":
        assert client.shop.rss_megabytes() - before < 25
    until(lambda: "shop_http_requests_active 1\n" in client.get("/metrics").text, 60, "slow readers are kept")
    assert "shop_http_streams_broken_total 60\n" in client.get("/metrics").text
    for connection in connections:
        assert not read_to_the_end(connection)[0].endswith(b"0\r\n\r\n")


def test_readers_that_leave_leave_nothing(stack, start_shop, many_sales):
    client = start_shop()
    admin = client.logged_in(*stack.admin())
    for _ in range(20):
        export_on(client, admin).close()
    until(lambda: "shop_http_requests_active 1\n" in client.get("/metrics").text, what="they are still served")


def read_for(connection, seconds, bytes_per_second):
    """Reads steadily, a little ten times a second; what has come."""
    received, began = bytearray(), time.monotonic()
    while time.monotonic() - began < seconds:
        received += connection.recv(bytes_per_second // 10)
        time.sleep(0.1)
    return received


def at_rest(count):
    """The count when it has not changed for two seconds; gauges are a second old at most."""
    last, since, until_at = count(), time.monotonic(), time.monotonic() + 30
    while time.monotonic() - since < 2:
        assert time.monotonic() < until_at, "it went on though nobody reads"
        time.sleep(0.1)
        if (now := count()) != last:
            last, since = now, time.monotonic()
    return last


def test_nothing_is_read_ahead_of_the_reader(stack, start_shop, many_sales):
    """Each page is a statement: a few of them fill the buffers, and no further one is sent before there is room."""
    client = start_shop(SHOP_SHOP_RECONCILE_EVERY_MS="60000")
    admin = client.logged_in(*stack.admin())
    before = gauges(client)["shop_pg_statements_total"]
    connection = export_on(client, admin)
    asked = at_rest(lambda: gauges(client)["shop_pg_statements_total"]) - before
    assert 2 < asked < 15, "as many pages as fit the buffers"
    with Peak(client.shop) as peak:
        rest = read_to_the_end(connection)
    assert rest[1] is None and rest[0].endswith(b"0\r\n\r\n") and len(rest[0]) > MANY * 100
    if stack.variant == "release":
        assert peak.gained() < 8, "an export of 30 MB must not be in memory"


def test_a_slow_reader_who_goes_on_is_served_to_the_end(stack, start_shop, many_sales):
    """Each part has its own time limit, here of seven seconds: nobody has to take the whole within one."""
    client = start_shop(SHOP_HTTP_IDLE_TIMEOUT_MS="1000")
    admin = client.logged_in(*stack.admin())
    with export_on(client, admin) as connection:
        begun = read_for(connection, 12, 100_000)
        rest, why = read_to_the_end(connection)
    assert why is None and rest.endswith(b"0\r\n\r\n"), "it was cut"
    assert len(begun) + len(rest) > MANY * 100
