"""What a benchmark runs against: a private stack of servers, and shops started by the benchmark itself.

The stack (PostgreSQL, mail, payment sandbox) is the one `make up` uses, in its own folder and on free
ports. Shops are started here, not by the stack, because a benchmark needs their process id, their memory,
and other settings for each row of the table. Everything is ended on exit, by process id.
"""
import atexit
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / ".run/build/release"


class Stack:
    """PostgreSQL, mail and the sandbox under `run`, with the small data set."""

    def __init__(self, run, stage):
        self.stage = stage
        self.run = ROOT / run
        self.environment = dict(os.environ, RUN=str(self.run), PORTS="auto", STAGE=stage)
        self._call("up")
        atexit.register(self._call, "down")
        self.env = dict(line.split("=", 1) for line in self._call("env").splitlines() if "=" in line)

    def _call(self, verb):
        result = subprocess.run([str(ROOT / "infra/local/stack"), verb], env=self.environment,
                                capture_output=True, text=True, timeout=600)
        if result.returncode != 0:
            raise SystemExit(f"stack {verb} failed:\n{result.stdout}\n{result.stderr}")
        return result.stdout

    def set_provider(self, **settings):
        request = urllib.request.Request(self.env["SHOP_PAYMENTS_PROVIDER_URL"] + "/v1/settings",
                                         data=json.dumps(settings).encode(), method="PUT",
                                         headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()

    def postgres_url(self):
        return pathlib.Path(self.env["SHOP_POSTGRES_URL_FILE"]).read_text().strip()

    def psql(self, sql):
        """One statement's answer as text."""
        result = subprocess.run(["psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql],
                                env=dict(os.environ, **self.pg_environment()), capture_output=True, text=True, timeout=60)
        if result.returncode != 0:
            raise SystemExit(f"psql failed: {result.stderr}")
        return result.stdout.strip()

    def pg_environment(self):
        """libpq's variables, so that no password stands in an argument list."""
        from urllib.parse import urlparse
        url = urlparse(self.postgres_url())
        return {"PGHOST": url.hostname, "PGPORT": str(url.port), "PGUSER": url.username,
                "PGPASSWORD": url.password, "PGDATABASE": url.path.lstrip("/")}


class Program:
    """A process with a port; ended with the benchmark."""

    def __init__(self, command, port, environment=None, ready="/healthz"):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = open(ROOT / ".run" / f"bench-{port}.log", "wb")
        began = time.monotonic()
        self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=self.log, stderr=self.log)
        atexit.register(self.stop)
        self.seconds_to_ready = self._wait(ready, began)

    def _wait(self, path, began):
        while time.monotonic() - began < 20:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.process.args[0]} ended at start; see {self.log.name}")
            try:
                with urllib.request.urlopen(self.url + path, timeout=2) as answer:
                    if answer.status == 200:
                        return time.monotonic() - began
            except OSError:
                time.sleep(0.002)
        raise SystemExit(f"{self.process.args[0]} was not ready in 20 s; see {self.log.name}")

    def rss_megabytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmRSS")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Shop(Program):
    def __init__(self, stack, **settings):
        port = free_port()
        environment = dict(os.environ, **stack.env, SHOP_HTTP_PORT=str(port), SHOP_LOG_LEVEL="info", **settings)
        program = BUILD / "stages" / stack.stage / "shop"
        super().__init__([str(program), "--config", f"stages/{stack.stage}/config.yaml"], port, environment, "/readyz")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
