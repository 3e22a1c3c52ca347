"""Runs against a server that behaves as it is told: what is sent, when, how often, and how it is counted.
"""
import collections
import json
import os
import pty
import re
import signal
import subprocess
import time

import pytest
from conftest import MIXES, PROGRAM
from scripted import SILENCE, Scripted, answer

ORDER = """
values: {product: "text:7", day: "text:2030-01-02", quantity: "text:2"}
visits:
  - name: buyer
    steps:
      - name: order
        post: /v1/orders
        order: true
        token: secret
        body: '{"product":{product}}'
        expect: 201 409
"""


def counts_agree(result):
    """What must be true of every result."""
    every = result["all"]
    assert every["count"] == result["requests"] == sum(one["count"] for one in result["named"].values())
    assert every["failed"] == result["failed"] == sum(one["failed"] for one in result["named"].values())
    assert sum(every["statuses"].values()) == result["responses"]
    assert sum(result["errors"].values()) - result["errors"].get("not_started", 0) == result["failed"]
    assert sum(count for _, _, count in every["buckets"]) == every["count"]
    assert all(low <= high <= low * 1.001 + 1 for low, high, _ in every["buckets"])
    ordered = [every[name] for name in ("min", "p50", "p90", "p95", "p99", "p99_9", "max")]
    assert ordered == sorted(ordered)
    return result


def test_an_open_run_asks_as_often_as_it_says(load):
    with Scripted() as server:
        result = counts_agree(load.good(server.url + "/x?y=1", "--rate", "100", "--seconds", "2").result)
    assert len(server.requests) == result["requests"] == result["visits"] == result["visits_completed"] == 200
    assert {request.path for request in server.requests} == {"/x?y=1"}
    assert {request.headers["host"] for request in server.requests} == {server.url[7:]}
    assert (result["mode"], result["rate"], result["failed"], result["errors"]) == ("open", 100.0, 0, {})
    assert result["all"]["bytes"] == 400 and result["all"]["statuses"] == {"200": 200}


def test_warm_up_is_sent_but_not_counted(load):
    with Scripted() as server:
        result = counts_agree(load.good(server.url, "--rate", "100", "--seconds", "1", "--warmup", "1").result)
    assert (len(server.requests), result["requests"], result["visits"], result["warmup_s"]) == (200, 100, 100, 1.0)


def test_poisson_arrivals_have_the_rate(load):
    with Scripted() as server:
        result = load.good(server.url, "--rate", "300", "--seconds", "2", "--arrivals", "poisson").result
    assert 500 < result["requests"] < 700 and result["requests"] != 600  # four standard deviations


def test_a_closed_loop_has_one_request_on_each_connection(load):
    with Scripted() as server:
        result = counts_agree(load.good(server.url, "--saturate", "3", "--seconds", "1").result)
    per_connection = collections.Counter(request.connection for request in server.requests)
    assert (result["mode"], result["rate"], result["connections"]) == ("saturate", None, 3)
    assert server.connections == 3 and min(per_connection.values()) > 10


def test_the_same_seed_draws_the_same_visits(load):
    def paths(seed):
        with Scripted() as server:
            load.good(server.url, "--rate", "200", "--seconds", "1", "--seed", seed, mix=MIXES / "product.yaml")
        return collections.Counter(request.path for request in server.requests)

    first = paths("5")
    assert first == paths("5") != paths("6")
    numbers = [int(path.rsplit("/", 1)[1]) for path in first]
    assert min(numbers) >= 1 and max(numbers) <= 500 and first["/v1/products/1"] > 5  # Zipf


