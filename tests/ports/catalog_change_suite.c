/* Whoever has looked before a change sees it afterwards: everything that shows a product is read, then something is
 * changed through the port, and then, at once, read again. Trivial for a catalog that asks its database each
 * time; the whole difficulty for one that remembers.
 */
#include "tests/ports/catalog_cases.h"

#include <string.h>

struct sight { /* what there is to see of one product */
    enum status found;
    struct product product;
    bool on_home, in_tours, in_workshops, in_all;
    int64_t home_price, list_price;
    int64_t tours, workshops; /* products counted in them */
};

static const struct product *among(const struct product *products, int count, int64_t id)
{
    for (int i = 0; i < count; i++)
        if (products[i].id == id) return &products[i];
    return NULL;
}

static const struct product *listed(struct harness *harness, struct catalog *catalog,
                                    const char *category, int64_t id)
{
    struct call *call = harness_call(harness);
    const struct product_query query = {
        .category = category, .sort = PRODUCT_SORT_PRICE, .limit = 50};
    struct product_page page;
    assert_status(call, STATUS_OK, catalog_list(catalog, call, &query, &page));
    return among(page.products, page.count, id);
}

static int64_t counted(const struct category *categories, int count, const char *slug)
{
    for (int i = 0; i < count; i++)
        if (strcmp(categories[i].slug, slug) == 0) return categories[i].product_count;
    fail_msg("there is no category %s", slug);
    return -1;
}

static struct sight look(struct harness *harness, struct catalog *catalog, int64_t id)
{
    struct call *call = harness_call(harness);
    struct sight sight = {0};
    struct home home;
    struct category *categories;
    int count;
    sight.found = catalog_find(catalog, call, id, &sight.product);
    if (sight.found != STATUS_OK) call_forgive(call);
    assert_status(call, STATUS_OK, catalog_home(catalog, call, &home));
    assert_status(call, STATUS_OK, catalog_categories(catalog, call, &categories, &count));
    const struct product *at = among(home.newest, home.newest_count, id);
    sight.on_home = at != NULL;
    if (at) sight.home_price = at->price_cents;
    sight.tours = counted(categories, count, "tours");
    sight.workshops = counted(categories, count, "workshops");
    assert_int_equal(sight.tours, counted(home.categories, home.category_count, "tours"));
    sight.in_workshops = listed(harness, catalog, "workshops", id) != NULL;
    sight.in_all = listed(harness, catalog, NULL, id) != NULL;
    at = listed(harness, catalog, "tours", id);
    sight.in_tours = at != NULL;
    if (at) sight.list_price = at->price_cents;
    return sight;
}

static struct product made(struct harness *harness, struct catalog_subject *subject)
{
    catalog_add_categories(harness);
    catalog_add(harness, subject->catalog, "workshops", "Another", 100);
    return catalog_add(harness, subject->catalog, "tours", "The one", 4900);
}

static void change(struct harness *harness, struct catalog_subject *subject, int64_t id,
                   const struct product_change *change)
{
    struct call *call = harness_call(harness);
    struct product product;
    assert_status(call, STATUS_OK, catalog_change(subject->catalog, call, id, 0, change, &product));
}

static void a_price_is_the_new_one(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    const int64_t id = made(harness, subject).id;
    struct sight sight = look(harness, subject->catalog, id);
    assert_int_equal(sight.home_price, 4900);
    for (int64_t price = 1; price <= 5; price++) {
        change(harness, subject, id,
               &(struct product_change){.has_price = true, .price_cents = price});
        sight = look(harness, subject->catalog, id);
        assert_int_equal(sight.product.price_cents, price);
        assert_int_equal(sight.list_price, price);
        assert_int_equal(sight.home_price, price);
    }
}

static void a_product_moves(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    const int64_t id = made(harness, subject).id;
    struct sight sight = look(harness, subject->catalog, id);
    assert_true(sight.in_tours && !sight.in_workshops);
    change(harness, subject, id, &(struct product_change){.category = "workshops"});
    sight = look(harness, subject->catalog, id);
    assert_true(!sight.in_tours && sight.in_workshops);
    assert_int_equal(sight.tours, 0);
    assert_int_equal(sight.workshops, 2);
}

static void a_product_is_hidden_and_shown_again(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    const int64_t id = made(harness, subject).id;
    struct sight sight = look(harness, subject->catalog, id);
    assert_true(sight.on_home && sight.in_all);
    for (int round = 0; round < 4; round++) {
        const bool active = round % 2;
        change(harness, subject, id,
               &(struct product_change){.has_active = true, .active = active});
        sight = look(harness, subject->catalog, id);
        assert_int_equal(sight.found, STATUS_OK);
        assert_int_equal(sight.product.active, active);
        assert_int_equal(sight.on_home, active);
        assert_int_equal(sight.in_tours, active);
        assert_int_equal(sight.in_all, active);
        assert_int_equal(sight.tours, active);
    }
}

static void what_was_not_there_is_there(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    const int64_t id = made(harness, subject).id + 1; /* the next one */
    assert_int_equal(look(harness, subject->catalog, id).found, STATUS_NOT_FOUND);
    const struct product product = catalog_add(harness, subject->catalog, "tours", "New", 7);
    assert_int_equal(product.id, id);
    const struct sight sight = look(harness, subject->catalog, id);
    assert_int_equal(sight.found, STATUS_OK);
    assert_true(sight.on_home && sight.in_tours && sight.in_all);
    assert_int_equal(sight.tours, 2);
}

static void a_picture_is_the_new_one(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    const int64_t id = made(harness, subject).id;
    static const char key[] = "0123456789abcdef0123456789abcdef";
    assert_null(look(harness, subject->catalog, id).product.picture);
    change(harness, subject, id, &(struct product_change){.has_picture = true, .picture = key});
    assert_string_equal(look(harness, subject->catalog, id).product.picture, key);
    change(harness, subject, id, &(struct product_change){.has_picture = true});
    assert_null(look(harness, subject->catalog, id).product.picture);
}

static const struct port_case cases[] = {
    {"a price is the new one", a_price_is_the_new_one},
    {"a product moves", a_product_moves},
    {"a product is hidden and shown again", a_product_is_hidden_and_shown_again},
    {"what was not there is there", what_was_not_there_is_there},
    {"a picture is the new one", a_picture_is_the_new_one},
};
const struct port_suite catalog_change_suite = {cases, sizeof(cases) / sizeof(cases[0])};
