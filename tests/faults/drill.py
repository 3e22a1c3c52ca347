"""The drill: a stack of its own, shoppers, a schedule of faults, then settlement and audit.

    outcome = Drill(stage="01-monolith", seed=1, seconds=60).run()

What must hold in the end: no violation, nothing under way for ever, and no server dead that nobody has killed.
"""
import dataclasses
import datetime
import pathlib
import shutil
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(path) for path in (HERE, HERE.parent / "support", HERE.parent / "audit") if str(path) not in sys.path]
import underway  # noqa: E402
from audit import audit  # noqa: E402
from breaker import Breaker  # noqa: E402
from client import Client, unique  # noqa: E402
from disk import Disk  # noqa: E402
from ledger import Ledger  # noqa: E402
from limits import Limits  # noqa: E402
from openapi import Contract  # noqa: E402
from progress import Progress  # noqa: E402
from schedule import plan, text  # noqa: E402
from shoppers import Shoppers  # noqa: E402
from stack import Stack  # noqa: E402
from stage import stage_named  # noqa: E402
from victims import KINDS  # noqa: E402

# times shortened, in the same order as the real ones, so that every fault is longer than some of them
SETTINGS = {"SHOP_SHOP_SETTLE_AFTER_SECONDS": "5", "SHOP_SHOP_HOLD_SECONDS": "20", "SHOP_PAYMENTS_TIMEOUT_MS": "2000",
            "SHOP_SHOP_RECONCILE_EVERY_MS": "200", "SHOP_SHOP_SALES_CHECK_SECONDS": "5", "SHOP_MAIL_TIMEOUT_MS": "2000",
            "SHOP_BROKER_TIMEOUT_MS": "3000", "SHOP_WORKER_RETRY_DELAYS_MS": "200,1000,3000", "SHOP_WORKER_TRIES": "100"}
STUCK_SECONDS = 240  # without anything that has come to its end: receipts are tried at growing intervals
SETTLE_SECONDS_MAX = 1800
MEND_SECONDS = 180  # for the last of what was broken
PRODUCTS, PLACES, DAYS, ACCOUNTS = 6, 120, 4, 8
VISITS_PER_SECOND = 20


class Visitors:
    """The load generator beside the shoppers: an open loop, so that a shop that stands still gets a queue, and a few tries for
    each order, so that some are never answered. Its ledger is audited like theirs."""

    def __init__(self, stack, ledger, seed, seconds):
        program = stack.build / "tests/load/load"
        assert program.exists(), f"{program} has not been built: make load-generator"
        self.ledger, self.seconds, self.process = ledger, seconds, None
        self.command = [str(program), "--url", stack.base_url, "--mix", str(stack.path("tests/load/mixes/shoppers.yaml")), "--rate", str(VISITS_PER_SECOND),
                        "--seconds", str(min(3600, seconds)), "--seed", str(seed), "--ledger", str(ledger), "--quiet"]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait()

    def ledgers(self):
        return [self.ledger]


@dataclasses.dataclass
class Outcome:
    report: object
    left: dict        # still under way when patience ended
    deaths: list      # servers that ended though nobody has ended them
    faults: list      # that there were
    planned: int      # how many there were to be
    answers: dict     # status -> how many; 0: no answer
    told: dict        # outcome -> how many, of the shoppers
    problems: list

    @property
    def good(self):
        return not (self.report.violations or self.left or self.deaths or self.problems)


