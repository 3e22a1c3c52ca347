"""Health, metrics, identity, request ids."""
import collections
import re

import pytest


def test_health_readiness_stage(anyone):
    assert anyone.get("/healthz").json() == {"status": "ok"}
    assert anyone.get("/readyz").json() == {"status": "ready"}
    stage = anyone.get("/v1/stage")
    assert re.match(r"^\d\d-[a-z-]+$", stage.json()["stage"])
    assert stage.json()["instance"] == stage.headers["Server-Instance"]


def metrics_by_instance(anyone, instances):
    """Each counts for itself: asked until all of them have answered."""
    found = {}
    for _ in range(400):
        answer = anyone.get("/metrics")
        found[answer.headers["Server-Instance"]] = answer.text
        if instances <= set(found):
            return found
    raise AssertionError(f"of {instances} only {set(found)} have answered")


def test_metrics_count_requests_by_route(anyone):
    def count(text):
        found = re.search(r'^shop_http_requests_total\{[^}]*route="/v1/products/\{id\}"[^}]*status="404"[^}]*\} (\d+)', text, re.M)
        return int(found.group(1)) if found else 0
    instances = {anyone.get("/v1/stage").headers["Server-Instance"] for _ in range(30)}
    before = metrics_by_instance(anyone, instances)
    asked = collections.Counter(anyone.get("/v1/products/999999999").headers["Server-Instance"] for _ in range(3))
    after = metrics_by_instance(anyone, instances)
    for instance in instances:
        assert count(after[instance]) == count(before[instance]) + asked[instance]
    text = after[min(instances)]
    for name in ("shop_http_request_duration_seconds_bucket", "shop_pg_connections", "shop_loop_lag_microseconds"):
        assert name in text
    names = re.findall(r"^# TYPE (\S+)", text, re.M)
    assert len(names) == len(set(names)), "each family is declared once"


@pytest.mark.parametrize("given, kept", [("abc-123_X.y", True), ("", False), ("x" * 65, False), ("a b", False), ('a"b', False)])
def test_request_ids(anyone, given, kept):
    answer = anyone.get("/v1/products/999999999", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) == kept
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_caching_headers(anyone, customer):
    assert "must-revalidate" in anyone.get("/v1/home").headers["Cache-Control"]
    assert anyone.get("/v1/home").headers["Cache-Control"].startswith("public")
    assert customer.get("/v1/users/me").headers["Cache-Control"] == "no-store"