def test_a_visit_is_a_session(load):
    """Its requests come in order, about one product, with pauses between them."""
    mix = """
values: {product: "range:1-1000000000"}
visits:
  - name: v
    steps:
      - {name: a, get: "/a/{product}"}
      - {name: b, get: "/b/{product}", think_ms: 200}
      - {name: c, post: "/c", body: '{"x":{product}}', think_ms: 200}
"""
    with Scripted() as server:
        result = counts_agree(load.good(server.url, "--rate", "30", "--seconds", "3", mix=mix).result)
    visits = collections.defaultdict(list)
    for request in server.requests:
        number = re.search(r"\d+", request.path + request.body.decode()).group()
        visits[number].append(request)
    assert len(visits) == result["visits"] == 90
    assert all([one.path[1] for one in visit] == ["a", "b", "c"][:len(visit)] for visit in visits.values())
    whole = [visit for visit in visits.values() if len(visit) == 3]
    assert len(whole) == result["visits_completed"] > 30
    pauses = [visit[1].at - visit[0].at for visit in whole]
    assert 0.08 < sum(pauses) / len(pauses) < 0.4
    assert set(result["named"]) == {"a", "b", "c"}


def test_a_visit_ends_at_its_first_error(load):
    mix = "visits: [{name: v, steps: [{name: a, get: /a}, {name: b, get: /b, expect: 204}]}]"
    with Scripted(lambda request: answer(500 if request.path == "/a" else 204)) as server:
        result = counts_agree(load.good(server.url, "--rate", "20", "--seconds", "1", mix=mix).result)
    assert {request.path for request in server.requests} == {"/a"}
    assert result["errors"] == {"status_500": 20} and result["visits_completed"] == 0


