"""kill -9 in the middle of checkouts, again and again: in the end money, places and orders agree.

Shoppers keep ordering and cancelling while the process is killed under them. Who got no answer sends the
same request again with the same key, to whichever process is there by then. Afterwards the reconciler is
given time, and the books are compared with the provider's ledger.
"""
import collections
import random
import time

from world import World, until_settled

SHOPPERS, KILLS, PLACES, SETTLE_SECONDS, HOLD_SECONDS = 12, 5, 200, 3, 10


def audit(stack, products, told):
    listed = ",".join(map(str, products))
    for product, taken, capacity in stack.rows(f"SELECT product_id, taken, capacity FROM bookings.days WHERE product_id IN ({listed})"):
        booked = stack.psql(f"SELECT coalesce(sum(quantity), 0) FROM bookings.bookings WHERE product_id = {product} AND state = 'confirmed'")
        assert int(taken) == int(booked) <= int(capacity), f"product {product}"

    owed = collections.Counter()
    for order, cents in stack.rows("SELECT order_id, sum(amount_cents) FROM bookings.bookings"
                                   f" WHERE product_id IN ({listed}) AND state = 'confirmed' GROUP BY order_id"):
        owed[int(order)] = int(cents)
    booking_order = dict(stack.rows(f"SELECT id, order_id FROM bookings.bookings WHERE product_id IN ({listed})"))
    orders = dict(stack.rows("SELECT id, state FROM orders.orders"))
    held = collections.Counter()
    for entry in stack.ledger():
        kind, number = entry["key"].split("-")[:2]
        order = int(number if kind == "order" else booking_order.get(number, 0))
        held[order] += {"charge": 1, "refund": -1}.get(entry["kind"], 0) * entry["amount_cents"]
    mine = {int(order) for order in booking_order.values()}
    assert {order: held[order] for order in mine if held[order]} == dict(owed), "money is where the bookings are"

    for order, status in told.items():
        wanted = {201: {"confirmed"}, 202: {"confirmed", "rejected"}, 402: {"rejected"}, 409: {"rejected"}}[status]
        assert orders[str(order)] in wanted, f"order {order} was answered {status} and is {orders[str(order)]}"
    receipts = stack.mails()
    for order in mine:
        if orders.get(str(order)) == "confirmed":
            assert receipts.get(f"order-{order}-receipt", 0) >= 1, f"order {order} has no receipt"


def test_killed_again_and_again(stack, new_product, day):
    world = World(stack, SHOP_SHOP_SETTLE_AFTER_SECONDS=str(SETTLE_SECONDS), SHOP_SHOP_HOLD_SECONDS=str(HOLD_SECONDS),
                  SHOP_PAYMENTS_TIMEOUT_MS="2000", SHOP_SHOP_RECONCILE_EVERY_MS="200")
    client = world.client()
    products = [new_product(client, PLACES) for _ in range(3)]
    tokens = [client.registered().token for _ in range(4)]
    stack.set_provider(latency_ms=40)
    chance = random.Random(1)
    with world.crowd(SHOPPERS, tokens, products, day):
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.4, 1.2))
            world.kill()
    assert len(world.told) > 30, "the test was too idle to mean anything"
    until_settled(stack)
    audit(stack, products, world.told)
    assert world.shop.stop() == 0
