"""Requests per second, each as a ratio: we and somebody else in turn, so that a machine whose speed drifts
moves both. Somebody else is the database alone (pgbench, the same statements), the bare HTTP library, or a peer
from peers/.
"""
import os
import re

import accounts
import peers
import pgbench
from bench import HERE
from books import books_at_rest
from stack import Program, Shop, free_port


def visible_products(stack):
    """How many products there are, all shown: product.lua draws evenly from them, and a hidden one is a 404."""
    stack.psql("UPDATE catalog.products SET active = true WHERE NOT active")
    return int(stack.psql("SELECT count(*) FROM catalog.products"))


def product_by_id(bench):
    stack = bench.small
    products = visible_products(stack)
    shop, environment = Shop(stack), {"PRODUCTS": str(products)}
    books_at_rest(stack)
    ours, theirs = [], []
    bench.wrk(shop.url, 64, "product.lua", 1, environment)
    for index in range(bench.runs):
        bench.step(index)
        ours.append(bench.rate(shop.url, 64, "product.lua", environment=environment))
        theirs.append(pgbench.rate(stack, HERE / "product.pgbench", 64, bench.seconds, {"products": products}))
    shop.stop()
    bench.results.add("product by id, 64 connections / pgbench", [a / b for a, b in zip(ours, theirs)], "×", at_least=1.3,
                      shop_per_second=ours, pgbench_per_second=theirs)


def healthz(bench):
    shop, port = Shop(bench.small), free_port()
    hello = Program([str(bench.small.build / "tests/bench/hello"), str(port), str(peers.loops(bench.small))],
                    port, ready="/", log=bench.small.run / "logs")
    books_at_rest(bench.small)
    ours, theirs = [], []
    bench.wrk(shop.url + "/healthz", 64, None, 1)
    for index in range(bench.runs):
        bench.step(index)
        ours.append(bench.rate(shop.url + "/healthz", 64))
        theirs.append(bench.rate(hello.url + "/", 64))
    shop.stop()
    hello.stop()
    bench.results.add("/healthz, 64 connections / bare libmicrohttpd", [a / b for a, b in zip(ours, theirs)], "×",
                      at_least=0.85, shop_per_second=ours, hello_per_second=theirs)


def table_sizes(stack):
    """{table: rows} of everything an order adds rows to. (A day's row is added once and then updated.)"""
    return {name: int(rows) for name, rows in stack.rows("""
        SELECT schemaname || '.' || relname,
               (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', schemaname, relname),
                                                    false, true, '')))[1]
        FROM pg_stat_user_tables
        WHERE schemaname NOT IN ('users', 'seed') AND relname <> 'days' ORDER BY 1""")}


def same_work(before, between, after):
    """order.pgbench must write what the shop writes: else it is out of date, and the ratio says nothing."""
    ours = {table: between[table] - before[table] for table in before}
    theirs = {table: after[table] - between[table] for table in before}
    for table in before:
        mine, his = ours[table] / ours["orders.orders"], theirs[table] / theirs["orders.orders"]
        if abs(mine - his) > 0.1:
            raise SystemExit(f"per order the shop adds {mine:.2f} rows to {table} and order.pgbench {his:.2f}: "
                             "bring order.pgbench up to date")


def orders(bench):
    stack, clients = bench.small, 32
    stack.set_provider(latency_ms=0)
    shop = Shop(stack, SHOP_MAIL_SMTP_URL="", SHOP_POSTGRES_EXCLUSIVE_CONNECTIONS="32")
    visible_products(stack)
    setting = accounts.prepare(stack, shop.url, clients)
    books_at_rest(stack)
    ours, theirs = [], []
    for index in range(bench.runs):
        bench.step(index)
        before = table_sizes(stack)
        output = bench.wrk(shop.url, clients, "order.lua", refusals=True,
                           environment=dict(setting, RUN_ID=f"bench-{os.getpid()}-{index}"))
        good, bad, seconds = re.search(r"CONFIRMED (\d+) OTHER (\d+) SECONDS ([\d.]+)", output).groups()
        if int(bad) > int(good) // 100:
            raise SystemExit(f"{bad} of {int(good) + int(bad)} orders were not confirmed; the benchmark would flatter nobody")
        ours.append(int(good) / float(seconds))
        between = table_sizes(stack)
        theirs.append(pgbench.rate(stack, HERE / "order.pgbench", clients, bench.seconds,
                                   {"products": setting["PRODUCTS"], "user": setting["USERS"]}))
        same_work(before, between, table_sizes(stack))
    shop.stop()
    stack.set_provider(latency_ms=120)
    bench.results.add("orders committed, 32 clients / pgbench", [a / b for a, b in zip(ours, theirs)], "×", at_least=0.7,
                      shop_per_second=ours, pgbench_per_second=theirs)


def against_peers(bench):
    """Each page of peers.PAGES, on the shop and on every peer, with the same database, cores and processes."""
    stack = bench.small
    products = visible_products(stack)
    for peer in peers.found():
        version = peer.install(bench.progress.say)
        shop = Shop(stack)
        other = peer.start(stack, processes=peers.loops(stack))
        peers.same_answers(shop.url, other.url, products)
        for page, (title, path, script) in peers.PAGES.items():
            ours, theirs = [], []
            for url in (shop.url, other.url):
                bench.wrk(url + path, 64, script, 1, {"PRODUCTS": str(products)})
            for index in range(bench.runs):
                bench.step(index, f"{peer.title}, {page}, run {index + 1} of {bench.runs}")
                ours.append(bench.rate(shop.url + path, 64, script, environment={"PRODUCTS": str(products)}))
                theirs.append(bench.rate(other.url + path, 64, script, environment={"PRODUCTS": str(products)}))
            bench.results.add(f"{title} / {peer.title}", [a / b for a, b in zip(ours, theirs)], "×",
                              at_least=peer.at_least.get(page), shop_per_second=ours, peer_per_second=theirs, peer=version)
        shop.stop()
        other.stop()
