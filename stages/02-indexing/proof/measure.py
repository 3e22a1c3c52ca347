"""What no workload shows: the database of stage 01 is migrated to this stage while its shop is open.

A copy of the data gets a shop of stage 01 of its own. Visitors come all the while; after two seconds the program of stage
02 migrates, building every index. Nothing may fail, and the slowest answer says how long somebody had to wait.
"""
import pathlib
import subprocess
import threading
import time

from measurement import Measurement
from stack import ROOT, Shop

DATABASE = "upgrade"
RATE = 20
LARGE_ORDER = 10 ** 9  # the provider knows the orders of the other copy: these get other numbers


def upgrade(proof):
    # when the sides are exchanged, stage 01 is the one after
    side, later = sorted(proof.sides, key=lambda one: one.stage)
    proof.step(0, "copying the data of stage 01")
    copy_data(side)
    shop = Shop(side.stack, SHOP_POSTGRES_URL_FILE=str(way_in(side)))
    try:
        migrate_under_load(proof, side, later, shop)
    finally:
        shop.stop()
        way_in(side).unlink()
        side.psql(f"DROP DATABASE {DATABASE} WITH (FORCE)", "postgres")


def copy_data(side):
    side.psql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", "postgres")
    side.psql(f"CREATE DATABASE {DATABASE} TEMPLATE {side.template} OWNER shop STRATEGY file_copy", "postgres")
    sessions = ",".join(f"('{token}', {user}, '{role}', now() + interval '6 hours')"
                        for token, user, role in side.rows("SELECT token_hash, user_id, role FROM users.sessions"))
    for sql in (f"SELECT setval('orders.order_ids', {LARGE_ORDER})", *side.plan.prepare,
                f"INSERT INTO users.sessions (token_hash, user_id, role, expires_at) VALUES {sessions} ON CONFLICT DO NOTHING"):
        side.psql(sql, DATABASE)


def way_in(side):
    """A file with the url of the copy, for programs of the shop."""
    path = side.run / "secrets/postgres-upgrade.url"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(pathlib.Path(side.stack.env["SHOP_POSTGRES_URL_FILE"]).read_text().strip().rsplit("/", 1)[0] + f"/{DATABASE}\n")
    return path


def migrate(side, later, found):
    time.sleep(2)
    began = time.monotonic()
    program = side.stack.build / "stages" / later.stage / "shop"
    result = subprocess.run([str(program), "migrate", "--config", side.stack.env["STAGE_CONFIG"]], cwd=ROOT, capture_output=True, text=True,
                            env=dict(side.stack.env, SHOP_POSTGRES_URL_FILE=str(way_in(side))), timeout=900)
    found.update(seconds=time.monotonic() - began, code=result.returncode, said=result.stderr[-2000:])


def migrate_under_load(proof, side, later, shop):
    found, results = {}, []
    worker = threading.Thread(target=migrate, args=(side, later, found))
    worker.start()
    while worker.is_alive() or not results:
        results.append(proof.load(shop.url, mix=side.plan.folder / "upgrade.yaml", rate=RATE, seconds=10, warmup=0, seed=len(results) + 1,
                                  note="building the indexes of stage 02").result)
    if found.get("code") != 0:
        raise SystemExit(f"the migration failed: {found.get('said')}")
    requests, slowest = sum(result["requests"] for result in results), max(result["all"]["max"] for result in results) / 1e6
    proof.say(f"migrated in {found['seconds']:.0f} s, while {requests} requests came; the slowest took {slowest:.2f} s")
    proof.add("upgrade.seconds", "during", found["seconds"])
    proof.add("upgrade.requests", "during", requests)
    proof.add("upgrade.failed", "during", sum(result["failed"] for result in results))
    proof.add("upgrade.slowest", "during", slowest)


MEASUREMENTS = {"upgrade": Measurement(upgrade, seconds=110, quick=25)}
UNITS = {"seconds": "s", "slowest": "s"}
