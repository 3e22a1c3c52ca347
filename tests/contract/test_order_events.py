"""An order's outcome as server-sent events: at once when it is known, when it becomes known otherwise, and for nobody else."""
import contextlib
import json

import pytest
import requests

pytestmark = pytest.mark.needs("relay")


def path(order_id):
    return f"/v1/orders/{order_id}/events"


@contextlib.contextmanager
def stream(client, order_id):
    """The open answer, as its lines come; after 30 s of silence it fails."""
    with requests.get(client.base_url + path(order_id), headers={"Authorization": f"Bearer {client.token}"}, stream=True, timeout=30) as answer:
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        yield answer.iter_lines(chunk_size=1, decode_unicode=True)


def events(lines):
    """(name, data) of each event; what is no event (comments, retry) is left out."""
    name, data = None, []
    for line in lines:
        field, _, value = line.partition(":")
        if line == "" and data:
            yield name, json.loads("\n".join(data))
            name, data = None, []
        elif field == "event":
            name = value.strip()
        elif field == "data":
            data.append(value.removeprefix(" "))


def test_a_known_outcome_is_told_at_once(customer, product, day):
    order = customer.order([(product["id"], day(3), 2)]).json()
    answer = customer.get(path(order["id"]))
    assert list(events(answer.text.splitlines())) == [("order", order)]


def test_an_outcome_is_told_when_it_is_known(customer, product, day):
    placed = customer.order([(product["id"], day(3), 2)], card="card_slow", wait=0)
    assert placed.status_code == 202 and placed.json()["status"] == "pending"
    with stream(customer, placed.json()["id"]) as lines:
        told = list(events(lines))  # to its end, which comes with the outcome
    assert [(name, order["status"]) for name, order in told] == [("order", "pending"), ("order", "confirmed")]
    assert told[-1][1] == customer.get(f"/v1/orders/{placed.json()['id']}").json()


def test_a_refusal_is_an_outcome(customer, product, day):
    placed = customer.order([(product["id"], day(3), 2)], card="card_declined", wait=0)
    with stream(customer, placed.json()["id"]) as lines:
        last = list(events(lines))[-1][1]
    assert (last["status"], last["reason"]) == ("rejected", "declined")


def test_the_client_is_told_when_to_come_back(customer, product, day):
    order = customer.order([(product["id"], day(3), 1)]).json()
    assert customer.get(path(order["id"])).text.startswith("retry: 1000\n\n")


def test_it_is_private(customer, anyone, admin, product, day):
    order = customer.order([(product["id"], day(3), 1)]).json()
    assert anyone.registered().get(path(order["id"])).status_code == 404
    assert anyone.get(path(order["id"])).status_code == 401
    assert admin.get(path(order["id"])).status_code == 200
    assert customer.get(path(999999999)).status_code == 404
    assert customer.get(path(order["id"]), since=1).status_code == 422


def test_one_customer_cannot_take_all_the_room(customer, product, day):
    """Who opens one answer after another is told to ask from time to time instead; and may again when some have ended."""
    placed = customer.order([(product["id"], day(3), 1)], card="card_slow", wait=0).json()
    statuses = []
    with contextlib.ExitStack() as open_answers:
        while 503 not in statuses and len(statuses) < 50:
            answer = requests.get(customer.base_url + path(placed["id"]), headers={"Authorization": f"Bearer {customer.token}"},
                                  stream=True, timeout=30)
            open_answers.callback(answer.close)
            statuses.append(answer.status_code)
    assert statuses.pop() == 503 and set(statuses) == {200} and len(statuses) >= 10
    assert customer.outcome(placed["id"])["status"] == "confirmed"
