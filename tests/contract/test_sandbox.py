"""The promises of the payment sandbox (infra/sandbox/README.md), kept by the program itself over HTTP.

It starts its own sandboxes on free ports and needs no shop; skipped where the program is not built.
"""
import hashlib
import hmac
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".run/build" / os.environ.get("VARIANT", "release") / "infra/sandbox/sandbox"
KEY = "a key that only the tests know"

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="infra/sandbox is not built")


class Sandbox:
    def __init__(self, folder, latency_ms=0):
        self.folder, self.latency_ms = folder, latency_ms
        self.ledger = folder / "ledger"
        (folder / "key").write_text(KEY + "\n")
        self.start()

    def start(self):
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(
            [PROGRAM, "--port", "0", "--ledger", self.ledger, "--key-file", self.folder / "key",
             "--latency", str(self.latency_ms)], stderr=self.log, stdin=subprocess.DEVNULL)
        limit = time.monotonic() + 20
        while not (ready := re.search(r"event=sandbox_ready port=(\d+)", (self.folder / "log").read_text())):
            assert self.process.poll() is None and time.monotonic() < limit, (self.folder / "log").read_text()
            time.sleep(0.01)
        self.url = f"http://127.0.0.1:{ready.group(1)}"
        self.http = requests.Session()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        code = self.process.wait(20)
        self.log.close()
        return code

    def send(self, method, path, body=None, key=None, timeout=10, age=0, secret=KEY, **headers):
        text = "" if body is None else json.dumps(body)
        stamp = str(int(time.time()) - age)
        signed = f"{stamp}\n{method}\n{path}\n{text}"
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers |= {"X-Timestamp": stamp, "Content-Type": "application/json",
                    "X-Signature": headers.get("X-Signature", hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest())}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.http.request(method, self.url + path, data=text, headers=headers, timeout=timeout)

    def charge(self, key, card="card_ok", amount=1000, timeout=10, **change):
        body = {"amount_cents": amount, "currency": "EUR", "card_token": card, "reference": key} | change
        return self.send("POST", "/v1/charges", body, key, timeout)

    def find(self, key):
        return self.send("GET", f"/v1/charges/by-key/{key}")

    def void(self, key):
        return self.send("POST", f"/v1/charges/by-key/{key}/void", key=key + "-void")

    def refund(self, charge, key, amount):
        return self.send("POST", f"/v1/charges/by-key/{charge}/refunds", {"amount_cents": amount}, key)

    def set(self, **settings):
        answer = requests.put(self.url + "/v1/settings", json=settings, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def totals(self):
        return requests.get(self.url + "/v1/ledger/totals", timeout=10).json()

    def entries(self, **query):
        return requests.get(self.url + "/v1/ledger", params=query, timeout=10).json()["items"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    assert sandbox.stop() == 0


@pytest.fixture
def sandbox(shared):
    """The shared one, in fair weather before and after."""
    shared.set(latency_ms=0, down=False, hang=False)
    yield shared
    shared.set(latency_ms=0, down=False, hang=False)


@pytest.fixture
def own(tmp_path):
    sandbox = Sandbox(tmp_path)
    yield sandbox
    if sandbox.process.poll() is None:
        assert sandbox.stop() == 0


# --- charges ---

def test_a_good_card_is_charged(sandbox):
    answer = sandbox.charge("ok-1", amount=2550)
    assert answer.status_code == 201
    charge = answer.json()
    assert re.fullmatch(r"ch_[0-9a-f]{24}", charge.pop("id"))
    assert charge == {"key": "ok-1", "status": "succeeded", "amount_cents": 2550, "currency": "EUR",
                      "reference": "ok-1", "refunded_cents": 0}
    found = sandbox.find("ok-1")
    assert (found.status_code, found.json()) == (200, answer.json())


def test_the_same_key_has_the_same_answer_and_one_charge(sandbox):
    before = sandbox.totals()["charges"]
    answers = [sandbox.charge("same-1") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sandbox.totals()["charges"] == before + 1


@pytest.mark.parametrize("change", [{"amount_cents": 1001}, {"currency": "USD"}, {"card_token": "card_slow"},
                                    {"reference": "other"}])
def test_the_same_key_with_another_body_is_refused(sandbox, change):
    assert sandbox.charge("other-1").status_code == 201
    answer = sandbox.charge("other-1", **change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_declined_card_stays_declined(sandbox):
    first, second = sandbox.charge("no-1", "card_declined"), sandbox.charge("no-1", "card_declined")
    assert first.status_code == second.status_code == 402
    assert first.json() == second.json() and first.json()["status"] == "declined"
    assert sandbox.find("no-1").json()["status"] == "declined"
    assert [entry["kind"] for entry in sandbox.entries() if entry["key"] == "no-1"] == ["decline"]


def test_a_slow_card_takes_three_seconds(sandbox):
    began = time.monotonic()
    assert sandbox.charge("slow-1", "card_slow").status_code == 201
    assert 2.9 < time.monotonic() - began < 15


def test_a_timeout_card_charges_and_says_nothing(sandbox):
    with pytest.raises(requests.Timeout):
        sandbox.charge("quiet-1", "card_timeout", timeout=0.5)
    assert sandbox.find("quiet-1").json()["status"] == "succeeded"
    assert sandbox.void("quiet-1").status_code == 409
    assert sandbox.charge("quiet-1", "card_timeout").status_code == 201  # asked again, it answers
    assert [entry["kind"] for entry in sandbox.entries() if entry["key"] == "quiet-1"] == ["charge"]


def test_a_flaky_card_fails_twice_for_each_key(sandbox):
    assert [sandbox.charge("flaky-1", "card_flaky").status_code for _ in range(4)] == [503, 503, 201, 201]
    assert sandbox.charge("flaky-2", "card_flaky").status_code == 503
    assert sandbox.find("flaky-2").status_code == 404


def test_an_unknown_card_is_not_accepted(sandbox):
    answer = sandbox.charge("unknown-1", "4111111111111111")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["card_token"]
    assert "41111" not in answer.text
    assert sandbox.find("unknown-1").status_code == 404


@pytest.mark.parametrize("change", [{"amount_cents": 0}, {"amount_cents": -5}, {"amount_cents": 1.5}, {"amount_cents": "1"},
                                    {"amount_cents": 10**18}, {"currency": "eur"}, {"currency": "EURO"}, {"card_token": ""},
                                    {"card_token": None}, {"reference": "x" * 65}, {"surprise": 1}])
def test_bad_bodies_are_refused(sandbox, change):
    assert sandbox.charge("bad-1", **change).status_code == 422
    assert sandbox.find("bad-1").status_code == 404


@pytest.mark.parametrize("key", [None, "", "x" * 65, "a b", "a/b", "ä".encode().decode("latin-1")])
def test_a_charge_needs_a_sane_key(sandbox, key):
    assert sandbox.charge(key).status_code == 422


# --- void ---

def test_a_void_closes_a_key_that_was_never_seen(sandbox):
    first = sandbox.void("tomb-1")
    assert first.status_code == 200 and first.json()["status"] == "voided"
    assert sandbox.void("tomb-1").json() == first.json()
    late = sandbox.charge("tomb-1")
    assert late.status_code == 409 and late.json()["status"] == "voided"
    assert sandbox.find("tomb-1").json()["status"] == "voided"
    assert [entry["kind"] for entry in sandbox.entries() if entry["key"] == "tomb-1"] == ["void"]


@pytest.mark.parametrize("card, status", [("card_ok", "succeeded"), ("card_declined", "declined")])
def test_a_void_comes_too_late_for_an_outcome(sandbox, card, status):
    sandbox.charge("late-" + status, card)
    answer = sandbox.void("late-" + status)
    assert answer.status_code == 409 and answer.json()["status"] == status


def test_a_void_overtakes_a_charge_under_way(sandbox):
    late = []
    thread = threading.Thread(target=lambda: late.append(sandbox.charge("race-1", "card_slow")))
    thread.start()
    time.sleep(0.5)
    assert sandbox.find("race-1").status_code == 404
    assert sandbox.void("race-1").status_code == 200
    thread.join()
    assert late[0].status_code == 409 and late[0].json()["status"] == "voided"


# --- refunds ---

def test_refunds_add_up_to_the_charge_and_not_beyond(sandbox):
    sandbox.charge("back-1", amount=1000)
    first = sandbox.refund("back-1", "back-1-a", 600)
    assert first.status_code == 201
    assert re.fullmatch(r"re_[0-9a-f]{24}", first.json()["id"])
    assert first.json() == {"id": first.json()["id"], "key": "back-1-a", "amount_cents": 600,
                            "charge_id": sandbox.find("back-1").json()["id"]}
    assert sandbox.refund("back-1", "back-1-a", 600).json() == first.json()
    assert sandbox.refund("back-1", "back-1-b", 401).status_code == 409
    assert sandbox.refund("back-1", "back-1-b", 400).status_code == 201
    assert sandbox.refund("back-1", "back-1-c", 1).status_code == 409
    assert sandbox.find("back-1").json()["refunded_cents"] == 1000


def test_a_refund_key_means_one_thing(sandbox):
    for charge in ("key-1", "key-2"):
        sandbox.charge(charge)
    assert sandbox.refund("key-1", "key-refund", 10).status_code == 201
    assert sandbox.refund("key-1", "key-refund", 11).status_code == 422
    assert sandbox.refund("key-2", "key-refund", 10).status_code == 422
    assert sandbox.find("key-2").json()["refunded_cents"] == 0


def test_only_a_charge_can_be_refunded(sandbox):
    sandbox.charge("none-1", "card_declined")
    sandbox.void("none-2")
    assert sandbox.refund("none-1", "none-1-r", 1).status_code == 409
    assert sandbox.refund("none-2", "none-2-r", 1).status_code == 409
    assert sandbox.refund("none-3", "none-3-r", 1).status_code == 404


# --- signatures ---

@pytest.mark.parametrize("wrong", [{"secret": "another key"}, {"age": 301}, {"age": -310}, {"X_Signature": ""},
                                   {"X_Signature": "0" * 64}, {"X_Signature": "ä".encode().decode("latin-1")}])
def test_a_wrong_signature_is_refused(sandbox, wrong):
    body = {"amount_cents": 1, "currency": "EUR", "card_token": "card_ok", "reference": ""}
    assert sandbox.send("POST", "/v1/charges", body, "sign-1", **wrong).status_code == 401
    assert sandbox.send("GET", "/v1/charges/by-key/sign-1", **wrong).status_code == 401
    assert sandbox.find("sign-1").status_code == 404


def test_no_signature_is_refused(sandbox):
    assert requests.get(sandbox.url + "/v1/charges/by-key/x", timeout=10).status_code == 401
    assert requests.post(sandbox.url + "/v1/charges/by-key/x/void", timeout=10).status_code == 401
    assert requests.post(sandbox.url + "/v1/charges/by-key/x/refunds", json={}, timeout=10).status_code == 401


def test_a_signature_fits_one_request(sandbox):
    stamp = str(int(time.time()))
    right = hmac.new(KEY.encode(), f"{stamp}\nGET\n/v1/charges/by-key/x\n".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": stamp, "X-Signature": right}
    assert requests.get(sandbox.url + "/v1/charges/by-key/x", headers=headers, timeout=10).status_code == 404
    assert requests.get(sandbox.url + "/v1/charges/by-key/y", headers=headers, timeout=10).status_code == 401


# --- weather ---

def test_latency_is_settable(sandbox):
    assert sandbox.set(latency_ms=200) == {"latency_ms": 200, "down": False, "hang": False}
    began = time.monotonic()
    assert sandbox.charge("wait-1").status_code == 201
    assert 0.19 < time.monotonic() - began < 8


def test_down_answers_503_and_charges_nothing(sandbox):
    sandbox.set(down=True)
    assert sandbox.charge("down-1").status_code == 503
    assert sandbox.find("down-1").status_code == 503
    assert requests.get(sandbox.url + "/healthz", timeout=10).status_code == 200
    sandbox.set(down=False)
    assert sandbox.find("down-1").status_code == 404


def test_hang_answers_nothing_and_charges_nothing(sandbox):
    sandbox.set(hang=True)
    with pytest.raises(requests.Timeout):
        sandbox.charge("hang-1", timeout=0.3)
    sandbox.set(hang=False)
    assert sandbox.find("hang-1").status_code == 404


@pytest.mark.parametrize("settings", [{"latency_ms": -1}, {"latency_ms": 60001}, {"down": 1}, {"rain": True}, []])
def test_bad_settings_change_nothing(sandbox, settings):
    before = requests.get(sandbox.url + "/v1/settings", timeout=10).json()
    assert requests.put(sandbox.url + "/v1/settings", json=settings, timeout=10).status_code == 422
    assert requests.get(sandbox.url + "/v1/settings", timeout=10).json() == before


# --- the ledger ---

def test_the_ledger_is_paged_in_order(own):
    for i in range(7):
        own.charge(f"page-{i}", amount=i + 1)
    assert [entry["seq"] for entry in own.entries()] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry["key"] for entry in own.entries(after=4, limit=2)] == ["page-4", "page-5"]
    assert own.entries(after=7) == own.entries(after=10**12) == []
    assert set(own.entries()[0]) == {"seq", "kind", "key", "id", "amount_cents", "at"}


def test_every_movement_survives_a_restart(own):
    own.charge("keep-1", amount=500)
    own.charge("keep-2", "card_declined")
    own.refund("keep-1", "keep-1-r", 200)
    own.void("keep-3")
    totals, entries, charge = own.totals(), own.entries(), own.find("keep-1").json()
    assert totals == {"charged_cents": 500, "refunded_cents": 200, "charges": 1, "refunds": 1, "declines": 1, "voids": 1}
    own.stop(signal.SIGKILL)
    own.start()
    assert (own.totals(), own.entries(), own.find("keep-1").json()) == (totals, entries, charge)
    assert own.charge("keep-1", amount=500).status_code == 201
    assert own.charge("keep-1", amount=501).status_code == 422
    assert own.charge("keep-3").status_code == 409
    assert own.refund("keep-1", "keep-1-r", 200).status_code == 201
    assert own.refund("keep-1", "keep-1-s", 301).status_code == 409
    assert own.totals() == totals


def test_a_line_cut_short_is_dropped(own):
    own.charge("cut-1")
    own.stop(signal.SIGKILL)
    whole = own.ledger.read_bytes()
    own.ledger.write_bytes(whole + b'{"seq":2,"kind":"char')
    own.start()
    assert own.totals()["charges"] == 1
    own.charge("cut-2")
    own.stop()
    assert own.ledger.read_bytes().startswith(whole + b'{"seq":2,"kind":"charge","key":"cut-2"')


@pytest.mark.parametrize("spoil", [lambda line: b"nonsense\n" + line, lambda line: line + line,
                                   lambda line: line.replace(b'"charge"', b'"gift"'), lambda line: b"[" * 5000 + b"\n"])
def test_a_spoiled_ledger_refuses_to_start(own, spoil):
    own.charge("spoil-1")
    own.stop()
    own.ledger.write_bytes(spoil(own.ledger.read_bytes()))
    result = subprocess.run([PROGRAM, "--port", "0", "--ledger", own.ledger, "--key-file", own.folder / "key"],
                            capture_output=True, text=True, timeout=20)
    assert result.returncode == 1
    assert re.match(rf"sandbox: {own.ledger}:[12]: ", result.stderr), result.stderr


def test_no_secret_is_written_anywhere(own):
    own.charge("secret-1")
    own.charge("secret-2", "card_timeout_typo")
    own.send("GET", "/v1/charges/by-key/secret-1", secret="wrong")
    own.stop()
    written = own.ledger.read_text() + (own.folder / "log").read_text()
    assert "card_" not in written and KEY not in written


def test_stopping_does_not_wait_for_the_silent(own):
    with pytest.raises(requests.Timeout):
        own.charge("silent-1", "card_timeout", timeout=0.3)
    began = time.monotonic()
    assert own.stop() == 0
    assert time.monotonic() - began < 8


def test_bad_arguments_are_named(tmp_path):
    for arguments, message in [(["--port", "x"], "SHOP_SANDBOX_PORT"), (["--colour", "red"], "--help"), (["--port"], "--help")]:
        result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=20,
                                env={"SHOP_SANDBOX_KEY": KEY, "SHOP_SANDBOX_LEDGER": str(tmp_path / "ledger")})
        assert result.returncode != 0 and message in result.stderr


def test_parallel_charges_of_one_key_make_one_charge(own):
    own.set(latency_ms=50)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(own.charge("many-1"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.text for answer in answers}) == 1 and answers[0].status_code == 201
    assert own.totals()["charges"] == 1
