"""One run of the load generator (tests/load), and what the shop and the database counted meanwhile."""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import threading
import time

from sides import HOME
from stack import ROOT

PROGRAM = ROOT / ".run/build/release/tests/load/load"
COUNTERS_EVERY_S = 1.1  # the shop brings its counters up to date once a second

STATEMENTS = """
SELECT s.queryid, s.calls, s.rows, s.shared_blks_hit + s.shared_blks_read, s.total_exec_time, s.wal_bytes, s.wal_records
FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid JOIN pg_roles r ON r.oid = s.userid
WHERE d.datname = '{database}' AND r.rolname = 'shop'"""


class Sample:
    """What one run found: `result` is the load generator's, the rest was added by it."""

    def __init__(self, result, counters=None, database=None):
        self.result, self.counters, self.database = result, counters or {}, database or {}

    def document(self):
        return {"result": self.result, "counters": self.counters, "database": self.database}

    @property
    def warmed(self):
        """The counters saw the warm-up too, in which visits come at the same rate."""
        return 1 + self.result["warmup_s"] / self.result["seconds"]

    @property
    def requests(self):
        return self.result["responses"] * self.warmed

    @property
    def bookings(self):
        return max(1, self.result["bookings"] * self.warmed)

    def latencies(self, request=None):
        return self.result["named"][request] if request else self.result["all"]


class Statements:
    """pg_stat_statements of a side's shop, as differences. What runs without anybody asking (the rounds that look for
    work) is learnt from an idle moment and left out of what a request costs."""
    FIELDS = ("statements", "rows", "pages", "db_ms", "wal_bytes", "wal_records")

    def __init__(self, side):
        self.side, self.own = side, set()

    def now(self):
        sql = STATEMENTS.format(database=self.side.database)
        return {row[0]: [float(value) for value in row[1:]] for row in self.side.rows(sql, "postgres")}

    def learn_idle(self, seconds):
        before = self.now()
        time.sleep(seconds)
        self.own = {name for name, values in self.now().items() if values[0] > before.get(name, [0])[0]}

    def since(self, before):
        total = [0.0] * len(self.FIELDS)
        for name, values in self.now().items():
            earlier = before.get(name, [0.0] * len(values))
            for index, (new, old) in enumerate(zip(values, earlier)):
                if name not in self.own or self.FIELDS[index].startswith("wal"):  # what was sold is entered by such a round
                    total[index] += new - old
        return dict(zip(self.FIELDS, total))


class Load:
    def __init__(self, plan, progress):
        self.plan, self.progress = plan, progress
        self.values = None
        self.statements = {}
        self.patience = COUNTERS_EVERY_S if plan.counts() else 0
        self.folder = HOME / "mixes"
        self.folder.mkdir(parents=True, exist_ok=True)

    def side_opened(self, side):
        self.statements[side.name] = Statements(side)

    def run(self, where, mix=None, text=None, rate=None, saturate=None, arrivals="constant", seconds=6, warmup=1, seed=1, settings=None,
            note=""):
        """A Sample. `where` is a side or a URL; `mix` a path, `text` a mix that has no file; without either, the URL is
        asked for itself. `settings`: more --set."""
        side = where if hasattr(where, "stack") else None
        command = [str(PROGRAM), "--url", side.url if side else where, "--seconds", str(seconds), "--warmup", str(warmup),
                   "--seed", str(seed), "--json", "-"]
        command += ["--saturate", str(saturate)] if saturate else ["--rate", str(rate), "--arrivals", arrivals]
        if text is not None:
            mix = self._file(text)
        if mix:
            command += ["--mix", str(mix), *self.values.settings(pathlib.Path(mix).read_text())]
        for name, value in (settings or {}).items():
            command += ["--set", f"{name}={value}"]
        if side is None:
            return Sample(self._execute(command, seconds + warmup, note))
        counters = side.counters() if self.patience else {}
        before = self.statements[side.name].now()
        result = self._execute(command, seconds + warmup, note)
        database = self.statements[side.name].since(before)
        time.sleep(self.patience)
        later = side.counters() if self.patience else {}
        return Sample(result, {name: value - counters.get(name, 0) for name, value in later.items()}, database)

    def _file(self, text):
        path = self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.yaml"
        path.write_text(text)
        return path

    def _execute(self, command, seconds, note):
        ours, its = os.openpty() if self.progress.terminal else os.pipe()  # on a terminal it says more often how it goes
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=its, text=True, cwd=ROOT)
        os.close(its)
        said = []
        watcher = threading.Thread(target=self._watch, args=(ours, said, note), daemon=True)
        watcher.start()
        try:
            output = process.stdout.read()
            code = process.wait(seconds + 60)
        except BaseException:
            process.terminate()
            raise
        watcher.join(5)
        if code == 130:
            raise KeyboardInterrupt
        if code != 0:
            raise SystemExit(f"{' '.join(command)}\nended with code {code}: {' '.join(said[-3:])}")
        result = json.loads(output)
        if result["responses"] == 0:
            raise SystemExit(f"{' '.join(command)}\nnothing was answered (errors: {result['errors'] or 'none'}): is the rate too low for its seconds?")
        return result

    def _watch(self, terminal, said, note):
        """The generator's own progress line, less its clock, becomes the note of ours."""
        with open(terminal, "rb", buffering=0) as stream:
            while data := read_some(stream):
                for line in re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data.decode(errors="replace"))):
                    if line.strip():
                        said.append(line.strip())
                        self.progress.note_is(f"{note}: {re.sub(r'^.*? left  |  [0-9]+ visits under way$', '', line.strip())}")


def read_some(stream):
    try:
        return stream.read(4096)
    except OSError:  # how a pseudo-terminal says that the other end is closed
        return b""


def quantity(sample, name, plan, request=None):
    """One number of a sample, in the unit the README's table says."""
    result, found = sample.result, sample.latencies(request)
    if name in ("p50", "p90", "p95", "p99", "p99_9", "max", "mean"):
        return found[name] / 1000
    if name == "failed":
        return found["failed"]
    if name == "requests_per_s":
        return (found["count"] - found["failed"]) / result["seconds"]
    if name == "visits_per_s":
        return result["visits_completed"] / result["seconds"]
    if name == "bookings_per_s":
        return result["bookings_per_s"]
    if name in ("wal_bytes", "wal_records"):
        return sample.database[name] / sample.bookings
    if name in sample.database:
        return sample.database[name] / sample.requests
    if name in plan.quantities:
        return plan.quantities[name](sample)
    return sample.counters[name] / sample.requests
