"""Accounts and sessions."""
import pytest

from client import Client, fields, unique

GOOD = {"name": "Grace", "password": "long enough password"}


def test_register_log_in_me_log_out(anyone):
    email = unique("Grace") + "@Shop.Example"
    created = anyone.post("/v1/users", dict(GOOD, email=email))
    assert created.status_code == 201
    assert created.headers["Location"] == "/v1/users/me"
    assert created.json()["email"] == email.lower()
    assert created.json()["role"] == "customer"
    assert "password" not in created.text
    grace = anyone.logged_in(email.upper(), GOOD["password"])
    assert grace.get("/v1/users/me").json() == created.json()
    assert grace.delete("/v1/sessions/current").status_code == 204
    assert grace.get("/v1/users/me").status_code == 401


def test_a_taken_email_is_a_conflict_with_its_field(anyone):
    account = dict(GOOD, email=unique("twice") + "@shop.example")
    assert anyone.post("/v1/users", account).status_code == 201
    again = anyone.post("/v1/users", account)
    assert again.status_code == 409
    assert fields(again) == {"email"}


@pytest.mark.parametrize("change, wrong", [
    ({"email": "no-at-sign"}, "email"),
    ({"email": "a@b@c.example"}, "email"),
    ({"email": "x" * 250 + "@shop.example"}, "email"),
    ({"email": 7}, "email"),
    ({"email": None}, "email"),
    ({"name": ""}, "name"),
    ({"name": "x" * 101}, "name"),
    ({"password": "short"}, "password"),
    ({"password": "x" * 201}, "password"),
    ({"role": "admin"}, "role"),
])
def test_wrong_fields_are_named(anyone, change, wrong):
    account = {**GOOD, "email": unique("f") + "@shop.example", **change}
    answer = anyone.post("/v1/users", account)
    assert answer.status_code == 422
    assert wrong in fields(answer)


def test_all_wrong_fields_come_together(anyone):
    assert fields(anyone.post("/v1/users", {})) == {"email", "name", "password"}


def test_wrong_password_and_unknown_account_look_the_same(anyone, customer):
    wrong = anyone.post("/v1/sessions", {"email": customer.user["email"], "password": "wrong password"})
    unknown = anyone.post("/v1/sessions", {"email": "nobody@shop.example", "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer not-a-token", "bearer " + "x" * 3000])
def test_tokens_that_do_not_hold(anyone, header):
    answer = anyone.get("/v1/users/me", headers={"Authorization": header})
    assert answer.status_code == 401


def test_admin_searches_users(admin, anyone):
    prefix = unique("findme")
    made = [anyone.post("/v1/users", dict(GOOD, email=f"{prefix}-{n}@shop.example")).json() for n in range(5)]
    exact = admin.get("/v1/admin/users", email=f"{prefix}-3@shop.example").json()
    assert exact["items"] == [made[3]] and exact["next_cursor"] is None
    assert admin.pages("/v1/admin/users", prefix=prefix, limit=2) == made
    assert admin.get("/v1/admin/users", prefix=prefix + "%").json()["items"] == []


def test_search_wants_one_of_email_and_prefix(admin):
    assert admin.get("/v1/admin/users").status_code == 422
    assert admin.get("/v1/admin/users", email="a@b.example", prefix="a").status_code == 422


def test_admin_routes_are_for_admins(anyone, customer):
    assert anyone.get("/v1/admin/users", prefix="a").status_code == 401
    assert customer.get("/v1/admin/users", prefix="a").status_code == 403
    assert customer.post("/v1/admin/products", {}).status_code == 403
    assert Client(anyone.base_url, anyone.contract).get("/v1/admin/bookings").status_code == 401
