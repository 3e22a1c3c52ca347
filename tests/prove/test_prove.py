"""The proof must be able to fail. Its arithmetic is tested on values whose verdict is known, its files on mistakes; and
every stage's proof is run quickly, the right way round, when it must PASS, and with the sides exchanged, when it must FAIL.
"""
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import xml.dom.minidom

import pytest
import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests/support")]
import page  # noqa: E402
import plan  # noqa: E402
import plots  # noqa: E402
import report  # noqa: E402
from claims import interval, verdict  # noqa: E402
from journal import Journal  # noqa: E402

STAGES = sorted(path.parents[1].name for path in ROOT.glob("stages/*/proof/proof.yaml"))
# What instances gain is the machine's: beside other suites there is none left over. Its proof is run by make prove alone.
NEEDS_IDLE = {"04-horizontal"}
GAIN = {"claim": "faster", "metric": "w.p95", "kind": "gain", "effect": "before/after", "bound": "at least", "bar": 5}


# --- the statistics

def test_the_interval_is_students():
    """Of five values of known spread: mean ± 2.776 s / √5, of the logarithms."""
    logs = [1.0, 1.1, 1.2, 1.3, 1.4]
    effect, low, high = interval([math.exp(one) for one in logs])
    half = 2.776 * math.sqrt(0.025) / math.sqrt(5)
    assert math.log(effect) == pytest.approx(1.2) and math.log(low) == pytest.approx(1.2 - half) and math.log(high) == pytest.approx(1.2 + half)


@pytest.mark.parametrize("before, after, holds", [
    ([100, 110, 90, 105, 95], [10, 11, 9, 10, 10], True),
    ([100, 110, 90, 105, 95], [50, 55, 45, 50, 50], False),   # a gain, but less than the bar
    ([10, 11, 9, 10, 10], [100, 110, 90, 105, 95], False),    # the sides exchanged
    ([1000, 1, 1, 1, 1000], [1, 1, 1, 1, 1], False),          # large on average, and perhaps nothing
    ([0, 1, 1, 1, 1], [1, 1, 1, 1, 1], False),
])
def test_a_gain_holds_when_it_is_certain_and_large_enough(before, after, holds):
    assert verdict(GAIN, {"before": before, "after": after})["holds"] is holds


@pytest.mark.parametrize("after, holds", [([98, 99, 97], True), ([84, 85, 83], False), ([99, 70, 99], False)])
def test_a_cost_holds_when_the_whole_interval_keeps_to_the_bar(after, holds):
    cost = dict(GAIN, kind="cost", effect="after/before", bar=0.85)
    assert verdict(cost, {"before": [100, 100, 100], "after": after})["holds"] is holds


def test_a_limit_holds_for_every_value():
    limit = dict(GAIN, kind="limit", effect="after", bound="at most", bar=0)
    assert verdict(limit, {"after": [0, 0, 0]})["holds"]
    assert not verdict(limit, {"after": [0, 0, 1]})["holds"]


# --- what a stage writes

PROOF = {"data": "small", "workloads": {"home": {"get": "/v1/home", "rate": 5}},
         "claims": [{"claim": "home", "metric": "home.p95", "effect": "before/after", "at_least": 2}],
         "quick": {"data": "small", "quantile": "p50", "bars": {"home.p50": 1.5}, "rates": {"home": 50}}}


def read(folder, **changes):
    (folder / "proof.yaml").write_text(yaml.safe_dump({**PROOF, **changes}))
    return plan.read("02-indexing", folder)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "ROOT", tmp_path)
    return tmp_path


def test_quick_changes_quantile_bars_and_rates(folder):
    quick = plan.quickly(read(folder))
    assert quick.claims[0]["metric"] == "home.p50"
    assert quick.claims[0]["bar"] == 1.5 and quick.workloads["home"].rate == 50 and quick.quick and not quick.whole


@pytest.mark.parametrize("changes, words", [
    ({"wrokloads": {}}, "unknown wrokloads"),
    ({"workloads": {"home": {"get": "/v1/home", "rate": 5, "secnds": 3}}}, "unknown secnds"),
    ({"workloads": {"home": {"get": "/v1/home"}}}, "either a rate"),
    ({"workloads": {"home": {"get": "/v1/home", "rate": 5, "share": 0.5}}}, "either a rate"),
    ({"workloads": {"home": {"get": "/v1/home", "share": 2}}}, "not a share"),
    ({"arrivals": "bursts"}, "not one of constant, poisson"),
    ({"workloads": {"home": {"mix": "nowhere.yaml", "rate": 5}}}, "no mix nowhere.yaml"),
    ({"claims": [{"claim": "c", "metric": "hoem.p95", "effect": "before/after", "at_least": 2}]}, "nothing measures hoem.p95"),
    ({"claims": [{"claim": "c", "metric": "home.p96", "effect": "before/after", "at_least": 2}]}, "nothing measures home.p96"),
    ({"claims": [{"claim": "c", "metric": "home.p95", "effect": "after", "at_least": 2}]}, "a quotient"),
    ({"claims": [{"claim": "c", "metric": "home.p95", "effect": "before/after"}]}, "at_least or at_most"),
    ({"rounds": 2}, "5 to 20"),
])
def test_mistakes_are_refused_before_anything_is_measured(folder, capsys, changes, words):
    with pytest.raises(plan.Wrong) as refusal:
        read(folder, **changes)
    assert refusal.value.code == 2 and words in capsys.readouterr().err


