"""The tests' own machinery: that no suite, no stage and no failure is overlooked."""
import collections
import importlib.machinery
import importlib.util
import pathlib
import re
import subprocess
import sys
import threading
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import suites  # noqa: E402
from lanes import Lanes  # noqa: E402
from stage import stages_all  # noqa: E402
from verdict import Outcome, complete, count_junit, count_tap  # noqa: E402

Job = collections.namedtuple("Job", "name number")
EVERY = list(suites.suites(stages_all()))


def test_every_folder_with_tests_is_a_suite():
    names = {suite.name.split("/")[0] for suite in EVERY}
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")
               if "node_modules" not in path.parts}
    assert folders - names == {"kit"}, "(that one needs a container engine: make test-kit)"
    assert {path.parent.name for path in (ROOT / "tests/unit").glob("*/*.c")} == \
        {suite.name.split("/")[1] for suite in EVERY if suite.name.startswith("unit/")}


@pytest.mark.parametrize("name", ["contract", "faults", "browser"])
def test_the_promises_are_held_against_every_stage(name):
    assert {suite.stage for suite in EVERY if suite.name == name} == set(stages_all())


def test_the_newest_stage_has_every_implementation_of_a_port():
    """So those between need not be asked once more."""
    first, newest = stages_all()[0], stages_all()[-1]
    assert {suite.stage for suite in EVERY if suite.name == "ports"} == {first, newest}
    facts = subprocess.run(["make", "--no-print-directory", "-s", f"STAGE={newest}", "stage-files"], cwd=ROOT, check=True,
                           capture_output=True, text=True, timeout=60).stdout
    linked = re.search(r"^ports:(.*)$", facts, re.M)[1].split()
    assert sorted(linked) == sorted(path.name for path in (ROOT / "tests/ports").iterdir() if path.is_dir())


def test_what_is_left_out_is_left_out_between_alone():
    for name, files in suites.LEFT_OUT_BETWEEN.items():
        assert all((ROOT / "tests" / name / file).exists() for file in files), name
    assert {suite.stage for suite in EVERY if suite.left_out} == set(stages_all()[1:-1])
    assert not any(suite.left_out for stage in stages_all() for suite in suites.suites([stage]))
    between = next(suite for suite in EVERY if suite.name == "browser" and suite.left_out)
    assert suites.command(between)[1:] and "pages.test.mjs" not in suites.command(between)


def test_titles_and_logs_tell_suites_apart():
    assert len({suites.log_name(suite) for suite in EVERY}) == len(EVERY)


def test_one_stage_is_run_in_full():
    later = list(suites.suites([stages_all()[-1]]))
    assert {suite.stage for suite in later} == {stages_all()[-1]}
    assert {suite.variant for suite in later if suite.name == "contract"} == set(suites.BOTH)


def test_lanes_do_every_job_once_and_no_two_of_a_name_together():
    jobs = [Job(name, number) for number in range(4) for name in ("slow", "quick")]
    done, running, lanes, together, lock = [], collections.Counter(), collections.Counter(), [], threading.Lock()

    def work(job, lane):
        with lock:
            running[job.name] += 1
            lanes[lane] += 1
            together.append(dict(running))
            assert lanes[lane] == 1, "a lane does one job at a time"
        time.sleep(0.02)
        with lock:
            running[job.name] -= 1
            lanes[lane] -= 1
            done.append(job)

    Lanes(3, jobs, work).run()
    assert sorted(done) == sorted(jobs)
    assert set(lanes) <= {0, 1, 2}
    assert all(count <= 1 for seen in together for count in seen.values())
    assert any(sum(seen.values()) == 2 for seen in together), "they were to run side by side"


def test_a_lane_that_breaks_is_not_overlooked():
    def work(job, lane):
        raise SystemExit(f"no server for {job.name}")
    with pytest.raises(SystemExit, match="no server for one"):
        Lanes(2, [Job("one", 1), Job("one", 2)], work).run()


def test_verdicts():
    assert count_tap("ok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no root\n# ok no\n") == Outcome(1, 1, 1)
    assert count_junit(pathlib.Path("/nonexistent")) == Outcome(0, 0, 0)
    assert complete(Outcome(3, 0, 0), 0) == (Outcome(3, 0, 0), [])
    for found, code in ((Outcome(0, 0, 0), 0), (Outcome(5, 0, 0), -11), (Outcome(5, 0, 0), 1)):
        assert complete(found, code)[0].failed == 1 and complete(found, code)[1]


@pytest.fixture
def runner_of(tmp_path, monkeypatch):
    """A runner for programs given as shell scripts by name."""
    loader = importlib.machinery.SourceFileLoader("tests_run", str(ROOT / "tests/run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("tests_run", loader))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "RESULTS", tmp_path / "results")
    module.RESULTS.mkdir()
    monkeypatch.setattr(module, "ROOT", tmp_path)

    def make(scripts):
        for name, script in scripts.items():
            path = tmp_path / name
            path.write_text("#!/bin/sh\n" + script)
            path.chmod(0o755)
        return module.Runner(2, [suites.Suite(name, name, "program", tmp_path / name, "01-monolith", "", False, 20, ())
                                 for name in scripts])
    return make


SOUND, BROKEN = "echo ok 1 - a", "echo not ok 1 - a; exit 1"
ACCIDENT = 'test -e "$0.seen" && exec echo ok 1 - a; touch "$0.seen"; echo not ok 1 - a; exit 1'


def test_what_failed_is_run_once_more(runner_of, capsys):
    runner = runner_of({"sound": SOUND, "broken": BROKEN, "accident": ACCIDENT})
    runner.run(again=2)
    found = {suite.name: outcome for suite, outcome in runner.outcomes.items()}
    assert found == {"sound": Outcome(1, 0, 0), "broken": Outcome(0, 1, 0), "accident": Outcome(1, 0, 0)}
    assert "failed beside others, passed alone: accident;" in capsys.readouterr().out


@pytest.mark.parametrize("again", [0, 1])
def test_but_not_when_it_is_more(runner_of, again):
    runner = runner_of({name: ACCIDENT for name in ("one", "two")})
    runner.run(again)
    assert [outcome.failed for outcome in runner.outcomes.values()] == [1, 1]


def test_where_threads_meet_tsan_looks_on():
    assert {suite.name for suite in EVERY if suite.variant == "tsan"} == set(suites.THREADED)
    rule = (ROOT / "infra/make/test.mk").read_text().split("threaded-programs: build ")[1].splitlines()[0]
    built = {f"unit/{layer}" for layer in rule.split("layer,")[1].split(",")[0].split()}
    assert built == {name for name in suites.THREADED if name.startswith("unit/")}
