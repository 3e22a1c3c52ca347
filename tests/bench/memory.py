"""Resident memory of the shop (VmRSS) in three situations, and how long it takes to start."""
import os
import socket
import subprocess
import time

from bench import HERE
from stack import Shop
from throughput import visible_products


def busy(bench):
    values, environment = [], dict(os.environ, PRODUCTS=str(visible_products(bench.small)))
    for index in range(bench.runs):
        bench.step(index)
        shop = Shop(bench.small)
        bench.wrk(shop.url, 1000, "product.lua", 2, environment)
        load = subprocess.Popen(["wrk", "-t1", "-c1000", "-d3s", "-s", str(HERE / "product.lua"), shop.url],
                                env=environment, stdout=subprocess.DEVNULL)
        time.sleep(2)
        values.append(shop.rss_megabytes())
        load.wait(30)
        shop.stop()
    bench.results.add("RSS with 1,000 busy connections", values, "MB", at_most=40)


def idle(bench):
    values = []
    for index in range(bench.runs):
        bench.step(index)
        shop, connections = Shop(bench.small), []
        for _ in range(10000):
            connection = socket.create_connection(("127.0.0.1", shop.port), timeout=5)
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n")
            connections.append(connection)
            if len(connections) % 100 == 0:
                for waiting in connections[-100:]:
                    if b"200" not in waiting.recv(1024):
                        raise SystemExit("an idle connection was not answered")
        values.append(shop.rss_megabytes())
        for connection in connections:
            connection.close()
        shop.stop()
    bench.results.add("RSS with 10,000 idle keep-alive connections", values, "MB", at_most=150)


def start(bench):
    values, runs = [], max(bench.runs, 5)
    for index in range(runs):
        bench.progress.step(index, runs, f"run {index + 1} of {runs}")
        shop = Shop(bench.small)
        values.append(shop.seconds_to_ready * 1000)
        shop.stop()
    bench.results.add("start to ready, nothing to migrate", values, "ms", at_most=150)
