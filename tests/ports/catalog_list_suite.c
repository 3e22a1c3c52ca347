/* Lists of the catalog: every order, page after page, and every filter. */
#include "tests/ports/catalog_cases.h"

#include <stdio.h>
#include <string.h>

enum { PRODUCTS = 23, PAGE = 5 };

/* Many products share a price and a rating, so that the id must break ties. */
static void fill(struct harness *harness, struct catalog *catalog)
{
    catalog_add_categories(harness);
    for (int i = 0; i < PRODUCTS; i++)
        catalog_add(harness, catalog, i % 3 ? "tours" : "workshops", "Any", 100 * (i % 4));
    harness_sql(harness, "UPDATE catalog.products SET rating_tenths = 40 + id % 3,"
                         " created_at = timestamptz '2026-01-01 10:00:00.123+00'"
                         " + (id % 5) * interval '1 millisecond'");
}

static int64_t value_of(const struct product *product, enum product_sort sort)
{
    return sort == PRODUCT_SORT_PRICE    ? product->price_cents
           : sort == PRODUCT_SORT_RATING ? product->rating_tenths
                                         : product->created_ms;
}

/* True when b may stand right behind a. */
static bool in_order(const struct product *a, const struct product *b,
                     const struct product_query *query)
{
    int64_t value_a = value_of(a, query->sort), value_b = value_of(b, query->sort);
    if (value_a == value_b) return query->descending ? a->id > b->id : a->id < b->id;
    return query->descending ? value_a > value_b : value_a < value_b;
}

/* Walks all pages with the cursors a client would get; answers how many products came. */
static int walk(struct harness *harness, struct catalog *catalog, struct product_query query)
{
    struct product last = {0};
    int seen = 0;
    query.limit = PAGE;
    for (;;) {
        struct call *call = harness_call(harness);
        struct product_page page;
        assert_status(call, STATUS_OK, catalog_list(catalog, call, &query, &page));
        for (int i = 0; i < page.count; i++) {
            if (seen++ > 0) assert_true(in_order(&last, &page.products[i], &query));
            last = page.products[i];
        }
        if (!page.more) return seen;
        assert_int_equal(page.count, PAGE);
        const char *cursor = catalog_cursor(call, &query, &last);
        assert_status(call, STATUS_OK, catalog_read_cursor(call, cursor, &query));
    }
}

static void every_order_visits_each_product_once(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    fill(harness, subject->catalog);
    for (int sort = PRODUCT_SORT_NEWEST; sort <= PRODUCT_SORT_RATING; sort++)
        for (int descending = 0; descending <= 1; descending++)
            assert_int_equal(walk(harness, subject->catalog,
                                  (struct product_query){.sort = (enum product_sort)sort,
                                                         .descending = descending == 1}),
                             PRODUCTS);
}

static void filters_hold_over_pages(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    fill(harness, subject->catalog);
    struct product_query query = {.category = "tours", .sort = PRODUCT_SORT_PRICE};
    assert_int_equal(walk(harness, subject->catalog, query), 15);
    query.category = "workshops";
    assert_int_equal(walk(harness, subject->catalog, query), 8);
    query.category = "no-such-category";
    assert_int_equal(walk(harness, subject->catalog, query), 0);
    query = (struct product_query){.min_price_cents = 100, .max_price_cents = 200};
    assert_int_equal(walk(harness, subject->catalog, query), 12);
    query = (struct product_query){.min_price_cents = 300};
    assert_int_equal(walk(harness, subject->catalog, query), 5);
}

static void what_comes_meanwhile_moves_no_page(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct product_page first, second;
    struct product_query query = {.sort = PRODUCT_SORT_NEWEST, .descending = true, .limit = PAGE};
    fill(harness, subject->catalog);
    assert_status(call, STATUS_OK, catalog_list(subject->catalog, call, &query, &first));
    const struct product *last = &first.products[PAGE - 1];
    catalog_add(harness, subject->catalog, "tours", "Brand new", 100);
    assert_status(call, STATUS_OK,
                  catalog_read_cursor(call, catalog_cursor(call, &query, last), &query));
    assert_status(call, STATUS_OK, catalog_list(subject->catalog, call, &query, &second));
    assert_true(in_order(last, &second.products[0], &query));
    for (int i = 0; i < PAGE; i++)
        for (int k = 0; k < PAGE; k++)
            assert_int_not_equal(first.products[i].id, second.products[k].id);
}

static int count_with(struct harness *harness, struct catalog *catalog, const char *text)
{
    struct call *call = harness_call(harness);
    const struct product_query query = {.text = text, .limit = 50};
    struct product_page page;
    assert_status(call, STATUS_OK, catalog_list(catalog, call, &query, &page));
    return page.count;
}

static void text_means_itself(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct catalog *catalog = subject->catalog;
    catalog_add_categories(harness);
    catalog_add(harness, catalog, "tours", "Harbour 100% at dusk", 100);
    catalog_add(harness, catalog, "tours", "Under_score", 100);
    catalog_add(harness, catalog, "tours", "Back\\slash", 100);
    assert_int_equal(count_with(harness, catalog, "HARBOUR"), 1);
    assert_int_equal(count_with(harness, catalog, "a summary"), 3);
    assert_int_equal(count_with(harness, catalog, "%"), 1);
    assert_int_equal(count_with(harness, catalog, "0% at"), 1);
    assert_int_equal(count_with(harness, catalog, "_"), 1);
    assert_int_equal(count_with(harness, catalog, "\\"), 1);
    assert_int_equal(count_with(harness, catalog, "'; --"), 0);
    assert_int_equal(count_with(harness, catalog, "a description"), 0);
}

static void a_page_knows_whether_another_follows(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct product_page page;
    fill(harness, subject->catalog);
    struct product_query query = {.limit = PRODUCTS};
    assert_status(call, STATUS_OK, catalog_list(subject->catalog, call, &query, &page));
    assert_int_equal(page.count, PRODUCTS);
    assert_false(page.more);
    query.limit = PRODUCTS - 1;
    assert_status(call, STATUS_OK, catalog_list(subject->catalog, call, &query, &page));
    assert_int_equal(page.count, PRODUCTS - 1);
    assert_true(page.more);
}

/* A cursor is not signed, so a client can send any value in it: none may upset the store. */
static void the_widest_cursors_are_harmless(struct harness *harness, void *context)
{
    struct catalog_subject *subject = context;
    struct call *call = harness_call(harness);
    struct product_page page;
    fill(harness, subject->catalog);
    for (int sort = PRODUCT_SORT_NEWEST; sort <= PRODUCT_SORT_RATING; sort++) {
        struct product_query query = {.sort = (enum product_sort)sort, .limit = PAGE};
        query.has_after = true;
        query.after_value = 253402300799999;
        query.after_id = INT64_MAX;
        assert_status(call, STATUS_OK, catalog_list(subject->catalog, call, &query, &page));
        assert_int_equal(page.count, 0);
        query.after_value = 0;
        assert_status(call, STATUS_OK, catalog_list(subject->catalog, call, &query, &page));
        assert_int_equal(page.count, PAGE);
    }
}

static const struct port_case cases[] = {
    {"every order visits each product once", every_order_visits_each_product_once},
    {"filters hold over pages", filters_hold_over_pages},
    {"what comes meanwhile moves no page", what_comes_meanwhile_moves_no_page},
    {"text means itself", text_means_itself},
    {"a page knows whether another follows", a_page_knows_whether_another_follows},
    {"the widest cursors are harmless", the_widest_cursors_are_harmless},
};
const struct port_suite catalog_list_suite = {cases, sizeof(cases) / sizeof(cases[0])};
