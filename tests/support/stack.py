"""A private stack for tests and benchmarks, and shops of their own on it.

The stack (PostgreSQL, mail, payment sandbox, one shop) is the one `make up` uses, in its own folder and on
free ports. Shops with other settings are started here by the test, because it needs their process id,
their memory and their exit code. Everything is ended on exit, by process id.
"""
import atexit
import json
import os
import pathlib
import random
import shlex
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
    `anew`: what an earlier run has left there is removed first. `settings` are for its shop:
    SHOP_PAYMENTS_TIMEOUT_MS="1000"."""

    def __init__(self, run, stage=None, variant=None, size="small", anew=False, **settings):
        self._name(run, stage_named(stage), variant or os.environ.get("VARIANT", "release"))
        self.environment.update(PORTS=os.environ.get("PORTS", "auto"), STAGE=self.stage, VARIANT=self.variant, DATA=size, **settings)
        if anew:
            self.clean()
        atexit.register(self.call, "down")
        self.up()

    @staticmethod
    def path(run):
        return ROOT / run

    @classmethod
    def at(cls, run):
        """What lies under `run`, whether it runs or not: to remove it."""
        self = cls.__new__(cls)
        self._name(run, None, None)
        return self

    @classmethod
    def running(cls, run):
        """The stack that somebody has started under `run`, as it is; it is not ended."""
        self = cls.at(run)
        self._learn()
        self._name(run, self.env["STAGE"], self.env["VARIANT"])
        return self

    def _name(self, run, stage, variant):
        self.stage, self.variant, self.run = stage, variant, ROOT / run
        self.build = ROOT / ".run/build" / (variant or "")
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("SHOP_", "MAKE", "MFLAGS", "STAGE_")) and not name.endswith("_PORT")}
        self.environment["RUN"] = str(self.run)

    def _learn(self):
        self.env = {name: shlex.split(value)[0] if value else "" for name, value in
                    (line.split("=", 1) for line in self.call("env").splitlines() if "=" in line)}

    def up(self, **settings):
        """Starts what does not run, with these settings of the shop from now on; what has not changed goes on."""
        self.environment.update(settings)
        self.call("up")
        self._learn()

    def change_stage(self, to):
        """To the stage beside it, forwards or back, while it goes on."""
        word = "upgrade" if to > self.stage else "downgrade"
        output = self.call(word, self.stage, to)
        self.stage = self.environment["STAGE"] = to
        self._learn()
        return output

    def call(self, *words):
        """infra/local/stack WORDS; its output. Fails with what it said."""
        result = subprocess.run([str(ROOT / "infra/local/stack"), *words], env=self.environment,
                                capture_output=True, text=True, timeout=600)
        if result.returncode != 0:
            raise SystemExit(f"stack {' '.join(words)} failed:\n{result.stdout}\n{result.stderr}")
        return result.stdout

    def clean(self):
        """Stops it, and removes its data."""
        self.environment["YES"] = "1"
        self.call("clean-data")

    def status(self):
        return json.loads(self.call("status", "--json"))

    @property
    def base_url(self):
        return self.status()["base_url"]

    def runs(self, kind):
        """Are there servers of this kind ("worker" for worker-1, worker-2)?"""
        return any(entry["name"].split("-")[0] == kind for entry in self.status()["servers"])

    def pid(self, server):
        return next(entry["pid"] for entry in self.status()["servers"] if entry["name"] == server)

    def accounts(self):
        """[(role, e-mail, password)] as the seed made them."""
        return [tuple(line.split()) for line in (self.run / "secrets/accounts").read_text().splitlines() if line.strip()]

    def admin(self):
        return next((email, password) for role, email, password in self.accounts() if role == "admin")

    def forget_events(self):
        """What has been told so far is about a database that is gone: topics have other names from now on."""
        times = self.run / f"kafka/{self.env['DATA']}.times"
        times.write_text(str(int(times.read_text() if times.exists() else 0) + 1))
        self._learn()

    # --- the payment sandbox

    @property
    def provider_url(self):
        return self.env["SANDBOX_URL"]

    def set_provider(self, **settings):
        request = urllib.request.Request(self.provider_url + "/v1/settings", data=json.dumps(settings).encode(),
                                         method="PUT", headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()

    def ledger_entries(self):
        """Every entry the provider has ever written, page by page."""
        after = 0
        while True:
            with urllib.request.urlopen(f"{self.provider_url}/v1/ledger?after={after}&limit=1000", timeout=10) as answer:
                page = json.load(answer)["items"]
            if not page:
                return
            yield from page
            after = page[-1]["seq"]

    def ledger(self):
        return list(self.ledger_entries())

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
        url = urlparse(pathlib.Path(self.env["POSTGRES_URL_FILE"]).read_text().strip())
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
    """Another shop on a stack's servers, with settings of its own: Shop(stack, SHOP_MAIL_SMTP_URL=""). Where workers settle
    the orders it brings one with the same settings, and the stack's own make way for it."""

    def __init__(self, stack, program="shop", **settings):
        environment = dict(os.environ, **stack.env)
        environment.update(SHOP_POSTGRES_MIGRATE="false", **settings)
        path = stack.build / "stages" / stack.stage / program
        command = [str(path), "--config", stack.env["STAGE_CONFIG"]]

        def start(make, **more):
            port = free_port()
            return make(command, port, dict(environment, SHOP_HTTP_PORT=str(port), **more), "/readyz", stack.run / "logs")
        self.worker = None
        if stack.runs("worker"):
            stack.call("stop", "worker")
            self.worker = start(Program, SHOP_PROCESS_ROLE="worker")
        start(super().__init__)

    def kill(self):
        """kill -9, of all that settles its orders, too."""
        for program in filter(None, (self, self.worker)):
            program.process.kill()
        for program in filter(None, (self, self.worker)):
            program.process.wait()

    def stop(self, patience=40):
        code = super().stop(patience)
        return code or (self.worker.stop(patience) if self.worker else 0)


def free_port():
    """Nobody's, and below the ranges that outgoing connections and the stacks' own servers take theirs from; each lane of
    tests/run has its own here as well: another suite must not come between the look and the use."""
    ports = os.environ.get("PORTS", "auto")
    first, last = (19000, 24999) if ports == "auto" else (int(port) - 6000 for port in ports.split("-"))
    while True:
        port = random.SystemRandom().randint(first, last)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
