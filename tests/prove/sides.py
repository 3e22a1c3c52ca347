"""The two sides of a proof: each a stack of its own, with the same data, fresh.

A stage's stack lies in .run/prove/NN-name and is used again by every proof that has the stage on one of its sides. The
set of data is loaded once and kept as a template: CREATE DATABASE … TEMPLATE copies files, which takes seconds where
loading takes minutes. Each proof begins on a new copy and an empty provider's ledger, because orders of an earlier one would
be in the way of its own.
"""
import os
import pathlib
import re
import shutil
import subprocess
import urllib.request

from people import People
from stack import ROOT, Stack

HOME = ROOT / os.environ.get("PROVE_RUN", ".run/prove")
DAYS_MAX = 7        # data of older days is loaded anew: what is asked for is counted from today
LINES_MAX = 100000  # of a file of values


class Side:
    """One stage, running. `name` is before or after."""

    def __init__(self, name, stage, plan):
        self.name, self.stage, self.plan, self.say = name, stage, plan, print
        self.run = HOME / stage
        self.size = None

    def open(self, size):
        """The shop on that set of data, loaded when it is not there; where it listens is in `url`."""
        known = (self.run / "sandbox" / size).exists()
        if not known:
            self.say(f"  {self.stage}: loading the {size} data, which is done once")
        self.stack = Stack(self.run, self.stage, "release", size, **{name: str(value) for name, value in self.plan.shop.items()})
        self.size, self.database = size, self.stack.env["PGDATABASE"]
        if known and self.days_old() > DAYS_MAX:
            self.reload(f"its days are more than {DAYS_MAX} days ago")
        self._count_statements()
        self._settle()
        return not known

    def reload(self, why):
        self.say(f"  {self.stage}: loading the {self.size} data anew: {why}")
        self._drop_template()
        self.stack.environment.update(REPLACE="yes", SIZE=self.size)
        self.stack.call("seed")
        self.stack.environment.pop("REPLACE")

    def refresh(self, new):
        """A copy nobody has ordered from. What the stage has learnt since (a migration) goes into the template too."""
        kept = not new and self._template_exists()
        if not new and not kept and self.ordered_from():
            self.reload("somebody has ordered from it, and no copy was kept")
        if kept:
            self._copy(self.template, self.database)
            self.stack.call("up")
            if self._migrations(self.template) != self._migrations(self.database):
                self._keep()
        else:
            self._keep()
        self.stack.call("up")
        self._settle()

    def _keep(self):
        """In the state in which the vacuum would leave it by and by: it has no business during a measurement."""
        self.psql("VACUUM ANALYZE")
        self._copy(self.database, self.template)

    def _settle(self):
        self.url = self.stack.base_url
        if self.plan.provider:
            self.stack.set_provider(**self.plan.provider)

    # --- the database's administrator

    def psql(self, sql, database=None, seconds=600):
        environment = dict(os.environ, **{name: self.stack.env[name] for name in ("PGHOST", "PGPORT", "PGPASSFILE")},
                           PGUSER="postgres", PGDATABASE=database or self.database)
        result = subprocess.run(["psql", "-qXAtw", "-v", "ON_ERROR_STOP=1", "-c", sql], env=environment, capture_output=True,
                                text=True, timeout=seconds)
        if result.returncode != 0:
            raise SystemExit(f"{self.stage}: psql: {result.stderr.strip()}")
        return result.stdout.strip()

    def rows(self, sql, database=None):
        return [line.split("|") for line in self.psql(sql, database).splitlines()]

    def _count_statements(self):
        """pg_stat_statements has to be loaded when the server starts."""
        if "pg_stat_statements" not in self.psql("SHOW shared_preload_libraries", "postgres"):
            self.psql("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'", "postgres")
            self.stack.call("down")
            self.stack.call("up")
        self.psql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", "postgres")

    # --- the template

    @property
    def template(self):
        return f"{self.database}_kept"

    def _template_exists(self):
        return bool(self.psql(f"SELECT 1 FROM pg_database WHERE datname = '{self.template}'", "postgres"))

    def _drop_template(self):
        self.psql(f"DROP DATABASE IF EXISTS {self.template}", "postgres")

    def _copy(self, source, target):
        """Nobody may be connected to either; the provider's books and the broker's topics begin anew with the orders."""
        self._stop_all_but_the_database()
        self.psql(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)", "postgres")
        self.psql(f"CREATE DATABASE {target} TEMPLATE {source} OWNER shop STRATEGY file_copy", "postgres")
        shutil.rmtree(self.run / "sandbox" / self.size, ignore_errors=True)
        shutil.rmtree(self.run / "kafka", ignore_errors=True)  # what a broker has been told is about orders that are gone

    def _stop_all_but_the_database(self):
        """What is connected to it, what knows its orders, and what has kept its answers (a cache starts empty)."""
        running = [server["name"] for server in self.stack.status()["servers"] if server["running"]]
        others = [name for name in running if not re.match(r"(postgres|replica)", name)]
        if others:
            self.stack.call("stop", *sorted(others, key=lambda name: not name.startswith("shop")))

    def _migrations(self, database):
        return self.psql("SELECT string_agg(m::text, ' ' ORDER BY m::text) FROM migrations.applied m", database)

    # --- the data

    def days_old(self):
        return int(self.psql("SELECT current_date - today FROM seed.loads"))

    def ordered_from(self):
        return self.psql("SELECT key NOT LIKE 'seed-%' FROM orders.orders ORDER BY id DESC LIMIT 1") == "t"

    def loaded(self):
        """What the data is: two sides with the same answer have the same rows."""
        return self.psql("SELECT size, seed, today FROM seed.loads")

    def prepare(self):
        for sql in self.plan.prepare:
            self.psql(sql)

    def bytes(self):
        whole, indexes, tables = self.rows("""
            SELECT pg_database_size(current_database()), sum(pg_indexes_size(oid)), sum(pg_table_size(oid))
            FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'""")[0]
        return {"bytes": int(whole), "index_bytes": int(indexes), "table_bytes": int(tables)}

    # --- the shop

    def counters(self):
        """{name: value} of every counter of every instance, added up."""
        found = {}
        for server in self.stack.status()["servers"]:
            if re.fullmatch(r"shop(-\d+)?", server["name"]) and server["running"]:
                with urllib.request.urlopen(f"http://127.0.0.1:{server['port']}/metrics", timeout=10) as answer:
                    for name, value in re.findall(r"^(\w+_total)(?:\{[^}]*\})? ([\d.e+]+)$", answer.read().decode(), re.M):
                        found[name] = found.get(name, 0) + float(value)
        return found


