"""Invoices when much happens at once or something is broken: no gap, and the receipt's PDF is the invoice."""
import concurrent.futures
import email
import email.policy
import re
import subprocess
import time

from client import Client, unique

ORDERS = 200


def total_of(pdf):
    """The total in cents, as a reader sees it."""
    result = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, timeout=30)
    assert result.returncode == 0 and result.stderr == b"", result.stderr
    text = result.stdout.decode()
    whole, cents = re.search(r"Total +€ ([0-9,]+)\.(\d\d)", text).groups()
    return int(whole.replace(",", "")) * 100 + int(cents)


def receipts(stack, ids, patience=30):
    """{order id: message} of the receipts for those orders, waited for."""
    wanted, found, seen, began = set(ids), {}, set(), time.monotonic()
    while wanted - found.keys():
        assert time.monotonic() - began < patience, f"missing: {sorted(wanted - found.keys())}"
        for path in (stack.run / "mail/new").iterdir():
            if path.name in seen:
                continue
            seen.add(path.name)
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            match = re.match(r"<order-(\d+)-receipt@", message["Message-ID"])
            if match and int(match.group(1)) in wanted:
                found[int(match.group(1))] = message
        time.sleep(0.1)
    return found


def attached(message):
    file, = message.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    return file.get_filename(), file.get_content()


def numbers_have_no_gap(stack):
    count, least, most = stack.rows("SELECT count(*), min(number), max(number) FROM invoices.invoices")[0]
    assert (int(least), int(most)) == (1, int(count))
    assert stack.psql("SELECT last_number FROM invoices.counter") == most


def test_two_hundred_orders_leave_no_gap(stack, start_shop, new_product, day):
    client = start_shop(SHOP_POSTGRES_WAITING_MAX="2000")
    products = [new_product(client, ORDERS, price_cents=1000 + n) for n in range(3)]
    shoppers = [client.registered() for _ in range(16)]
    before = int(stack.psql("SELECT count(*) FROM invoices.invoices"))

    def order(n):
        own = Client(client.base_url, client.contract, shoppers[n % len(shoppers)].token)
        answer = own.order([(products[n % 3], day(1), 1 + n % 2)], key=unique("gap"), timeout=60)
        assert answer.status_code == 201, answer.text
        file = own.get(f"/v1/orders/{answer.json()['id']}/invoice", timeout=60)
        return answer.json(), file

    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        made = list(pool.map(order, range(ORDERS)))
    numbers_have_no_gap(stack)
    assert int(stack.psql("SELECT count(*) FROM invoices.invoices")) == before + ORDERS
    names = {file.headers["Content-Disposition"] for _, file in made}
    assert len(names) == ORDERS, "each order has its own"
    for answer, file in made[:20]:
        assert total_of(file.content) == answer["total_cents"]
    mails = receipts(stack, [answer["id"] for answer, _ in made])
    for answer, file in made:
        name, content = attached(mails[answer["id"]])
        assert content == file.content, "the receipt's invoice is the one that is downloaded"
        assert f'"{name}"' in file.headers["Content-Disposition"]


def test_receipts_of_a_long_night_carry_their_invoices(stack, start_shop, new_product, day):
    """The mail server is away. The next process finds all receipts due at once, with the largest documents there
    are: fifty of them would not fit into the memory of one background round."""
    client = start_shop(SHOP_MAIL_TIMEOUT_MS="1000")
    customer, admin = client.registered(name="Zażółć 日本 ✓ Jaźń"), client.logged_in(*stack.admin())
    characters = [chr(c) for c in (*range(0x100, 0x17F), *range(0x391, 0x3A1), *range(0x410, 0x44F), *range(0x2190, 0x21FF),
                                   *range(0x2200, 0x22FF), *range(0x2500, 0x25FF))]
    product = [new_product(client, 100) for _ in range(10)]
    for place, each in enumerate(product):
        title = "".join(characters[(place * 90 + n) % len(characters)] for n in range(90))
        assert admin.patch(f"/v1/admin/products/{each}", {"title": title}).status_code == 200
    stack.call("stop", "smtp")
    try:
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            orders = list(pool.map(lambda n: customer.order([(each, day(1), 1) for each in product], timeout=60).json(), range(60)))
        client.shop.stop()
    finally:
        stack.call("start", "smtp")
    time.sleep(3.5)  # younger ones are left to the event
    start_shop()
    mails = receipts(stack, [order["id"] for order in orders], 60)
    for order in orders[:5] + orders[-5:]:
        assert total_of(attached(mails[order["id"]])[1]) == order["total_cents"]
    numbers_have_no_gap(stack)


def test_a_document_that_cannot_be_made_does_not_keep_the_receipt(stack, start_shop, new_product, day):
    """Its record is damaged (by hand): the receipt goes without it, the download says that something is wrong."""
    client = start_shop(SHOP_MAIL_TIMEOUT_MS="1000")
    customer, product = client.registered(), new_product(client, 10)
    stack.call("stop", "smtp")
    try:
        order = customer.order([(product, day(1), 1)]).json()
        stack.psql(f"UPDATE invoices.invoices SET facts = '{{}}' WHERE order_id = {order['id']}")
    finally:
        stack.call("start", "smtp")
    message = receipts(stack, [order["id"]])[order["id"]]
    assert not list(message.iter_attachments())
    assert "attached" not in message.get_body().get_content()
    assert customer.get(f"/v1/orders/{order['id']}/invoice").status_code == 500
