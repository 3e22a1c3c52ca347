"""Products, lists, the home page, availability; and the admin's side of them."""
import base64
import itertools

import pytest

from client import fields, unique


def test_home_has_its_four_parts(anyone):
    home = anyone.get("/v1/home").json()
    assert len(home["featured"]) == len(home["newest"]) == 8
    assert all(product["featured"] and product["active"] for product in home["featured"])
    newest = [product["created_at"] for product in home["newest"]]
    assert newest == sorted(newest, reverse=True)
    assert sum(category["product_count"] for category in home["categories"]) > 0


def test_best_sellers_come_from_sales(anyone, customer, admin, product, day):
    assert len(anyone.get("/v1/home").json()["best_sellers"]) <= 8


def test_categories_are_the_home_pages(anyone):
    assert anyone.get("/v1/categories").json()["items"] == anyone.get("/v1/home").json()["categories"]


@pytest.mark.parametrize("sort, member", [("newest", "created_at"), ("price", "price_cents"), ("rating", "rating")])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_are_in_order_complete_and_without_repeats(anyone, category, sort, member, order):
    items = anyone.pages("/v1/products", category=category, sort=sort, order=order, limit=7)
    ids = [item["id"] for item in items]
    assert len(ids) == len(set(ids))
    values = [item[member] for item in items]
    assert values == sorted(values, reverse=order == "desc")
    assert set(ids) == {item["id"] for item in anyone.pages("/v1/products", category=category, limit=100)}
    assert all(item["category"] == category for item in items)


def test_default_directions(anyone):
    prices = [item["price_cents"] for item in anyone.get("/v1/products", sort="price").json()["items"]]
    assert prices == sorted(prices)
    ratings = [item["rating"] for item in anyone.get("/v1/products", sort="rating").json()["items"]]
    assert ratings == sorted(ratings, reverse=True)
    assert len(prices) == 20


def test_price_range(anyone):
    items = anyone.pages("/v1/products", min_price_cents=2000, max_price_cents=5000, limit=100)
    assert items and all(2000 <= item["price_cents"] <= 5000 for item in items)
    assert fields(anyone.get("/v1/products", min_price_cents=-1)) == {"min_price_cents"}


def test_text_is_found_literally(anyone, admin, category):
    word = unique("100%_pure\\water")
    body = {"category": category, "title": word, "summary": "s", "description": "d", "price_cents": 1}
    made = admin.post("/v1/admin/products", body).json()
    assert [item["id"] for item in anyone.get("/v1/products", q=word.upper()).json()["items"]] == [made["id"]]
    assert anyone.get("/v1/products", q=word.replace("_", "x")).json()["items"] == []


def test_unknown_category_is_an_empty_list(anyone):
    assert anyone.get("/v1/products", category="no-such-category").json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("query, wrong", [
    ({"sort": "cheapest"}, "sort"), ({"order": "up"}, "order"), ({"limit": "0"}, "limit"), ({"limit": "101"}, "limit"),
    ({"limit": "1e3"}, "limit"), ({"limit": "99999999999999999999"}, "limit"), ({"q": ""}, "q"), ({"q": "x" * 101}, "q"),
    ({"max_price_cents": "cheap"}, "max_price_cents"), ({"colour": "red"}, "colour"),
])
def test_wrong_list_queries(anyone, query, wrong):
    answer = anyone.get("/v1/products", **query)
    assert answer.status_code == 422
    assert wrong in fields(answer)


