"""Sets of data: which one the shop is opened on, and that none is ever lost without a word."""
import os
import pathlib
import subprocess


def psql(stack, sql):
    settings = dict(os.environ, **{name: value for name, value in stack.env().items() if name.startswith("PG")})
    return subprocess.run(["psql", "-qXAtc", sql], env=settings, capture_output=True, text=True, timeout=30).stdout.strip()


def ledger_of(stack):
    words = pathlib.Path(f"/proc/{stack.pids()['sandbox']}/cmdline").read_text().split("\0")
    return words[words.index("--ledger") + 1]


def test_each_set_has_a_database_and_a_ledger_of_its_own(make_stack):
    stack = make_stack()
    stack.up()
    small = stack.pids()
    assert stack.env()["PGDATABASE"] == "shop" and "/small/" in ledger_of(stack)
    psql(stack, "CREATE TABLE mark ()")
    output = stack.up(DATA="large")
    large = stack.pids()
    assert "large: 12 products" in output and "DATA=small" in output
    assert output.index("shop       stopped") < output.index("sandbox    was outdated")  # they must not meet
    assert stack.env()["PGDATABASE"] == "shop_large" and "/large/" in ledger_of(stack)
    assert large["postgres"] == small["postgres"] and large["shop"] != small["shop"]
    assert "shop_large" in stack("status").stdout
    assert psql(stack, "SELECT to_regclass('mark')") == ""
    assert "already there" in stack.up() and stack.env()["DATA"] == "large"  # as it was left
    assert stack.pids() == large
    stack("down")
    stack.up()
    assert stack.env()["DATA"] == "large"
    stack.up(DATA="small")
    assert psql(stack, "SELECT to_regclass('mark')") == "mark" and "/small/" in ledger_of(stack)


def test_seed_fills_a_set_beside_the_open_one(make_stack):
    stack = make_stack()
    stack.up()
    before = stack.pids()
    result = stack("seed", SIZE="large")
    assert result.returncode == 0 and "large: 12 products" in result.stdout and "make up DATA=large" in result.stdout
    assert stack.pids() == before and stack.env()["DATA"] == "small"
    assert "already there" in stack.up(DATA="large")


def test_seed_refuses_what_is_filled_unless_told_to_replace(make_stack):
    stack = make_stack()
    stack.up()
    psql(stack, "CREATE TABLE mark ()")
    ledger = pathlib.Path(ledger_of(stack))
    ledger.write_text("a charge")
    refused = stack("seed", SIZE="small")
    assert refused.returncode == 1
    assert "already there" in refused.stderr and "make seed SIZE=small REPLACE=yes" in refused.stderr
    assert psql(stack, "SELECT to_regclass('mark')") == "mark" and ledger.exists()
    before = stack.pids()
    replaced = stack("seed", REPLACE="yes")  # SIZE: the open one
    assert replaced.returncode == 0, replaced.stderr
    after = stack.pids()
    assert psql(stack, "SELECT to_regclass('mark') IS NULL, to_regclass('seeded')") == "t|seeded"
    assert not ledger.exists()
    assert after["postgres"] == before["postgres"] and None not in after.values()
    assert after["shop"] != before["shop"] and after["sandbox"] != before["sandbox"]


def test_replacing_a_closed_set_leaves_the_shop_alone(make_stack):
    stack = make_stack()
    stack.up()
    stack("seed", SIZE="large")
    before = stack.pids()
    assert stack("seed", SIZE="large", REPLACE="yes").returncode == 0
    assert stack.pids() == before


def test_seed_without_a_stack_says_how_to_get_one(make_stack):
    stack = make_stack()
    result = stack("seed", SIZE="large")
    assert result.returncode == 1 and "make up DATA=large" in result.stderr
    stack.up()
    stack("down")
    assert "make up DATA=small" in stack("seed").stderr


def test_unknown_sets_are_refused(make_stack):
    stack = make_stack()
    assert "no set of data 'medium'" in stack("up", DATA="medium").stderr
    assert not (stack.run / "state").exists()


def test_the_sizes_of_the_seed_are_sets(make_stack):
    stack = make_stack()
    for size in ("10k", "100k"):
        assert f"{size}: 12 products" in stack.up(DATA=size)
        assert stack.env()["PGDATABASE"] == f"shop_{size}"


def test_an_empty_shop_has_no_seed(make_stack):
    stack = make_stack()
    assert "seed" not in stack.up(DATA="none").split("The shop")[0]
    assert psql(stack, "SELECT to_regclass('seeded')") == ""
