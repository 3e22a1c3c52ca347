"""What no client should send: a clear problem answer, never a 500."""
import json
import socket
import time
from urllib.parse import urlparse

import pytest

from client import fields, unique

BODIES = {
    "empty": b"", "space": b" ", "not json": b"{", "two values": b"{} {}", "bare word": b"hello", "trailing comma": b'{"a":1,}',
    "single quotes": b"{'email':'a'}", "invalid UTF-8": b'{"email":"\xff\xfe"}', "lone surrogate": b'{"email":"\\ud800"}',
    "NUL byte": b'{"email":"a\x00b"}', "escaped NUL": b'{"email":"a\\u0000b"}', "duplicate key": b'{"email":"a","email":"b"}',
    "huge number": b'{"email":1e999}', "long integer": b'{"email":' + b"9" * 400 + b"}", "NaN": b'{"email":NaN}',
    "deep nesting": b'{"email":' + b"[" * 3000 + b"]" * 3000 + b"}", "unclosed nesting": b"[" * 6000, "BOM": b"\xef\xbb\xbf{}",
    "array": b"[]", "null": b"null", "number": b"7", "text": b'"text"', "UTF-16": '{"email":"a"}'.encode("utf-16"),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", ["/v1/users", "/v1/sessions"])
def test_bodies_that_are_wrong(anyone, path, name):
    answer = anyone.post(path, data=BODIES[name], headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert len(answer.content) < 8192


@pytest.mark.parametrize("name", BODIES)
def test_order_bodies_that_are_wrong(customer, name):
    answer = customer.post("/v1/orders", data=BODIES[name], headers={"Content-Type": "application/json", "Idempotency-Key": unique("k")})
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("value", [None, True, 0, -1, 1.5, "text", [], {}, [[]], 2**63, -2**63 - 1, "\u0001\u001f", "\U0001f9ed" * 40])
def test_every_type_in_every_member(customer, value):
    for member in ("lines", "payment"):
        body = {"lines": [{"product_id": 1, "day": "2999-01-01", "quantity": 1}], "payment": {"card_token": "card_ok"}, member: value}
        answer = customer.post("/v1/orders", body, headers={"Idempotency-Key": unique("k")})
        assert answer.status_code in (400, 422)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "", "json"])
def test_other_content_types(anyone, content_type):
    assert anyone.post("/v1/users", data=b"{}", headers={"Content-Type": content_type}).status_code == 415


def test_json_with_a_charset_is_json(anyone):
    assert anyone.post("/v1/users", data=b"{}", headers={"Content-Type": "application/json; charset=utf-8"}).status_code == 422


def test_bodies_over_the_limit(anyone):
    body = json.dumps({"email": "x" * 70000}).encode()
    assert anyone.post("/v1/users", data=body, headers={"Content-Type": "application/json"}).status_code == 413


def test_chunked_bodies_over_the_limit(anyone):
    def pieces():
        for _ in range(40):
            yield b"x" * 4096
    try:
        answer = anyone.post("/v1/users", data=pieces(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
    except OSError:
        pass  # cut off while still sending: also an answer


@pytest.mark.parametrize("method, path, allowed", [
    ("DELETE", "/v1/products", "GET"), ("POST", "/v1/home", "GET"), ("GET", "/v1/users", "POST"), ("PATCH", "/v1/products/1", "GET"),
])
def test_methods_that_a_path_does_not_have(anyone, method, path, allowed):
    answer = anyone.call(method, path)
    assert answer.status_code == 405
    assert allowed in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nothing", "/v1/products/1/2/3", "/v1/products/", "/v2/products", "/.env", "/v1/../etc/passwd"])
def test_paths_that_are_not_there(anyone, path):
    assert anyone.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/v1/products/%", "/v1/products/%zz", "/v1/products/%ff", "/v1/products?q=%", "/v1/products?q=%ff", "/v1/products?q=a%00b"])
def test_bad_escapes(target, path):
    status, _ = raw(target, f"GET {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n".encode())
    assert status in (400, 404, 422)


def test_head_is_get_without_a_body(anyone):
    answer = anyone.session.head(anyone.base_url + "/v1/categories", timeout=10)
    assert answer.status_code == 200 and answer.content == b"" and answer.headers["ETag"]


def test_long_headers(target):
    status, received = raw(target, b"GET /v1/home HTTP/1.1\r\nHost: shop\r\nX-Long: " + b"x" * 30000 + b"\r\n\r\n")
    assert status == 431 and is_problem(received)


def test_a_long_address(target):
    status, received = raw(target, b"GET /v1/products?q=" + b"x" * 30000 + b" HTTP/1.1\r\nHost: shop\r\n\r\n")
    assert status == 414 and is_problem(received)


def test_many_headers(target):
    lines = b"".join(b"X-H%d: %s\r\n" % (n, b"y" * 90) for n in range(400))
    status, received = raw(target, b"GET /v1/home HTTP/1.1\r\nHost: shop\r\n" + lines + b"\r\n")
    assert status == 431 and is_problem(received)


@pytest.mark.parametrize("request_bytes", [
    b"\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/1.1\r\nHost shop\r\n\r\n", b"POST /v1/users HTTP/1.1\r\nHost: s\r\nContent-Length: -5\r\n\r\n",
    b"POST /v1/users HTTP/1.1\r\nHost: s\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /v1/users HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
])
def test_bytes_that_are_not_http(target, anyone, request_bytes):
    status, received = raw(target, request_bytes, seconds=3)
    assert status is None or 400 <= status < 600 and status != 500 and is_problem(received)
    assert anyone.get("/healthz").status_code == 200


def test_a_slow_sender_is_cut_and_hurts_nobody(target, anyone):
    """Sixty connections that drip a byte now and then: others are served at once, all of them end."""
    url = urlparse(target[0])
    slow = [socket.create_connection((url.hostname, url.port), timeout=30) for _ in range(60)]
    for connection in slow:
        connection.sendall(b"POST /v1/users HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
    began = time.monotonic()
    open_ones = set(slow)
    while open_ones and time.monotonic() - began < 60:
        asked = time.monotonic()
        assert anyone.get("/healthz").status_code == 200
        assert time.monotonic() - asked < 8
        for connection in list(open_ones):
            try:
                connection.sendall(b" ")
                connection.setblocking(False)
                data = connection.recv(4096)
                open_ones.discard(connection) if data == b"" or b"408" in data else None
            except BlockingIOError:
                pass
            except OSError:
                open_ones.discard(connection)
            finally:
                connection.setblocking(True)
        time.sleep(0.5)
    assert not open_ones, "slow senders must be cut"


def is_problem(received):
    return b"\r\ncontent-type: application/problem+json\r\n" in received.lower()


def raw(target, data, seconds=10):
    """(status or None, bytes) for bytes on a fresh connection."""
    url = urlparse(target[0])
    received = b""
    with socket.create_connection((url.hostname, url.port), timeout=seconds) as connection:
        try:
            connection.sendall(data)
            while b"\r\n\r\n" not in received:
                piece = connection.recv(65536)
                if not piece:
                    break
                received += piece
        except OSError:
            pass
    if not received.startswith(b"HTTP/"):
        return None, received
    return int(received.split(b" ", 2)[1]), received
