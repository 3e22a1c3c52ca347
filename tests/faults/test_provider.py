"""The payment provider is slow, silent, down, or silent after it has charged: bounded, clear, never guessed."""
import time

import pytest


def settled(customer, order_id, seconds=20):
    """The order once it is no longer pending."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        order = customer.get(f"/v1/orders/{order_id}").json()
        if order["status"] != "pending":
            return order
        time.sleep(0.2)
    raise AssertionError(f"order {order_id} is still pending after {seconds} s")


def charges(stack, order_id):
    return [e for e in stack.ledger() if e["key"] == f"order-{order_id}"]


def available(client, product, day):
    return client.get(f"/v1/products/{product}/availability", from_=day, to=day).json()["days"][0]["available"]


def test_silent_after_charging_ends_confirmed(stack, start_shop, new_product, day):
    client = start_shop()
    customer, product = client.registered(), new_product(client, 5)
    began = time.monotonic()
    answer = customer.order([(product, day(1), 2)], card="card_timeout")
    assert answer.status_code == 202 and answer.json()["status"] == "pending"
    assert time.monotonic() - began < 10
    order = settled(customer, answer.json()["id"])
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
    answer = customer.order([(product, day(1), 2)])
    assert time.monotonic() - began < 12, "bounded"
    assert answer.status_code == 202, answer.text
    time.sleep(4)
    assert customer.get(f"/v1/orders/{answer.json()['id']}").json()["status"] == "pending", "not guessed while the provider is away"
    stack.set_provider(hang=False, down=False)
    order = settled(customer, answer.json()["id"])
    kinds = [e["kind"] for e in charges(stack, order["id"])]
    if order["status"] == "confirmed":  # a hanging provider may have charged after all
        assert kinds == ["charge"] and available(client, product, day(1)) == 3
    else:
        assert "charge" not in kinds and available(client, product, day(1)) == 5
        assert order["lines"][0]["booking_status"] == "released"


def test_a_slow_provider_holds_nobody_else_up(stack, start_shop, new_product, day):
    import concurrent.futures
    client = start_shop(SHOP_PAYMENTS_TIMEOUT_MS="8000", SHOP_SHOP_SETTLE_AFTER_SECONDS="20")
    customers = [client.registered() for _ in range(20)]
    product = new_product(client, 100)
    stack.set_provider(latency_ms=3000)
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        began = time.monotonic()
        orders = [pool.submit(c.order, [(product, day(1), 1)]) for c in customers]
        time.sleep(0.5)
        for _ in range(50):
            asked = time.monotonic()
            assert client.get("/v1/products/1").status_code in (200, 404)
            assert time.monotonic() - asked < 0.5
        assert {order.result().status_code for order in orders} == {201}
        assert time.monotonic() - began < 8, "twenty wait side by side, not in a row"


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
        assert time.monotonic() - began < 20
        time.sleep(0.2)
    refunds = [e for e in stack.ledger() if e["key"] == f"booking-{booking}-refund"]
    assert [e["amount_cents"] for e in refunds] == [3000]
    assert available(client, product, day(3)) == 5
