"""A stage on this container host, seen from outside: its containers; shoppers who come in by its door; and what the auditor
asks of a stack, answered by the containers' own addresses."""
import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.request

from conftest import PORT, ROOT
from engine import docker

sys.path[:0] = [str(ROOT / "tests" / folder) for folder in ("audit", "support", "faults")]
sys.path.insert(0, str(ROOT / "infra/make"))
import underway  # noqa: E402
from audit import audit, database  # noqa: E402
from client import Client  # noqa: E402
from ledger import Ledger  # noqa: E402
from openapi import Contract  # noqa: E402
from shoppers import Shoppers  # noqa: E402
from stack import Stack  # noqa: E402
from stages import stage as stage_facts  # noqa: E402

LABEL = "com.docker.compose"


def containers(stage, service=None):
    """Names, sorted: of all, or of one service."""
    labels = [f"label={LABEL}.project=stagecraft-{stage[:2]}"] + ([f"label={LABEL}.service={service}"] if service else [])
    return sorted(docker("ps", "-a", *(word for label in labels for word in ("--filter", label)), "--format", "{{.Names}}").stdout.split())


def facts(container):
    return json.loads(docker("inspect", container).stdout)[0]


def services(stage):
    return {facts(name)["Config"]["Labels"][f"{LABEL}.service"] for name in containers(stage)}


def admin_of(secrets):
    """(email, password) of those in a folder of secrets."""
    accounts = {role: (email, password) for role, email, password in map(str.split, (secrets / "accounts").read_text().splitlines())}
    return accounts["admin"]


def passes_the_contract_suite(stage, url, admin):
    """But for the tests of the sandbox, which nobody can reach from outside."""
    environment = dict(os.environ, STAGE=stage, BASE_URL=url, ADMIN_EMAIL=admin[0], ADMIN_PASSWORD=admin[1])
    result = subprocess.run(["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", "tests/contract",
                             "--ignore=tests/contract/test_sandbox.py", "--deselect", "tests/contract/test_zz_coverage.py"],
                            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    assert result.returncode == 0, result.stdout[-6000:]


class Deployed:
    """What tests/audit wants of a stack, of a deployed one."""

    def __init__(self, stage):
        self.stage, self.url = stage, f"http://127.0.0.1:{PORT}"
        self.run = ROOT / f".run/deploy/{stage}"
        self.env = {"STAGE_CONFIG": stage_facts(stage).config[0], "DATA": "small"}  # mail is off

    def secret(self, name):
        return (self.run / "secrets" / name).read_text().strip()

    def admin(self):
        return admin_of(self.run / "secrets")

    def address(self, service):
        (network,) = facts(containers(self.stage, service)[0])["NetworkSettings"]["Networks"].values()
        return network["IPAddress"]

    def pg_environment(self):
        return {"PGHOST": self.address("postgres"), "PGPORT": "5432", "PGUSER": "shop", "PGDATABASE": "shop",
                "PGPASSWORD": self.secret("postgres-password")}

    @property
    def provider_url(self):
        return f"http://{self.address('sandbox')}:8090"

    ledger_entries = Stack.ledger_entries

    @contextlib.contextmanager
    def shoppers(self, told, count=4):
        anyone = Client(self.url, Contract())
        tokens = [anyone.registered().token for _ in range(count)]
        products = [item["id"] for item in anyone.get("/v1/products").json()["items"]]
        today = datetime.datetime.now(datetime.timezone.utc).date()
        days = [(today + datetime.timedelta(days=n)).isoformat() for n in range(1, 30)]
        ledger = Ledger(told)
        with Shoppers(lambda: self.url, ledger, tokens, products, days, count, pause=0.05) as crowd:
            yield crowd
        ledger.close()

    @contextlib.contextmanager
    def asking(self, path, answers, seconds=0.02):
        """Asks for one thing again and again, and notes each status (or what went wrong)."""
        done = threading.Event()

        def ask():
            while not done.is_set():
                try:
                    with urllib.request.urlopen(self.url + path, timeout=20) as answer:
                        answers.append(answer.status)
                except OSError as problem:
                    answers.append(getattr(problem, "code", repr(problem)))
                time.sleep(seconds)
        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join(30)

    def audit(self, told, seconds=60):
        """The auditor's report, when nothing is under way any more but receipts, which nobody sends here."""
        until = time.monotonic() + seconds
        with database(self) as cursor:
            while underway.under_way(cursor).keys() - {"receipts"} and time.monotonic() < until:
                time.sleep(0.5)
        return audit(self, [told])