@pytest.mark.parametrize("stage", STAGES)
def test_every_proof_can_be_read(stage):
    assert plan.read(stage).claims and plan.quickly(plan.read(stage)).claims


# --- the journal

def test_what_was_measured_outlives_an_interruption(tmp_path):
    path = tmp_path / "journal"
    Journal(path, "this").put("workload", "home", 0, value={"p50": 1})
    with path.open("a") as file:
        file.write('{"key": "workload/home/1", "val')  # cut short
    again = Journal(path, "this")
    assert again.get("workload", "home", 0) == {"p50": 1} and again.get("workload", "home", 1) is None
    again.put("workload", "home", 1, value=2)
    assert Journal(path, "this").get("workload", "home", 1) == 2
    assert Journal(path, "something else").get("workload", "home", 0) is None


# --- the result

@pytest.mark.parametrize("stage", [stage for stage in STAGES if (ROOT / "stages" / stage / "proof/result.json").exists()])
def test_a_committed_result_can_be_drawn_and_says_what_it_claims(stage):
    document = json.loads((ROOT / "stages" / stage / "proof/result.json").read_text())
    assert document["whole"] and not document["swapped"] and document["stage"] == stage
    claimed = {claim["claim"]: claim for claim in plan.read(stage).claims}
    said = {claim["claim"]: claim for claim in document["claims"] if claim["metric"] in document["metrics"]}
    assert claimed.keys() == said.keys(), "what is claimed has changed since it was measured: make prove anew"
    for claim in document["claims"]:
        assert {"claim", "before", "after", "effect", "low", "high", "bar", "holds"} <= claim.keys()
        if claim["metric"] in document["metrics"]:
            again = verdict(claimed[claim["claim"]], document["metrics"][claim["metric"]])
            assert again["bar"] == claim["bar"]
            assert again["holds"] == claim["holds"] and again["effect"] == pytest.approx(claim["effect"])
    assert (document["verdict"] == "PASS") == all(claim["holds"] for claim in document["claims"])
    check_drawn(document)


def check_drawn(document):
    drawn = plots.all_of(document)
    for name, svg in drawn.items():
        xml.dom.minidom.parseString(svg)
    text = page.whole(document, drawn)
    assert "http://" not in text.replace("http://www.w3.org", "") and "https://" not in text and "<script" not in text
    return drawn


@pytest.fixture(scope="module")
def home():
    """Stacks of the test's own: a proof that somebody has interrupted is to find its data as it was."""
    yield (folder := ROOT / ".run/test-prove")
    for stack in folder.glob("*/stack.env"):
        subprocess.run([str(ROOT / "infra/local/stack"), "clean-data"], env=dict(os.environ, RUN=str(stack.parent), YES="1"), check=True,
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    shutil.rmtree(folder, ignore_errors=True)


def prove(stage, home, **settings):
    environment = dict(os.environ, STAGE=stage, QUICK="1", FRESH="1", PROVE_RUN=str(home), **settings)
    return subprocess.run([str(HERE / "run")], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=420)


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage not in NEEDS_IDLE])
def test_a_stage_is_proven_and_the_other_way_round_is_not(stage, home):
    right = prove(stage, home)
    assert right.returncode == 0 and "\nPASS " in right.stdout, right.stdout[-6000:] + right.stderr[-2000:]
    document = json.loads((ROOT / f".run/results/prove-{stage}-quick.json").read_text())
    assert document["quick"] and all(claim["holds"] for claim in document["claims"])
    assert {"latency", "database"} & check_drawn(document).keys()
    gains = {claim["metric"].split(".")[0] for claim in document["claims"] if claim["kind"] == "gain"} & document["workloads"].keys()
    wrong = prove(stage, home, SWAP="1", ONLY=sorted(gains)[0])
    assert wrong.returncode == 1 and "\nFAIL " in wrong.stdout, wrong.stdout[-6000:] + wrong.stderr[-2000:]