KINDS = [
    ("closed", lambda request: None, ()),
    ("garbage", lambda request: b"SSH-2.0-nonsense\r\n\r\n", ()),
    ("garbage", lambda request: b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", ()),
    ("timeout", lambda request: SILENCE, ("--timeout-ms", "150")),
    ("status_503", lambda request: answer(503), ()),
]


@pytest.mark.parametrize("kind, behave, words", KINDS, ids=[f"{kind}-{n}" for n, (kind, *_) in enumerate(KINDS)])
def test_errors_are_counted_by_kind(load, kind, behave, words):
    with Scripted(behave) as server:
        result = counts_agree(load.good(server.url, "--rate", "20", "--seconds", "1", *words).result)
    assert result["errors"] == {kind: 20} and result["failed"] == 20
    assert result["requests_per_s"] == 0 and result["all"]["count"] == 20
    if kind == "timeout":
        assert 150000 <= result["all"]["min"] < 2000000


def test_who_finds_no_connection_waits_and_the_wait_counts(load):
    def slowly(request):
        time.sleep(0.1)
        return answer(200)

    with Scripted(slowly) as server:
        result = counts_agree(load.good(server.url, "--rate", "30", "--seconds", "1", "--connections", "1").result)
    assert server.connections == 1 and result["failed"] == 0
    assert result["all"]["max"] > 1500000  # thirty of 100 ms each, one behind the other, due within a second


def test_a_generator_that_was_late_says_so_and_does_not_flatter(load):
    """Whoever was due while the generator stood still has waited, and the generator confesses that it was late."""
    with Scripted() as server:
        process, files = load.start(server.url, "--rate", "100", "--seconds", "3")
        while len(server.requests) < 50:
            assert process.poll() is None
        process.send_signal(signal.SIGSTOP)
        time.sleep(1)
        process.send_signal(signal.SIGCONT)
        result = counts_agree(load.finish(process, files).result)
    assert (result["requests"], result["failed"]) == (300, 0)
    assert result["late_us"]["p99"] > 900000 and result["all"]["p99"] > 900000
    assert result["all"]["p50"] < 500000


def test_an_order_is_tried_again_with_the_same_key(load):
    tries = collections.Counter()

    def reluctant(request):
        """No answer, then busy, then done; later ones at once."""
        key = request.headers["idempotency-key"]
        tries[key] += 1
        if tries[key] == 1:
            return None
        if tries[key] == 2:
            return answer(503, b"{}", "Retry-After: 1")
        return answer(201, json.dumps({"id": 41, "total_cents": 900}).encode(), "Idempotent-Replayed: true")

    with Scripted(reluctant) as server:
        outcome = load.good(server.url, "--rate", "5", "--seconds", "1", mix=ORDER)
    result = counts_agree(outcome.result)
    assert len(tries) == 5 and set(tries.values()) == {3} and len(server.requests) == 15
    assert (result["requests"], result["bookings"], result["retries"], result["replayed"]) == (5, 5, 10, 5)
    assert result["failed"] == 0 and result["all"]["min"] > 1100000  # the pauses are in its latency
    assert {row["key"] for row in outcome.ledger} == set(tries)
    row = outcome.ledger[0]
    assert list(row) == "at_ms,key,outcome,status,order_id,total_cents,product,day,quantity,tries,replayed".split(",")
    del row["at_ms"], row["key"]
    assert row == {"outcome": "confirmed", "status": "201", "order_id": "41", "total_cents": "900", "product": "7",
                   "day": "2030-01-02", "quantity": "2", "tries": "3", "replayed": "1"}
    one = [request for request in server.requests if request.headers["idempotency-key"] == next(iter(tries))]
    assert {request.body for request in one} == {b'{"product":7}'}
    assert {request.headers["authorization"] for request in one} == {"Bearer secret"}


@pytest.mark.parametrize("status, outcome, tries, counted", [
    (202, "pending", 1, "orders_pending"), (409, "refused", 1, "orders_refused"), (402, "refused", 1, "orders_refused"),
    (429, "unknown", 4, "orders_unknown"), (500, "unknown", 4, "orders_unknown"), (None, "unknown", 4, "orders_unknown")])
def test_outcomes_of_orders(load, status, outcome, tries, counted):
    with Scripted(lambda request: status and answer(status, b'{"id":3,"total_cents":5}')) as server:
        done = load.good(server.url, "--rate", "3", "--seconds", "1", mix=ORDER)
    counts_agree(done.result)
    assert done.result[counted] == 3 and done.result["bookings"] == 0
    assert [(row["outcome"], row["status"], row["tries"]) for row in done.ledger] == [(outcome, str(status or 0), str(tries))] * 3
    assert {row["order_id"] for row in done.ledger} == {"3" if status == 202 else ""}


def test_what_is_never_answered_is_unfinished(load):
    with Scripted(lambda request: SILENCE) as server:
        began = time.monotonic()
        done = load.good(server.url, "--rate", "3", "--seconds", "1", "--timeout-ms", "600000", mix=ORDER)
    assert 10 < time.monotonic() - began < 30
    assert done.result["errors"] == {"unfinished": 3} and done.result["all"]["min"] > 9000000
    assert [row["outcome"] for row in done.ledger] == ["unknown"] * 3


def test_a_connection_that_the_server_closes_is_replaced(load):
    with Scripted(lambda request: answer(200, b"x", "Connection: close")) as server:
        result = counts_agree(load.good(server.url, "--rate", "50", "--seconds", "1").result)
    assert result["failed"] == 0 and server.connections >= 50


def test_a_connection_with_more_on_it_than_was_asked_for_is_not_used_again(load):
    with Scripted(lambda request: answer(200) + b"HTTP/1.1 500 of somebody else") as server:
        result = counts_agree(load.good(server.url, "--rate", "50", "--seconds", "1").result)
    assert result["all"]["statuses"] == {"200": 50} and server.connections >= 50


def test_table(load):
    with Scripted() as server:
        quiet = load.good(server.url, "--rate", "20", "--seconds", "1")
    assert quiet.errors == ""
    assert re.search(r"^/ +20 +0 ", quiet.output, re.M) and "20 visits, " in quiet.output


def test_progress_is_shown_on_a_terminal(load):
    ours, theirs = pty.openpty()
    with Scripted() as server:
        process = subprocess.Popen([PROGRAM, "--url", server.url, "--rate", "50", "--seconds", "2"], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        assert process.wait(60) == 0
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert re.search(r"\r0:0\d gone, 0:0\d left  \d+ req/s  p50 \S+ ms  p99 \S+ ms  0 errors  \d+ visits under way", shown), shown
    assert shown.endswith("\r\x1b[K"), "the line is wiped away at the end"
