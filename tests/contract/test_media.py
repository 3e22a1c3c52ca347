"""A product's picture: put by an admin, seen by everybody, kept by caches, taken away again."""
import os

import pytest

from pictures import jpeg_size, png

LIMIT = 8 << 20
FOR_EVER = "public, max-age=31536000, immutable"


def put(client, product, data, kind="image/png", **kwargs):
    headers = {"Content-Type": kind, **kwargs.pop("headers", {})}
    return client.put(f"/v1/admin/products/{product['id']}/picture", data=data, headers=headers, **kwargs)


@pytest.fixture
def pictured(admin, product):
    """A product with a picture of 2000 x 1000."""
    answer = put(admin, product, png(2000, 1000))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_new_product_has_none(product):
    assert product["picture"] is None


def test_a_picture_is_there_in_three_sizes(anyone, product, pictured):
    assert pictured["version"] == product["version"] + 1
    assert anyone.get(f"/v1/products/{product['id']}").json()["picture"] == pictured["picture"]
    for size, sides in (("small", (400, 200)), ("medium", (800, 400)), ("large", (1600, 800))):
        answer = anyone.get(pictured["picture"][size])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Cache-Control"] == FOR_EVER
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert jpeg_size(answer.content) == (*sides, True)


def test_it_is_in_lists_too(anyone, admin, pictured):
    found = anyone.get("/v1/products", q=pictured["title"]).json()["items"]
    assert [item["picture"] for item in found] == [pictured["picture"]]


def test_a_copy_is_known_by_its_etag(anyone, pictured):
    first = anyone.get(pictured["picture"]["small"])
    again = anyone.get(pictured["picture"]["small"], headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""
    assert again.headers["Cache-Control"] == FOR_EVER
    other = anyone.get(pictured["picture"]["medium"], headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    head = anyone.session.head(anyone.base_url + pictured["picture"]["small"])
    assert head.headers["Content-Length"] == str(len(first.content)) and head.content == b""


def test_the_same_picture_has_the_same_address(admin, pictured):
    again = put(admin, pictured, png(2000, 1000)).json()
    assert again["picture"] == pictured["picture"]
    assert again["version"] == pictured["version"] + 1
    other = put(admin, pictured, png(2000, 1000, (0, 0, 255))).json()
    assert other["picture"] != pictured["picture"]


def test_jpeg_is_taken_as_well(anyone, admin, product, pictured):
    data = anyone.get(pictured["picture"]["medium"]).content
    answer = put(admin, product, data, "image/jpeg")
    assert answer.status_code == 200
    assert jpeg_size(anyone.get(answer.json()["picture"]["large"]).content)[:2] == (800, 400), "never enlarged"


def test_it_can_be_taken_away(anyone, admin, pictured):
    path = f"/v1/admin/products/{pictured['id']}/picture"
    answer = admin.delete(path)
    assert answer.status_code == 200
    assert answer.json()["picture"] is None
    assert answer.json()["version"] == pictured["version"] + 1
    assert anyone.get(f"/v1/products/{pictured['id']}").json()["picture"] is None
    assert anyone.get(pictured["picture"]["small"]).status_code == 200, "caches and other pages may still name it"
    assert admin.delete(path).status_code == 200


def test_of_another_version_it_is_refused(admin, product, pictured):
    stale = {"If-Match": f'"p{product["id"]}-v{product["version"]}"'}
    assert put(admin, product, png(9, 9), headers=stale).status_code == 412
    assert admin.delete(f"/v1/admin/products/{product['id']}/picture", headers=stale).status_code == 412
    fresh = {"If-Match": f'"p{product["id"]}-v{pictured["version"]}"'}
    assert put(admin, product, png(9, 9), headers=fresh).status_code == 200


@pytest.mark.parametrize("data, kind, sentence", [
    (b"", "image/png", "this is not a PNG picture"),
    (b"GIF89a and so on", "image/png", "this is not a PNG picture"),
    (png(5, 5), "image/jpeg", "this is not a JPEG picture"),
    (png(50, 50)[:-30], "image/png", "the picture ends early"),
    (png(5, 5, claims=(6000, 4001)), "image/png", "the picture is damaged"),
    (png(5, 5, claims=(10001, 5)), "image/png", "the picture has 10001 x 5 pixels; at most 10000 on a side and 24 megapixels together"),
    (png(5, 5, claims=(9000, 9000)), "image/png", "the picture has 9000 x 9000 pixels; at most 10000 on a side and 24 megapixels together"),
    (b"\xff\xd8\xff\xe0 and nothing more", "image/jpeg", "the picture ends early"),
])
def test_what_is_no_picture_is_refused_in_words(admin, product, data, kind, sentence):
    answer = put(admin, product, data, kind)
    assert answer.status_code == 422
    assert answer.json()["detail"] == sentence


@pytest.mark.parametrize("kind", ["image/gif", "image/pngx", "application/json", "text/plain", "image/svg+xml"])
def test_other_types_are_refused(admin, product, kind):
    assert put(admin, product, png(5, 5), kind).status_code == 415


def test_the_largest_upload_and_one_byte_more(admin, product):
    data = png(1000, 1000, noise=os.urandom(3_000_000))
    assert put(admin, product, data + b"\0" * (LIMIT - len(data))).status_code == 200
    assert put(admin, product, data + b"\0" * (LIMIT - len(data) + 1)).status_code == 413


def test_only_admins_may(anyone, customer, product):
    for client, status in ((anyone, 401), (customer, 403)):
        assert put(client, product, png(5, 5)).status_code == status
        assert client.delete(f"/v1/admin/products/{product['id']}/picture").status_code == status


def test_a_strangers_megabytes_get_the_same_answer(anyone, customer, product):
    for client, status in ((anyone, 401), (customer, 403)):
        assert put(client, product, b"x" * LIMIT, headers={"Expect": "100-continue"}).status_code == status
        assert client.get("/v1/categories").status_code == 200


def test_unknown_products_and_pictures(anyone, admin, pictured):
    assert put(admin, {"id": 99999999}, png(5, 5)).status_code == 404
    assert admin.delete("/v1/admin/products/99999999/picture").status_code == 404
    address = pictured["picture"]["small"]
    for wrong in (address.replace("small", "huge"), address.replace(".jpg", ".png"), address.upper().replace("/V1/PICTURES", "/v1/pictures"),
                  "/v1/pictures/" + "0" * 32 + "/small.jpg", "/v1/pictures/x/small.jpg"):
        assert anyone.get(wrong).status_code == 404
    assert anyone.get(address, version="1").status_code == 422
