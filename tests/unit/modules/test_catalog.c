/* The rules of the catalog: what a product may look like, and strict reading of cursors.
 */
#include "common/modules/catalog/catalog.h"

#include "common/base/bytes.h"
#include "tests/unit/modules/groups.h"

#include <string.h>

static const struct product_change good = {
    .category = "tours",
    .title = "Harbour at dusk",
    .summary = "Two hours by boat",
    .description = "First line.\nSecond line.",
    .has_price = true,
    .price_cents = 4900,
};

/* Checks a change; `field` is the only one that may be wrong, NULL when none is. */
static void check(struct product_change change, bool creating, const char *field)
{
    struct call *call = call_new();
    enum status status = catalog_check_change(call, &change, creating);
    assert_int_equal(status, field ? STATUS_UNPROCESSABLE : STATUS_OK);
    if (field) assert_true(has_field(call, field));
    assert_int_equal(call->failure.field_count, field ? 1 : 0);
    call_done(call);
}

#define GOOD_BUT(...)                      \
    ({                                     \
        struct product_change but_ = good; \
        but_.__VA_ARGS__;                  \
        but_;                              \
    })

static void texts_have_limits(void **state)
{
    (void)state;
    struct call *call = call_new();
    check(good, true, NULL);
    check(GOOD_BUT(title = repeat(call, "ü", 120)), true, NULL);
    check(GOOD_BUT(title = repeat(call, "ü", 121)), true, "title");
    check(GOOD_BUT(title = ""), true, "title");
    check(GOOD_BUT(title = "two\nlines"), true, "title");
    check(GOOD_BUT(summary = repeat(call, "s", 301)), true, "summary");
    check(GOOD_BUT(summary = "   "), false, "summary");
    check(GOOD_BUT(description = repeat(call, "東", 5000)), true, NULL);
    check(GOOD_BUT(description = repeat(call, "d", 5001)), true, "description");
    check(GOOD_BUT(description = "bell \a"), true, "description");
    check(GOOD_BUT(category = repeat(call, "c", 65)), true, "category");
    call_done(call);
}

static void prices_have_limits(void **state)
{
    (void)state;
    check(GOOD_BUT(price_cents = 0), true, NULL);
    check(GOOD_BUT(price_cents = CATALOG_PRICE_MAX_CENTS), true, NULL);
    check(GOOD_BUT(price_cents = CATALOG_PRICE_MAX_CENTS + 1), true, "price_cents");
    check(GOOD_BUT(price_cents = -1), false, "price_cents");
    check(GOOD_BUT(price_cents = INT64_MIN), true, "price_cents");
}

static void creating_needs_all_changing_none(void **state)
{
    (void)state;
    struct call *call = call_new();
    const struct product_change nothing = {0};
    assert_int_equal(catalog_check_change(call, &nothing, true), STATUS_UNPROCESSABLE);
    assert_int_equal(call->failure.field_count, 5);
    call_done(call);
    check(nothing, false, NULL);
    check((struct product_change){.title = "New"}, false, NULL);
    check(GOOD_BUT(has_price = false), true, "price_cents");
}

int test_catalog_changes(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_have_limits),
        cmocka_unit_test(prices_have_limits),
        cmocka_unit_test(creating_needs_all_changing_none),
    };
    return cmocka_run_group_tests_name("catalog changes", tests, NULL, NULL);
}

/* --- cursors --- */

static const struct product last = {
    .id = 17, .price_cents = 12900, .rating_tenths = 47, .created_ms = 1795468200123};

static void cursors_go_round(void **state)
{
    (void)state;
    static const int64_t values[] = {
        [PRODUCT_SORT_NEWEST] = 1795468200123,
        [PRODUCT_SORT_PRICE] = 12900,
        [PRODUCT_SORT_RATING] = 47,
    };
    struct call *call = call_new();
    for (int i = 0; i < 6; i++) {
        struct product_query query = {.sort = (enum product_sort)(i / 2), .descending = i % 2};
        const char *cursor = catalog_cursor(call, &query, &last);
        assert_int_equal(catalog_read_cursor(call, cursor, &query), STATUS_OK);
        assert_true(query.has_after);
        assert_int_equal(query.after_value, values[i / 2]);
        assert_int_equal(query.after_id, 17);
    }
    call_done(call);
}

