"""SIGTERM: readiness fails, running requests are answered, the exit code is 0."""
import threading
import time

from client import Client


def test_no_request_is_cut(stack, start_shop, new_product, day):
    client = start_shop(SHOP_PROCESS_DRAIN_DELAY_MS="500")
    customer, product = client.registered(), new_product(client, 100)
    stack.set_provider(latency_ms=1500)
    outcome, stop = [], threading.Event()

    def order():
        own = Client(client.base_url, client.contract, customer.token)
        outcome.append(own.order([(product, day(1), 1)], wait=0).status_code)

    def browse():
        import requests
        while not stop.is_set():
            try:
                outcome.append(Client(client.base_url, client.contract).get("/v1/categories").status_code)
            except requests.exceptions.ConnectionError as error:
                # refused is fine: the port is closed; reset in the middle of a request is not
                if "refused" not in str(error).lower():
                    outcome.append(str(error))
                return

    threads = [threading.Thread(target=order) for _ in range(10)] + [threading.Thread(target=browse) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.4)
    client.shop.terminate()
    time.sleep(0.2)
    assert client.get("/readyz").status_code == 503, "not ready while it waits for the balancer to notice"
    for thread in threads[:10]:
        thread.join(20)
    stop.set()
    for thread in threads[10:]:
        thread.join(20)
    assert client.shop.stop() == 0
    assert outcome.count(201) + outcome.count(202) == 10, outcome
    assert set(outcome) <= {200, 201, 202}, outcome
