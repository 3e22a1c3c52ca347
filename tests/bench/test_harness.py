"""The benchmark's own arithmetic, and that its table of routes misses none of the contract's."""
import json
import pathlib
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests/support")]
import peers  # noqa: E402
import pgbench  # noqa: E402
import progress  # noqa: E402
import routes  # noqa: E402
from results import Results, percentile  # noqa: E402

# answered without the database
CHEAP = {"/healthz", "/readyz", "/metrics", "/v1/stage"}


def test_every_read_route_of_the_contract_is_measured():
    paths = yaml.safe_load((ROOT / "docs/api/openapi.yaml").read_text())["paths"]
    reads = {f"GET {path}" for path, item in paths.items()
             if "get" in item and path not in CHEAP and "text/event-stream" not in item["get"]["responses"]["200"].get("content", {})}  # those last
    assert reads - {one.route for one in routes.CASES} == set(), "each wants a line in tests/bench/routes.py"
    assert {one.route for one in routes.CASES if one.route.startswith("GET /v1")} - reads == set()


def test_percentiles_are_values_that_were_measured():
    values = list(range(1, 101))
    assert (percentile(values, 50), percentile(values, 99), percentile([7], 99)) == (50, 99, 7)


def test_a_bar_is_held_by_the_median():
    results = Results(say=lambda text: None)
    results.add("fast", [2, 9, 4], "×", at_least=3)
    assert results.all_hold and results.rows[0]["measured"] == 4 and results.rows[0]["spread"] == [2, 9]
    results.add("small", [41, 1, 50], "MB", at_most=40)
    assert not results.all_hold


def test_a_peer_that_answers_otherwise_is_caught():
    ours = {"items": [{"id": 1, "rating": 5.0}, {"id": 2, "rating": 4.7}]}
    assert peers.first_difference(ours, {"items": [{"id": 1, "rating": 5}, {"id": 2, "rating": 4.7}]}) is None
    for theirs in ({"items": []}, {"items": [{"id": 1, "rating": 5}, {"id": 2, "rating": 4.8}]}, {"items": [{"id": 1}, {"id": 2}]}, []):
        assert peers.first_difference(ours, theirs)


def test_peers_are_pinned_and_name_no_registry():
    assert peers.found()
    for lock in peers.FOLDER.glob("*/package-lock.json"):
        packages = json.loads(lock.read_text())["packages"]
        assert all("resolved" not in one and ("integrity" in one or not name) for name, one in packages.items()), lock
        assert all(version[0].isdigit() for version in packages[""]["dependencies"].values()), "exact versions"


def test_scripts_of_pgbench_are_the_shops_statements():
    for script in HERE.glob("*.pgbench"):
        lines = pgbench.expand(script.read_text(), "01-monolith").splitlines()
        assert not any(line.startswith("@") for line in lines) and any(line.startswith("SELECT") for line in lines)


def test_time_left_comes_from_plan_and_pace(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    bar = progress.Progress({"one": 10, "two": 30}, quiet_seconds=10 ** 6)
    bar.begin("one")
    assert bar.seconds() == (0, 40)
    now[0] = 5
    assert bar.seconds() == (5, 35)
    bar.step(1, 4)  # a quarter of it in five seconds: it will take twenty
    assert bar.seconds() == (5, 45)
    now[0] = 20
    bar.begin("two")
    assert bar.seconds() == (20, 30)
    bar.end()
