"""The payment provider is slow, silent, down, or silent after it has charged: bounded, clear, never guessed."""
import time

import pytest
from waiting import until


def charges(stack, order_id):
    return [e for e in stack.ledger() if e["key"] == f"order-{order_id}"]


def available(client, product, day):
    return client.get(f"/v1/products/{product}/availability", from_=day, to=day).json()["days"][0]["available"]


def test_silent_after_charging_ends_confirmed(stack, start_shop, new_product, day):
    client = start_shop()
    customer, product = client.registered(), new_product(client, 5)
    began = time.monotonic()
    answer = customer.order([(product, day(1), 2)], card="card_timeout", wait=0)
    assert answer.status_code == 202 and answer.json()["status"] == "pending"
    assert time.monotonic() - began < 20
    order = customer.outcome(answer.json()["id"])
    assert order["status"] == "confirmed" and order["lines"][0]["booking_status"] == "confirmed"
    assert [e["kind"] for e in charges(stack, order["id"])] == ["charge"]
    assert available(client, product, day(1)) == 3
    until_mailed(stack, order["id"])


def until_mailed(stack, order_id, seconds=20):
    began = time.monotonic()
    while f"order-{order_id}-receipt" not in stack.mails():
        assert time.monotonic() - began < seconds, "the receipt did not come"
        time.sleep(0.2)
    assert stack.mails()[f"order-{order_id}-receipt"] == 1


@pytest.mark.parametrize("trouble", [{"hang": True}, {"down": True}])
def test_not_reached_ends_rejected_and_released(stack, start_shop, new_product, day, trouble):
    client = start_shop()
    customer, product = client.registered(), new_product(client, 5)
    stack.set_provider(**trouble)
    began = time.monotonic()
    answer = customer.order([(product, day(1), 2)], wait=0)
    assert time.monotonic() - began < 20, "bounded"
    assert answer.status_code == 202, answer.text
    time.sleep(4)
    assert customer.get(f"/v1/orders/{answer.json()['id']}").json()["status"] == "pending", "not guessed while the provider is away"
    stack.set_provider(hang=False, down=False)
    order = customer.outcome(answer.json()["id"])
    kinds = [e["kind"] for e in charges(stack, order["id"])]
    if order["status"] == "confirmed":  # a hanging provider may have charged after all
        assert kinds == ["charge"] and available(client, product, day(1)) == 3
    else:
        assert "charge" not in kinds and available(client, product, day(1)) == 5
        assert order["lines"][0]["booking_status"] == "released"


def test_a_slow_provider_holds_nobody_else_up(stack, start_shop, new_product, day):
    import concurrent.futures
    client = start_shop(SHOP_PAYMENTS_TIMEOUT_MS="30000", SHOP_SHOP_SETTLE_AFTER_SECONDS="60")
    customers = [client.registered() for _ in range(20)]
    product = new_product(client, 100)
    stack.set_provider(latency_ms=5000)
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        began = time.monotonic()
        orders = [pool.submit(c.order, [(product, day(1), 1)]) for c in customers]
        time.sleep(0.5)
        for _ in range(50):
            asked = time.monotonic()
            assert client.get("/v1/products/1").status_code in (200, 404)
            assert time.monotonic() - asked < 4, "not behind those who wait"
        assert {order.result().status_code for order in orders} == {201}
        assert time.monotonic() - began < 30, "twenty wait side by side, not in a row"


def test_stopped_provider_and_a_refund_that_waits(stack, start_shop, new_product, day):
    client = start_shop()
    customer, product = client.registered(), new_product(client, 5)
    booking = customer.order([(product, day(3), 2)]).json()["lines"][0]["booking_id"]
    stack.set_provider(down=True)
    answer = customer.post(f"/v1/bookings/{booking}/cancellation")
    assert answer.status_code == 202 and answer.json()["status"] == "cancelling"
    stack.set_provider(down=False)
    began = time.monotonic()
    while customer.get("/v1/bookings").json()["items"][0]["status"] != "cancelled":
        assert time.monotonic() - began < 40
        time.sleep(0.2)
    refunds = [e for e in stack.ledger() if e["key"] == f"booking-{booking}-refund"]
    assert [e["amount_cents"] for e in refunds] == [3000]
    assert available(client, product, day(3)) == 5


def test_a_refund_that_is_refused_keeps_no_other_waiting(stack, start_shop, new_product, day):
    """The provider has never heard of a seeded order of the past, so its refund is refused whenever it is tried. Its day is
    moved into the future, so that it can be cancelled. It is the oldest that is stuck, and comes first in every round."""
    client = start_shop(SHOP_SHOP_SETTLE_AFTER_SECONDS="1")
    admin, customer, product = client.logged_in(*stack.admin()), client.registered(), new_product(client, 5)
    heard_of = {entry["key"] for entry in stack.ledger()}
    seeded, past = next((booking, was) for booking, order, was in seeded_bookings(stack, "b.day < now()::date - 2") if f"order-{order}" not in heard_of)
    stack.psql(f"UPDATE bookings.bookings SET day = now()::date + 3 WHERE id = {seeded}")
    try:
        assert admin.post(f"/v1/bookings/{seeded}/cancellation").status_code == 202
        booking = customer.order([(product, day(3), 2)]).json()["lines"][0]["booking_id"]
        stack.set_provider(down=True)
        assert customer.post(f"/v1/bookings/{booking}/cancellation").status_code == 202
        stack.set_provider(down=False)
        until(lambda: customer.get("/v1/bookings").json()["items"][0]["status"] == "cancelled", 20, "it waits for the other")
    finally:
        stack.psql(f"DELETE FROM bookings.cancellations WHERE booking_id = {seeded};"
                   f" UPDATE bookings.bookings SET state = 'confirmed', day = '{past}' WHERE id = {seeded}")


def seeded_bookings(stack, which):
    """[(booking, order, day)] that were paid for, the newest first."""
    return stack.rows("SELECT b.id, b.order_id, b.day FROM bookings.bookings b JOIN orders.orders o ON o.id = b.order_id WHERE o.key LIKE 'seed-%'"
                      f" AND b.state = 'confirmed' AND b.amount_cents > 0 AND {which} ORDER BY b.id DESC LIMIT 100")


def test_a_seeded_booking_of_a_day_to_come_is_refunded(stack, start_shop):
    client = start_shop()
    booking, order, _ = seeded_bookings(stack, "b.day > now()::date + 2")[0]
    answer = client.logged_in(*stack.admin()).post(f"/v1/bookings/{booking}/cancellation")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert [entry["kind"] for entry in stack.ledger() if entry["key"] in (f"order-{order}", f"booking-{booking}-refund")] == ["charge", "refund"]