class Values:
    """Files of lines that mixes draw from: what `values` of the proof asks the database, and tokens of people."""

    def __init__(self, sides, plan, size):
        self.folder = HOME / "values" / plan.stage / size
        self.folder.mkdir(parents=True, exist_ok=True)
        self.files = {}
        before, after = sides
        for name, sql in plan.values.items():
            self._write(name, before.stack.psql(sql).splitlines())
        people = People(before.stack, plan.people)
        people.log_in(after.stack)
        self._write("shopper", [one.token for one in people.buyers])
        self._write("admin", [people.admin.token])

    def _write(self, name, lines):
        if not lines or len(lines) > LINES_MAX:
            raise SystemExit(f"value {name}: its statement found {len(lines)} lines; give 1 to {LINES_MAX}")
        path = self.folder / f"{name}.txt"
        path.touch(mode=0o600)  # tokens
        path.write_text("\n".join(lines) + "\n")
        self.files[name] = path

    def settings(self, text):
        """--set … for the load generator, of those values that the mix names."""
        named = set(re.findall(r"\{(\w+)\}", text))
        return [word for name in sorted(named & set(self.files)) for word in ("--set", f"{name}=lines:{self.files[name]}")]


def enough_room(plan, stages):
    """Two copies of the data on each side: better said now than when the disk is full."""
    need = {"large": 5.0, "100k": 0.7}.get(plan.data, 0.3) * 2 + 1
    for stage in stages:
        if not (HOME / stage / "sandbox" / plan.data).exists():
            free = shutil.disk_usage(existing(HOME)).free / 1e9
            if free < need * len(stages):
                raise SystemExit(f"the data of the two sides takes {need * len(stages):.0f} GB, and {existing(HOME)} has {free:.0f} GB left")


def existing(path):
    while not path.exists():
        path = pathlib.Path(path).parent
    return path