static void a_cursor_belongs_to_its_order(void **state)
{
    (void)state;
    struct call *call = call_new();
    for (int from = 0; from < 6; from++)
        for (int to = 0; to < 6; to++) {
            const struct product_query made = {.sort = (enum product_sort)(from / 2),
                                               .descending = from % 2};
            struct product_query query = {.sort = (enum product_sort)(to / 2),
                                          .descending = to % 2};
            enum status status =
                catalog_read_cursor(call, catalog_cursor(call, &made, &last), &query);
            assert_int_equal(status, from == to ? STATUS_OK : STATUS_MALFORMED);
            assert_int_equal(query.has_after, from == to);
        }
    call_done(call);
}

static void other_texts_are_malformed(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "products1:price:asc:",
        "products1:price:asc:100",
        "products1:price:asc:100:",
        "products1:price:asc::5",
        "products1:price:asc:100:0",
        "products1:price:asc:100:-5",
        "products1:price:asc:-1:5",
        "products1:price:asc:+100:5",
        "products1:price:asc: 100:5",
        "products1:price:asc:0100:5",
        "products1:price:asc:100:5:6",
        "products1:price:asc:100:5 ",
        "products1:price:asc:1e3:5",
        "products1:price:asc:253402300800000:5",
        "products1:price:asc:99999999999999999999:5",
        "products1:price:asc:100:9223372036854775808",
        "products2:price:asc:100:5",
        "products1:title:asc:100:5",
        "users1:5",
        "{\"sort\":\"price\"}",
    };
    struct call *call = call_new();
    struct product_query query = {.sort = PRODUCT_SORT_PRICE};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *cursor = bytes_to_base64url(call->arena, texts[i], strlen(texts[i]));
        if (catalog_read_cursor(call, cursor, &query) != STATUS_MALFORMED)
            fail_msg("'%s' was taken", texts[i]);
    }
    const char *with_nul = bytes_to_base64url(call->arena, "products1:price:asc:100:5\0", 26);
    assert_int_equal(catalog_read_cursor(call, with_nul, &query), STATUS_MALFORMED);
    assert_int_equal(catalog_read_cursor(call, "%%%", &query), STATUS_MALFORMED);
    assert_int_equal(catalog_read_cursor(call, repeat(call, "A", 9000), &query), STATUS_MALFORMED);
    assert_false(query.has_after);
    call_done(call);
}

/* Whatever a client does to a cursor: it is refused, or it is another cursor that we could have made. */
static void tampering_makes_no_third_thing(void **state)
{
    (void)state;
    static const char letters[] = "ABab09-_=+/ ";
    struct call *call = call_new();
    struct product_query query = {.sort = PRODUCT_SORT_PRICE};
    const char *cursor = catalog_cursor(call, &query, &last);
    for (size_t at = 0; cursor[at] != '\0'; at++)
        for (const char *letter = letters; *letter != '\0'; letter++) {
            char *changed = arena_strdup(call->arena, cursor);
            changed[at] = *letter;
            struct product_query read = {.sort = PRODUCT_SORT_PRICE};
            enum status status = catalog_read_cursor(call, changed, &read);
            if (status == STATUS_OK) {
                const struct product other = {.id = read.after_id, .price_cents = read.after_value};
                assert_string_equal(catalog_cursor(call, &query, &other), changed);
            } else {
                assert_int_equal(status, STATUS_MALFORMED);
            }
        }
    for (size_t length = 0; length < strlen(cursor); length++) {
        struct product_query read = {.sort = PRODUCT_SORT_PRICE};
        const char *cut = arena_memdup(call->arena, cursor, length);
        enum status status = catalog_read_cursor(call, cut, &read);
        /* losing the last digit of an id leaves a shorter id */
        assert_true(status == STATUS_MALFORMED || read.after_id == 1);
    }
    call_done(call);
}

int test_catalog_cursors(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(cursors_go_round),
        cmocka_unit_test(a_cursor_belongs_to_its_order),
        cmocka_unit_test(other_texts_are_malformed),
        cmocka_unit_test(tampering_makes_no_third_thing),
    };
    return cmocka_run_group_tests_name("catalog cursors", tests, NULL, NULL);
}
