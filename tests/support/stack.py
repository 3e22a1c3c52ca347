"""A private stack for tests and benchmarks, and shops of their own on it.

The stack (PostgreSQL, mail, payment sandbox, one shop) is the one `make up` uses, in its own folder and on
free ports. Shops with other settings are started here by the test, because it needs their process id,
their memory and their exit code. Everything is ended on exit, by process id.
"""
import atexit
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from urllib.parse import urlparse

from stage import stage_named

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Stack:
    """Servers under `run`, migrated and seeded (unless it has data already) with the data set of that size.
    `settings` are for its shop: SHOP_PAYMENTS_TIMEOUT_MS="1000"."""

    def __init__(self, run, stage=None, variant=None, size="small", **settings):
        self.stage = stage_named(stage)
        self.variant = variant or os.environ.get("VARIANT", "release")
        self.build = ROOT / ".run/build" / self.variant
        self.run = ROOT / run
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("SHOP_", "MAKE", "MFLAGS", "STAGE_")) and not name.endswith("_PORT")}
        self.environment.update(RUN=str(self.run), PORTS="auto", STAGE=self.stage, VARIANT=self.variant, DATA=size, **settings)
        atexit.register(self.call, "down")
        self.call("up")
        self.env = dict(line.split("=", 1) for line in self.call("env").splitlines() if "=" in line)

    def call(self, *words):
        """infra/local/stack WORDS; its output. Fails with what it said."""
        result = subprocess.run([str(ROOT / "infra/local/stack"), *words], env=self.environment,
                                capture_output=True, text=True, timeout=600)
        if result.returncode != 0:
            raise SystemExit(f"stack {' '.join(words)} failed:\n{result.stdout}\n{result.stderr}")
        return result.stdout

    def status(self):
        return json.loads(self.call("status", "--json"))

    @property
    def base_url(self):
        return self.status()["base_url"]

    def pid(self, server):
        return next(entry["pid"] for entry in self.status()["servers"] if entry["name"] == server)

    def accounts(self):
        """[(role, e-mail, password)] as the seed made them."""
        return [tuple(line.split()) for line in (self.run / "secrets/accounts").read_text().splitlines() if line.strip()]

    def admin(self):
        return next((email, password) for role, email, password in self.accounts() if role == "admin")

    # --- the payment sandbox

    @property
    def provider_url(self):
        return self.env["SHOP_PAYMENTS_PROVIDER_URL"]

    def set_provider(self, **settings):
        request = urllib.request.Request(self.provider_url + "/v1/settings", data=json.dumps(settings).encode(),
                                         method="PUT", headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()

    def ledger(self):
        """Every entry the provider has ever written."""
        entries, after = [], 0
        while True:
            with urllib.request.urlopen(f"{self.provider_url}/v1/ledger?after={after}", timeout=10) as answer:
                page = json.load(answer)["items"]
            if not page:
                return entries
            entries += page
            after = page[-1]["seq"]

    def mails(self):
        """{Message-ID: how many times} in the Maildir."""
        found = {}
        for path in (self.run / "mail/new").iterdir():
            for line in path.read_text(errors="replace").splitlines():
                if line.lower().startswith("message-id:"):
                    name = line.split(":", 1)[1].strip().strip("<>").split("@")[0]
                    found[name] = found.get(name, 0) + 1
                    break
        return found

    # --- PostgreSQL

    def pg_environment(self):
        """libpq's variables, so that no password stands in an argument list."""
        url = urlparse(pathlib.Path(self.env["SHOP_POSTGRES_URL_FILE"]).read_text().strip())
        return {"PGHOST": url.hostname, "PGPORT": str(url.port), "PGUSER": url.username,
                "PGPASSWORD": url.password, "PGDATABASE": url.path.lstrip("/")}

    def psql(self, sql):
        """A statement's answer as text: rows by line, columns by |."""
        result = subprocess.run(["psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql],
                                env=dict(os.environ, **self.pg_environment()), capture_output=True, text=True, timeout=60)
        if result.returncode != 0:
            raise SystemExit(f"psql failed: {result.stderr}")
        return result.stdout.strip()

    def rows(self, sql):
        return [line.split("|") for line in self.psql(sql).splitlines()]


class Program:
    """A process with a port; ended with the test."""

    def __init__(self, command, port, environment=None, ready="/healthz", log=ROOT / ".run", cwd=ROOT):
        self.port = port
        self.terminated = False
        self.url = f"http://127.0.0.1:{port}"
        self.log = pathlib.Path(log) / f"program-{port}.log"
        began = time.monotonic()
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(command, env=environment, cwd=cwd, stdout=output, stderr=output)
        atexit.register(self.stop)
        self.seconds_to_ready = self._wait(ready, began)

    def _wait(self, path, began):
        while time.monotonic() - began < 30:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.process.args[0]} ended at start; see {self.log}")
            try:
                with urllib.request.urlopen(self.url + path, timeout=2) as answer:
                    if answer.status == 200:
                        return time.monotonic() - began
            except OSError:
                time.sleep(0.002)
        raise SystemExit(f"{self.process.args[0]} was not ready in 30 s; see {self.log}")

    def rss_megabytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def terminate(self):
        """SIGTERM, once: a second one would end a draining shop at once."""
        if self.process.poll() is None and not self.terminated:
            self.terminated = True
            self.process.send_signal(signal.SIGTERM)

    def stop(self, patience=40):
        """SIGTERM unless it has had it, and the exit code."""
        self.terminate()
        if self.process.poll() is None:
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        return self.process.returncode


class Shop(Program):
    """Another shop on a stack's servers, with settings of its own: Shop(stack, SHOP_MAIL_SMTP_URL="")."""

    def __init__(self, stack, program="shop", **settings):
        port = free_port()
        environment = dict(os.environ, **stack.env)
        environment.update(SHOP_HTTP_PORT=str(port), SHOP_POSTGRES_MIGRATE="false")
        environment.update(settings)
        path = stack.build / "stages" / stack.stage / program
        super().__init__([str(path), "--config", stack.env["STAGE_CONFIG"]], port, environment, "/readyz",
                         stack.run / "logs")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
