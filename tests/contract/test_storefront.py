"""What is served besides the API: pages, their assets, and a page for where there is nothing."""
import re

import pytest
import requests

PAGES = ["/", "/products", "/products/1", "/basket", "/checkout", "/orders", "/orders/1", "/login", "/register",
         "/admin", "/admin/products/1", "/admin/bookings", "/admin/reports"]


@pytest.fixture(scope="module")
def get(target):
    session = requests.Session()

    def get(path, method="GET", **headers):
        # a header that is None is not sent at all
        headers = {name.replace("_", "-"): value for name, value in {"Accept_Encoding": None, **headers}.items()}
        return session.request(method, target[0] + path, headers=headers, timeout=10)
    return get


def assets_of(text):
    return re.findall(r'(?:href|src)="(/assets/[^"]+)"', text)


@pytest.mark.parametrize("path", PAGES)
def test_pages_carry_their_policy(get, path):
    answer = get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    rules = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'" and rules["frame-ancestors"] == "'none'" and rules["base-uri"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert "must-revalidate" in answer.headers["Cache-Control"]
    assert not re.search(r"<script(?![^>]* src=)|<style|\son[a-z]+=|\sstyle=|javascript:", answer.text), "nothing inline"


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_names_is_there_for_good(get, path):
    for asset in assets_of(get(path).text):
        answer = get(asset, "HEAD")
        assert answer.status_code == 200, asset
        assert "immutable" in answer.headers["Cache-Control"]


def test_pages_and_assets_are_conditional(get):
    asset = assets_of(get("/").text)[-1]
    for path in ("/", asset):
        tag = get(path).headers["ETag"]
        again = get(path, If_None_Match=tag)
        assert again.status_code == 304 and again.content == b"" and again.headers["ETag"] == tag


@pytest.mark.parametrize("accepted, coded", [("gzip", True), ("br, gzip;q=0.5", True), ("GZIP", True), ("br", False), ("gzip;q=0", False),
                                             ("gzip;q=0.0, br", False), ("xgzip, gzipx", False), (None, False)])
def test_compression_is_asked_for(get, accepted, coded):
    answer, plain = get("/", Accept_Encoding=accepted), get("/")
    assert (answer.headers.get("Content-Encoding") == "gzip") == coded
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert (answer.headers["ETag"] != plain.headers["ETag"]) == coded, "two forms, two tags"
    assert answer.text == plain.text


def test_an_asset_of_another_version_may_not_be_kept(get):
    name = assets_of(get("/").text)[-1].rsplit("/", 1)[1]
    answer = get(f"/assets/0000000000000000/{name}")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-cache"
    assert get("/assets/0000000000000000/nothing.js").status_code == 404


@pytest.mark.parametrize("accepted, page", [("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", True), ("application/json", False),
                                            ("text/html;q=0, */*", False), ("*/*", False), (None, False)])
def test_nothing_is_said_to_each_in_their_own_way(get, accepted, page):
    answer = get("/no/such/page", Accept=accepted)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html" if page else "application/problem+json")
    assert page == ("Content-Security-Policy" in answer.headers)


def test_the_api_speaks_json_to_browsers_too(get):
    for path in ("/v1/nothing", "/v1/products/999999999"):
        assert get(path, Accept="text/html").headers["Content-Type"] == "application/problem+json"
    assert get("/basket", "POST", Accept="text/html").status_code == 405
