"""The mail server is down: orders are confirmed all the same, receipts follow when it is back."""
import time


def test_receipts_wait_for_the_mail_server(stack, start_shop, new_product, day):
    client = start_shop(SHOP_MAIL_TIMEOUT_MS="1000")
    customer, product = client.registered(), new_product(client, 10)
    stack.call("stop", "smtp")
    try:
        began = time.monotonic()
        orders = [customer.order([(product, day(1), 1)]) for _ in range(3)]
        assert [order.status_code for order in orders] == [201] * 3
        assert time.monotonic() - began < 15
    finally:
        stack.call("start", "smtp")
    wanted = {f"order-{order.json()['id']}-receipt" for order in orders}
    began = time.monotonic()
    while not wanted <= set(stack.mails()):
        assert time.monotonic() - began < 30, f"missing: {wanted - set(stack.mails())}"
        time.sleep(0.2)
    assert all(stack.mails()[name] == 1 for name in wanted)


def test_a_receipt_says_what_was_bought(stack, start_shop, new_product, day):
    client = start_shop()
    customer, product = client.registered(name="Zoë Müller"), new_product(client, 10, price_cents=1999)
    order = customer.order([(product, day(2), 3)]).json()
    name = f"order-{order['id']}-receipt"
    began = time.monotonic()
    while name not in stack.mails():
        assert time.monotonic() - began < 30
        time.sleep(0.1)
    import email
    import email.policy
    for path in (stack.run / "mail/new").iterdir():
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if name in message["Message-ID"]:
            assert message["To"].addresses[0].addr_spec == customer.user["email"]
            assert message["To"].addresses[0].display_name == "Zoë Müller"
            text = message.get_body().get_content()
            assert "59.97" in text and day(2) in text and order["lines"][0]["title"] in text
            return
    raise AssertionError("the message was counted and is gone")