def test_cursors_that_are_not_ours(anyone):
    cursor = anyone.get("/v1/products", sort="price", limit=2).json()["next_cursor"]
    assert anyone.get("/v1/products", sort="rating", cursor=cursor).status_code == 400
    for bad in ("x", "!!!!", "A" * 250, cursor[:len(cursor) // 2], cursor + "AA", base64.urlsafe_b64encode(b"\0\xff{}").decode().rstrip("=")):
        assert anyone.get("/v1/products", sort="price", cursor=bad).status_code == 400


def test_product_and_its_version_as_etag(anyone, admin, product):
    path = f"/v1/products/{product['id']}"
    first = anyone.get(path)
    assert first.json() == product
    tag = first.headers["ETag"]
    assert anyone.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert anyone.get(path, headers={"If-None-Match": f'"other", W/{tag}'}).status_code == 304
    changed = admin.patch(f"/v1/admin/products/{product['id']}", {"price_cents": 2600}, headers={"If-Match": tag})
    assert changed.status_code == 200 and changed.json()["price_cents"] == 2600
    assert changed.json()["version"] == product["version"] + 1
    after = anyone.get(path, headers={"If-None-Match": tag})
    assert after.status_code == 200 and after.json() == changed.json()
    stale = admin.patch(f"/v1/admin/products/{product['id']}", {"price_cents": 1}, headers={"If-Match": tag})
    assert stale.status_code == 412
    assert anyone.get(path).json()["price_cents"] == 2600


def test_lists_have_etags_too(anyone):
    tag = anyone.get("/v1/categories").headers["ETag"]
    assert anyone.get("/v1/categories", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("identifier", ["0", "-1", "abc", "1.5", "99999999999999999999", "9223372036854775807", "%20", "1%00"])
def test_ids_that_name_nothing(anyone, identifier):
    assert anyone.get(f"/v1/products/{identifier}").status_code in (400, 404)


def test_a_hidden_product_is_gone_for_shoppers(anyone, admin, product, customer, day):
    assert admin.patch(f"/v1/admin/products/{product['id']}", {"active": False}).status_code == 200
    assert anyone.get(f"/v1/products/{product['id']}").status_code == 404
    answer = customer.order([(product["id"], day(3), 1)])
    assert answer.status_code == 422 and fields(answer) == {"lines[0].product_id"}


@pytest.mark.parametrize("change, wrong", [
    ({"category": "no-such-category"}, "category"), ({"title": ""}, "title"), ({"title": "x" * 121}, "title"),
    ({"price_cents": -1}, "price_cents"), ({"price_cents": 1.5}, "price_cents"), ({"price_cents": "12"}, "price_cents"),
    ({"price_cents": 10**30}, "price_cents"), ({"featured": "yes"}, "featured"), ({"capacity_per_day": -1}, "capacity_per_day"),
    ({"currency": "EUR"}, "currency"),
])
def test_wrong_products_are_refused(admin, category, change, wrong):
    body = {"category": category, "title": "t", "summary": "s", "description": "d", "price_cents": 1, **change}
    answer = admin.post("/v1/admin/products", body)
    assert answer.status_code in (400, 422)
    if answer.status_code == 422:
        assert wrong in fields(answer)


def test_changing_what_is_not_there(admin):
    assert admin.patch("/v1/admin/products/999999999", {"price_cents": 1}).status_code == 404
    assert admin.put("/v1/admin/products/999999999/capacity", {"per_day": 1}).status_code == 404


def test_availability_by_day(anyone, admin, product, day):
    path = f"/v1/products/{product['id']}/availability"
    default = anyone.get(path).json()
    assert [entry["day"] for entry in default["days"]] == [day(n) for n in range(31)]
    assert all(entry["capacity"] == entry["available"] == 10 for entry in default["days"])
    own = admin.put(f"/v1/admin/products/{product['id']}/capacity/{day(5)}", {"capacity": 25})
    assert own.json() == {"product_id": product["id"], "day": day(5), "capacity": 25, "available": 25}
    assert admin.put(f"/v1/admin/products/{product['id']}/capacity", {"per_day": 4}).json()["per_day"] == 4
    days = {entry["day"]: entry["capacity"] for entry in anyone.get(path, from_=day(4), to=day(6)).json()["days"]}
    assert days == {day(4): 4, day(5): 25, day(6): 4}


def test_availability_limits(anyone, product, day):
    path = f"/v1/products/{product['id']}/availability"
    assert anyone.get(path, from_=day(0), to=day(91)).status_code == 200
    for query in ({"from_": day(0), "to": day(92)}, {"from_": day(5), "to": day(4)}, {"from_": day(-1)},
                  {"from_": "2026-02-30"}, {"to": "tomorrow"}, {"from_": "2026-2-3"}):
        assert anyone.get(path, **query).status_code == 422, query
    assert anyone.get("/v1/products/999999999/availability").status_code == 404


def test_capacity_never_falls_below_what_is_taken(admin, customer, product, day):
    assert customer.order([(product["id"], day(7), 3)]).status_code == 201
    base = f"/v1/admin/products/{product['id']}/capacity"
    assert admin.put(base, {"per_day": 2}).status_code == 409
    assert admin.put(f"{base}/{day(7)}", {"capacity": 2}).status_code == 409
    assert admin.put(f"{base}/{day(7)}", {"capacity": 3}).json()["available"] == 0
    assert admin.put(f"{base}/{day(-1)}", {"capacity": 3}).status_code == 422
    assert admin.put(f"{base}/not-a-day", {"capacity": 3}).status_code in (404, 422)


def test_every_combination_of_filters_answers(anyone, category):
    for sort, order, text, low in itertools.product(("newest", "price", "rating"), ("asc", "desc"), (None, "a"), (None, 100)):
        query = {"sort": sort, "order": order, "category": category}
        if text:
            query["q"] = text
        if low:
            query["min_price_cents"] = low
        assert anyone.get("/v1/products", **query).status_code == 200


def test_what_has_not_changed_is_not_sent_again(anyone):
    product = anyone.get("/v1/products", limit=1).json()["items"][0]["id"]
    for path in ("/v1/home", "/v1/categories", "/v1/products", f"/v1/products/{product}", f"/v1/products/{product}/availability"):
        for _ in range(5):  # somebody may book between the two
            tag = anyone.get(path).headers["ETag"]
            again = anyone.get(path, headers={"If-None-Match": tag})
            if again.status_code == 304:
                break
        assert again.status_code == 304 and again.content == b"", path