class Drill:
    def __init__(self, stage=None, seed=1, seconds=600, shoppers=12, run=".run/faults", latency_ms=20, quiet_seconds=10):
        self.stage, self.seed, self.seconds, self.shoppers, self.latency_ms = stage_named(stage), seed, seconds, shoppers, latency_ms
        self.run_folder = pathlib.Path(Stack.path(run))
        self.problems = []
        self.progress = Progress({"start": 15, "faults": seconds, "settle": 30, "audit": 3}, quiet_seconds)
        self.say = self.progress.say

    def run(self):
        disk = self._disk()
        try:
            return self._on(Stack(self.run_folder, self.stage, anew=disk is None, **SETTINGS), disk)
        finally:
            self.progress.end()
            if disk:
                self._put_away(disk)

    def _put_away(self, disk):
        """The disk goes; the logs stay, beside where it was."""
        if (self.run_folder / "logs").exists():
            shutil.copytree(self.run_folder / "logs", self.run_folder.with_suffix(".logs"), dirs_exist_ok=True)
        Stack.at(self.run_folder).clean()
        disk.release()

    def _disk(self):
        if (self.run_folder / "stack.env").exists():
            Stack.at(self.run_folder).clean()
        try:
            return Disk(self.run_folder)
        except OSError as error:
            self.say(f"no full disk in this run: {error}")
            return None

    def _on(self, stack, disk):
        self.progress.begin("start")
        breaker = Breaker(stack, disk)
        faults = plan(self.seed, self.seconds, breaker.pairs())
        self.say(f"stage {stack.stage}, seed {self.seed}, {self.seconds} s: {len(faults)} faults\n{text(faults)}")
        if breaker.left_alone():
            self.say(f"left alone, for tests/faults/victims.py has no row: {', '.join(breaker.left_alone())}")
        try:
            ledger = Ledger(self.run_folder.with_suffix(".told.csv"))
            with Visitors(stack, self.run_folder.with_suffix(".visitors.csv"), self.seed, self.seconds) as visitors:
                with self._crowd(stack, ledger) as crowd:
                    done = self._break(breaker, faults, crowd)
            ledger.close()
            self.problems += crowd.problems
            left = self._settle(stack)
            self.progress.begin("audit")
            report = audit(stack, [ledger.path, *visitors.ledgers()], Limits.of(stack), say=lambda what: self.progress.step(1, 2, what))
            return Outcome(report, left, breaker.deaths, done, len(faults), dict(crowd.answers), dict(ledger.counts), self.problems)
        finally:
            breaker.close()

    def _crowd(self, stack, ledger):
        client = Client(stack.base_url, Contract())
        admin = client.logged_in(*stack.admin())
        category = client.get("/v1/categories").json()["items"][0]["slug"]
        products = []
        for number in range(PRODUCTS):
            answer = admin.post("/v1/admin/products", {
                "category": category, "title": unique("Fault tour"), "summary": "s", "description": "d",
                "price_cents": 999 + 250 * number, "capacity_per_day": PLACES if number else 10 * PLACES})
            assert answer.status_code == 201, answer.text
            products.append(answer.json()["id"])
        tokens = [client.registered().token for _ in range(ACCOUNTS)]
        stack.set_provider(latency_ms=self.latency_ms)
        today, url = datetime.datetime.now(datetime.timezone.utc).date(), stack.base_url
        days = [(today + datetime.timedelta(days=n)).isoformat() for n in range(2, 2 + DAYS)]
        return Shoppers(lambda: url, ledger, tokens, products, days, self.shoppers)

    # --- the faults

    def _break(self, breaker, faults, crowd):
        """Each in a thread of its own; meanwhile what goes on is shown, and who dies is noticed. The faults that there were."""
        self.progress.begin("faults")
        began, threads = time.monotonic(), {}
        in_turn = threading.Thread(target=self._in_turn, args=(breaker, faults, began, threads), daemon=True)
        in_turn.start()
        seen, at = sum(crowd.answers.values()), began
        while (gone := time.monotonic() - began) < self.seconds or in_turn.is_alive() or any(map(threading.Thread.is_alive, list(threads.values()))):
            time.sleep(1)
            now, answered = time.monotonic(), sum(crowd.answers.values()) - crowd.answers[0]
            rate, seen, at = (answered - seen) / (now - at), answered, now
            broken = ", ".join(f"{server} {KINDS[kind].says}" for server, kind in breaker.broken.items()) or "nothing broken"
            self.progress.step(gone, self.seconds, f"{broken} | {max(0, rate):,.0f} answers/s, {crowd.acknowledged():,} orders answered")
            if crowd.problems or gone > self.seconds + MEND_SECONDS:
                break
        for thread in list(threads.values()):
            thread.join(60)
        if len(threads) < len(faults):
            self.say(f"{len(faults) - len(threads)} of {len(faults)} faults had no time: on a machine as busy as this, mending takes long")
        return [fault for fault in faults if fault in threads]

    def _in_turn(self, breaker, faults, began, threads):
        """Each at its time, or when there are fewer than two others and none of the same server: where mending takes longer than
        it was thought to, everything moves, and what would end too late is left out."""
        for fault in faults:
            time.sleep(max(0.0, began + fault.at - time.monotonic()))
            while len(others := [other for other, thread in threads.items() if thread.is_alive()]) > 1 or fault.server in {o.server for o in others}:
                time.sleep(0.1)
            if time.monotonic() - began + fault.seconds > self.seconds:
                return
            threads[fault] = threading.Thread(target=self._one, args=(breaker, fault), daemon=True)
            threads[fault].start()

    def _one(self, breaker, fault):
        try:
            self._notice_deaths(breaker)
            breaker.begin(fault)
            time.sleep(fault.seconds)
            breaker.end(fault)
        except (Exception, SystemExit) as problem:  # must reach the outcome
            self.problems.append(f"{fault.server} {fault.kind} at {fault.at} s: {problem}")

    def _notice_deaths(self, breaker):
        """Whoever has ended by itself is written down, and started again so that the drill can go on."""
        for server in breaker.ended():
            if "disk" in breaker.broken:
                return  # then somebody may; it is looked at when the disk is empty again
            breaker.deaths.append(f"{server} ended by itself; see its log")
            breaker.start(server)

    def _settle(self, stack):
        """Until nothing is under way, or nothing gets on: a busy machine may take its time for what a long fault has left."""
        self.progress.begin("settle")
        return underway.wait(stack, SETTLE_SECONDS_MAX, quiet_seconds=STUCK_SECONDS, say=lambda left, _, quiet: self.progress.step(
            quiet, STUCK_SECONDS, ", ".join(f"{count} {what}" for what, count in left.items())))
