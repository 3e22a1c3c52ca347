"""What no workload shows: nginx beside the shop, a crowd at a cold page, and who is told an old price."""
import concurrent.futures
import http.client
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from urllib.parse import urlparse

from measurement import Measurement

CONFIGURATION = """
worker_processes 2; daemon off; pid {home}/pid; error_log {home}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4; scgi_temp_path {home}/t5;
  server {{ listen 127.0.0.1:{port}; root {home}/www; }}
}}
"""


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


def admin(side):
    """(a function that changes a product's price and waits until that is acknowledged)"""
    email, password = side.stack.admin()
    body = json.dumps({"email": email, "password": password}).encode()
    request = urllib.request.Request(side.url + "/v1/sessions", body, {"Content-Type": "application/json"})
    token = json.load(urllib.request.urlopen(request, timeout=30))["token"]

    def change(product, cents):
        request = urllib.request.Request(f"{side.url}/v1/admin/products/{product}", json.dumps({"price_cents": cents}).encode(),
                                         {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}, method="PATCH")
        urllib.request.urlopen(request, timeout=30).read()
    return change


def an_active_product(side):
    return int(side.stack.psql("SELECT min(id) FROM catalog.products WHERE active"))


def nginx(proof):
    """The shop and nginx in turn, as many requests as each can answer, from the same generator."""
    home = pathlib.Path(proof.after.stack.run) / "proof-nginx"
    shutil.rmtree(home, ignore_errors=True)
    (home / "www/v1").mkdir(parents=True)
    (home / "www/v1/home").write_bytes(fetch(proof.after.url + "/v1/home"))
    for path in [home, *home.rglob("*")]:
        path.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home / "nginx.conf").write_text(("user root;" if pathlib.Path("/root").owner() == "root" else "") + CONFIGURATION.format(home=home, port=port))
    server = subprocess.Popen([shutil.which("nginx", path="/usr/sbin:/usr/bin:/bin"), "-c", str(home / "nginx.conf")])
    try:
        url = f"http://127.0.0.1:{port}"
        while True:
            try:
                fetch(url + "/v1/home")
                break
            except OSError:
                time.sleep(0.05)
        mix = "tests/load/mixes/home.yaml"
        for index in range(proof.runs):
            proof.step(index, "the shop, then nginx")
            for series, place in (("after", proof.after.url), ("nginx", url)):
                sample = proof.load(place, mix=mix, saturate=64, seconds=1 if proof.quick else 5)
                proof.add("nginx.requests_per_s", series, sample.result["responses"] / sample.result["seconds"])
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


def crowd(proof):
    """A change makes the page cold; then five hundred connections ask for it at the same time."""
    side = proof.after
    change, product = admin(side), an_active_product(side)
    place = urlparse(side.url)
    for index in range(proof.runs):
        proof.step(index, "500 at a cold home page")
        change(product, 5000 + index)
        time.sleep(1.2)  # the counters are brought up to date once a second
        before = side.counters()["shop_cache_computations_total"]
        members = [socket.create_connection((place.hostname, place.port), 30) for _ in range(500)]
        for member in members:
            member.sendall(b"GET /v1/home HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(read_all, members))
        if not all(answer.startswith(b"HTTP/1.1 200 ") for answer in answers):
            raise SystemExit("not all of the crowd were answered")
        time.sleep(1.2)
        proof.add("crowd.computations", "after", side.counters()["shop_cache_computations_total"] - before)


def read_all(connection):
    with connection, connection.makefile("rb") as file:
        return file.read()


class Checkers:
    """Connections that read a price again and again and hold it against what had been acknowledged before they asked."""

    def __init__(self, side, product):
        self.place, self.product = urlparse(side.url), product
        self.acknowledged = 0
        self.checked = self.stale = 0
        self.over = False
        self.lock = threading.Lock()

    def read(self):
        connection = http.client.HTTPConnection(self.place.hostname, self.place.port, timeout=30)
        checked = stale = 0
        while not self.over:
            at_least = self.acknowledged
            connection.request("GET", f"/v1/products/{self.product}")
            answer = connection.getresponse()
            price = json.loads(answer.read())["price_cents"]
            checked += at_least > 0
            stale += price < at_least
            if checked % 100 == 0:
                with self.lock:
                    self.checked, self.stale = self.checked + checked, self.stale + stale
                checked = stale = 0
        with self.lock:
            self.checked, self.stale = self.checked + checked, self.stale + stale


def stale(proof):
    """One changes a price, up and up; sixteen connections, on all loops, read it."""
    wanted = 2500 if proof.quick else 102000
    checkers = Checkers(proof.after, an_active_product(proof.after))
    change = admin(proof.after)
    threads = [threading.Thread(target=checkers.read, daemon=True) for _ in range(16)]
    for thread in threads:
        thread.start()
    cents, until = 0, time.monotonic() + 600
    while checkers.checked < wanted and time.monotonic() < until:
        cents += 1
        change(checkers.product, cents)
        checkers.acknowledged = cents
        proof.step(0, f"{checkers.checked} reads, {cents} changes")
    checkers.over = True
    for thread in threads:
        thread.join(30)
    proof.add("stale.checked", "after", checkers.checked)
    proof.add("stale.reads", "after", checkers.stale)


def change_of_price(proof):
    """How long an administrator waits."""
    products = {side.name: an_active_product(side) for side in proof.sides}
    changes = {side.name: admin(side) for side in proof.sides}
    for index in range(proof.runs):
        proof.step(index)
        for side in proof.sides:
            began = time.monotonic()
            for cents in range(10):
                changes[side.name](products[side.name], 4000 + cents)
            proof.add("change.milliseconds", side.name, (time.monotonic() - began) * 100)


def hit_rate(sample):
    found = {name: sample.counters.get(f"shop_cache_{name}_total", 0) for name in ("near_hits", "shared_hits", "joined", "misses")}
    total = sum(found.values())
    return 1 - found["misses"] / total if total else 0


MEASUREMENTS = {
    "nginx": Measurement(nginx, seconds=70, quick=15),
    "crowd": Measurement(crowd, seconds=20, quick=10),
    "stale": Measurement(stale, seconds=120, quick=10),
    "change": Measurement(change_of_price, seconds=10, quick=5),
}
QUANTITIES = {"hit_rate": hit_rate}
UNITS = {"milliseconds": "ms", "checked": "", "reads": "", "computations": "", "hit_rate": ""}
