"""The walk that completes the sales books, killed again and again while shoppers go on.

The books are emptied, so that every sale there ever was has to be found again; meanwhile both loops of the
shop sell and cancel. However often the process dies, in the end the books say of each booking what orders and
bookings say, and of none twice.
"""
import underway
from waiting import until
from world import World

KILLS, SHOPPERS = 6, 6
SOLD = ("SELECT b.id, b.order_id, b.product_id, l.title, o.updated_at, b.day, b.quantity, b.amount_cents, o.currency, b.state = 'cancelled'"
        " FROM bookings.bookings b JOIN orders.orders o ON o.id = b.order_id JOIN orders.lines l USING (order_id, line)"
        " WHERE b.state IN ('confirmed', 'cancelling', 'cancelled') ORDER BY b.id")
ENTERED = ("SELECT booking_id, order_id, product_id, title, sold_at, day, quantity, amount_cents, currency, cancelled_at IS NOT NULL"
           " FROM reports.sales ORDER BY booking_id")


def count(stack, table, condition="true"):
    return int(stack.psql(f"SELECT count(*) FROM {table} WHERE {condition}"))


def test_killed_while_it_catches_up(stack, new_product, day, tmp_path):
    stack.psql("DELETE FROM reports.sales")
    missing = count(stack, "bookings.bookings", "state IN ('confirmed', 'cancelling', 'cancelled')")
    assert missing > 1000, "a walk over so few is over before it can be killed"
    settings = {"SHOP_PROCESS_LOOPS": "2", "SHOP_SHOP_SETTLE_AFTER_SECONDS": "3", "SHOP_SHOP_HOLD_SECONDS": "10",
                "SHOP_PAYMENTS_TIMEOUT_MS": "2000", "SHOP_SHOP_RECONCILE_EVERY_MS": "50", "SHOP_SHOP_SALES_CHECK_SECONDS": "1"}
    world = World(stack, tmp_path / "told.csv", **settings)
    client = world.client()
    products = [new_product(client, 500) for _ in range(3)]
    tokens = [client.registered().token for _ in range(SHOPPERS)]
    of_old, cut = f"booking_id <= {stack.psql('SELECT max(id) FROM bookings.bookings')}", []
    with world.crowd(SHOPPERS, tokens, products, [day(2)]) as crowd:
        while len(cut) < KILLS and max(cut, default=0) < missing:
            until(lambda: count(stack, "reports.sales", of_old) > max(cut, default=0), 60, "it does not get on")
            cut.append(world.kill(lambda: count(stack, "reports.sales", of_old)))
        until(lambda: crowd.acknowledged() > 30, 60, "the shoppers get nowhere")
    assert cut == sorted(set(cut)) and len(cut) > 2 and cut[-2] < missing, f"killed with {cut} of {missing} sales entered"
    settled = {"pending orders", "holds", "cancellations"}
    until(lambda: not settled & underway.wait(stack, 0).keys(), 60, "orders are still open")
    until(lambda: stack.rows(ENTERED) == stack.rows(SOLD), 60, "the books are not what was sold")
    assert world.shop.stop() == 0
