"""Peers: the same two pages written by somebody else, with other means, on the same database.

A peer is a folder of peers/ with a peer.json:

    name            as the table shows it
    install         command that fetches its libraries, run in a copy of the folder under .run/peers
    installed_from  files; the command is run again when one of them has changed
    start           command that serves
    ready           path that answers 200 when it does
    version         command that prints what is being measured
    at_least        bars: {page: ratio}; pages without one are only reported

It is given PORT, PROCESSES (how many it may run: the shop's loops), POOL (connections), libpq's variables, CURRENCY, and
STATEMENTS: a file with the shop's own SQL by name, so that both ask the database the same. Before anything is
measured, its answers must equal the shop's.
"""
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess

import pgbench
import yaml
from stack import ROOT, Program, free_port
from wire import Wire, request

FOLDER = pathlib.Path(__file__).resolve().parent / "peers"
INSTALLED = ROOT / ".run/peers"
# the distribution's programs, whatever else this machine has in its PATH
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8",
               "NODE_ENV": "production", "npm_config_cache": str(INSTALLED / "cache")}

# page: (title of the row, path, script for wrk)
PAGES = {"product": ("product by id, 64 connections", "", "product.lua"),
         "home": ("home page, 64 connections", "/v1/home", None)}


class Peer:
    def __init__(self, folder):
        manifest = json.loads((folder / "peer.json").read_text())
        self.folder, self.title = folder, manifest["name"]
        self.home = INSTALLED / folder.name
        self.manifest, self.at_least = manifest, manifest.get("at_least", {})

    def install(self, say=print):
        """A copy with its libraries; what is installed is left alone. Answers its version."""
        self.home.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            shutil.copy(path, self.home / path.name)
        digest = hashlib.sha256()
        for name in self.manifest["installed_from"]:
            digest.update((self.folder / name).read_bytes())
        stamp = self.home / "installed"
        if not stamp.exists() or stamp.read_text() != digest.hexdigest():
            say(f"  (installing {self.title})")
            self._run("install", 600)
            stamp.write_text(digest.hexdigest())
        return self._run("version", 30).strip()

    def _environment(self):
        # npm's settings (a proxy, a mirror) are the machine's own business and are passed on
        return dict(ENVIRONMENT, **{name: value for name, value in os.environ.items()
                                    if name.lower().startswith("npm_config_") or name.lower().endswith("_proxy")})

    def _run(self, what, seconds):
        try:
            result = subprocess.run(self.manifest[what], cwd=self.home, env=self._environment(), text=True,
                                    stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds)
        except (OSError, subprocess.TimeoutExpired) as why:
            raise SystemExit(f"{self.title}: {what} failed: {why}") from why
        if result.returncode != 0:
            raise SystemExit(f"{self.title}: {what} failed:\n{result.stdout}{result.stderr}")
        return result.stdout

    def start(self, stack, processes):
        statements = INSTALLED / "statements.json"
        statements.write_text(json.dumps(pgbench.statements(stack.stage)))
        port = free_port()
        environment = dict(self._environment(), **stack.pg_environment(), PORT=str(port), PROCESSES=str(processes),
                           POOL="16", STATEMENTS=str(statements), CURRENCY="EUR")
        return Program(self.manifest["start"], port, environment, self.manifest["ready"],
                       stack.run / "logs", cwd=self.home)


def found():
    return [Peer(path.parent) for path in sorted(FOLDER.glob("*/peer.json"))]


def loops(stack):
    """How many event loops the shop runs, as its stage's settings say."""
    settings = yaml.safe_load((ROOT / "stages" / stack.stage / "config.yaml").read_text())
    return int(os.environ.get("SHOP_PROCESS_LOOPS", settings.get("process", {}).get("loops", 1)))


def same_answers(ours, theirs, products, how_many=200):
    """The same documents for home and for many products, one that does not exist included."""
    left, right, dice = Wire(ours), Wire(theirs), random.Random(1)
    paths = ["/v1/home", f"/v1/products/{products + 1000000}"]
    paths += [f"/v1/products/{dice.randint(1, products)}" for _ in range(how_many)]
    for path in paths:
        (status, mine, _), (other, his, _) = (wire.exchange(request("GET", path)) for wire in (left, right))
        if status != other:
            raise SystemExit(f"{path}: we answer {status}, the peer {other}, so they cannot be compared")
        if status == 200 and (where := first_difference(json.loads(mine), json.loads(his))):
            raise SystemExit(f"the peer answers {path} differently, so it cannot be compared: {where}")
    left.close()
    right.close()


def first_difference(ours, theirs, where="answer"):
    """Where two documents differ and how, or None."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        pairs = ((f"{where}.{name}", ours[name], theirs[name]) for name in ours)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = ((f"{where}[{index}]", *pair) for index, pair in enumerate(zip(ours, theirs)))
    else:
        return None if ours == theirs else f"{where} is {str(ours)[:200]}, the peer's is {str(theirs)[:200]}"
    return next((found for at, a, b in pairs if (found := first_difference(a, b, at))), None)
