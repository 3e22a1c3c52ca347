/* State names and cursors of bookings. */
#include "common/modules/bookings/bookings.h"

#include "common/base/bytes.h"
#include "tests/unit/modules/groups.h"

#include <string.h>

static void test_state_names_go_both_ways(void **state)
{
    (void)state;
    for (int i = BOOKING_HELD; i <= BOOKING_CANCELLED; i++)
        assert_int_equal(booking_state_of(booking_state_name((enum booking_state)i)), i);
    assert_string_equal(booking_state_name(BOOKING_CANCELLING), "cancelling");
}

static void test_a_cursor_comes_back(void **state)
{
    (void)state;
    struct call *call = call_new();
    const struct booking last = {.day = 20781, .id = INT64_MAX};
    struct booking_query query = {0};
    const char *cursor = bookings_cursor(call, &last);
    assert_null(strchr(cursor, ':')); /* opaque */
    assert_int_equal(bookings_read_cursor(call, cursor, &query), STATUS_OK);
    assert_int_equal(query.after_day, 20781);
    assert_int_equal(query.after_id, INT64_MAX);
    call_done(call);
}

static void test_other_cursors_are_malformed(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "bookings1:",
        "bookings1:1",
        "bookings1:1:",
        "bookings1:1:0",
        "bookings1:1:-5",
        "bookings1:-1:5",
        "bookings1:400001:5",
        "bookings1:1:5 ",
        "bookings1: 1:5",
        "bookings1:01:5",
        "bookings1:1:99999999999999999999",
        "bookings1:99999999999999999999:1",
        "bookings2:1:5",
        "orders1:5",
    };
    struct booking_query query = {.after_id = 7};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct call *call = call_new();
        const char *cursor = bytes_to_base64url(call->arena, texts[i], strlen(texts[i]));
        assert_int_equal(bookings_read_cursor(call, cursor, &query), STATUS_MALFORMED);
        call_done(call);
    }
    struct call *call = call_new();
    assert_int_equal(bookings_read_cursor(call, "not base64!", &query), STATUS_MALFORMED);
    assert_int_equal(bookings_read_cursor(call, repeat(call, "A", 4000), &query), STATUS_MALFORMED);
    assert_int_equal(query.after_id, 7); /* untouched */
    call_done(call);
}

int test_bookings(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state_names_go_both_ways),
        cmocka_unit_test(test_a_cursor_comes_back),
        cmocka_unit_test(test_other_cursors_are_malformed),
    };
    return cmocka_run_group_tests_name("bookings", tests, NULL, NULL);
}
