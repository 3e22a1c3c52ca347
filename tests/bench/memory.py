"""Resident memory of the shop (VmRSS): busy, idle, streaming, stalled; and how long it takes to start."""
import datetime
import http.client
import os
import socket
import subprocess
import time

import accounts
from bench import HERE
from books import books_at_rest
from peak import Peak
from stack import Shop
from throughput import visible_products
from wire import request


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


def export_path():
    """All sales of the last ten years, one line each."""
    last = datetime.datetime.now(datetime.timezone.utc).date()
    return f"/v1/admin/reports/sales.csv?from={last - datetime.timedelta(days=3600)}&to={last}"


def download(shop, path, token, slowly_seconds, on_bytes):
    """Reads an answer to its end and keeps none of it: (lines, bytes). Slowly at first: whoever makes more than
    is taken has to put it somewhere."""
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer, lines, size, began = connection.getresponse(), 0, 0, time.monotonic()
    if answer.status != 200:
        raise SystemExit(f"GET {path}: {answer.status} {answer.read()[:300].decode(errors='replace')}")
    while data := answer.read1(4 << 10 if time.monotonic() - began < slowly_seconds else 1 << 20):
        lines, size = lines + data.count(b"\n"), size + len(data)
        on_bytes(size)
        if time.monotonic() - began < slowly_seconds:
            time.sleep(0.02)
    connection.close()
    return lines, size


def streaming(bench):
    """The whole sales report of the large data set, to a client that is slow for a while and then is not."""
    stack = bench.large
    gained, sizes, seconds = [], [], []
    runs = 1 if bench.quick else min(bench.runs, 3)
    for index in range(runs):
        shop = Shop(stack)
        token = accounts.log_in(shop.url, *stack.admin())
        books_at_rest(stack)
        sales = int(stack.psql("SELECT count(*) FROM reports.sales"))
        began = time.monotonic()
        with Peak(shop) as peak:
            lines, size = download(shop, export_path(), token, 3, lambda done: bench.progress.step(
                index, runs, f"run {index + 1} of {runs}, {done >> 20} MB"))
        seconds.append(round(time.monotonic() - began, 1))
        if lines != sales + 1:
            raise SystemExit(f"the report has {lines} lines with its header, the table {sales} sales")
        gained.append(peak.gained())
        sizes.append(size >> 20)
        shop.stop()
    bench.results.add(f"RSS gained while {sales:,} sales stream as CSV", gained, "MB", at_most=8,
                      seconds=seconds, csv_megabytes=sizes)


READERS = 300


def stalled(bench):
    """Many readers of that report who take the first bytes and no more: what each of them costs the shop."""
    stack = bench.large
    each, runs = [], 1 if bench.quick else min(bench.runs, 3)
    for index in range(runs):
        bench.progress.step(index, runs, f"run {index + 1} of {runs}")
        shop = Shop(stack)
        wanted = request("GET", export_path(), token=accounts.log_in(shop.url, *stack.admin()))
        before, connections = shop.rss_megabytes(), [socket.socket() for _ in range(READERS)]
        for connection in connections:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 << 10)
            connection.settimeout(60)
            connection.connect(("127.0.0.1", shop.port))
            connection.sendall(wanted)
        for connection in connections:
            if b" 200 " not in connection.recv(20):
                raise SystemExit("a reader of the report was not answered")
        time.sleep(2)  # all that is made before they would have to read on
        each.append((shop.rss_megabytes() - before) * 1024 / READERS)
        for connection in connections:
            connection.close()
        shop.stop()
    bench.results.add(f"RSS for each of {READERS} readers of the CSV who stall", each, "KB", at_most=250)
