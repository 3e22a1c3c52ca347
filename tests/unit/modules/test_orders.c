/* What may be ordered, which requests are the same, and the cursors of the history. */
#include "common/modules/orders/order_saga.h"

#include "common/base/bytes.h"
#include "common/base/strbuf.h"
#include "tests/unit/modules/groups.h"

#include <stdio.h>
#include <string.h>

enum { TODAY = 20780 };

static struct order_request sane(void)
{
    return (struct order_request){
        .key = "a-key.1_2:3",
        .card_token = "card_ok",
        .lines = {{11, TODAY, 1}, {11, TODAY + 365, 20}, {12, TODAY, 3}},
        .count = 3,
    };
}

static int wrong_fields(struct call *call, const struct order_request *request)
{
    call_forgive(call);
    orders_check_request(call, request);
    orders_check_days(call, request, TODAY);
    return call->failure.field_count;
}

static void test_a_sane_request_passes(void **state)
{
    (void)state;
    struct call *call = call_new();
    const struct order_request request = sane();
    assert_int_equal(wrong_fields(call, &request), 0);
    call_done(call);
}

static void test_keys(void **state)
{
    (void)state;
    struct call *call = call_new();
    struct order_request request = sane();
    request.key = repeat(call, "k", ORDER_KEY_MAX);
    assert_int_equal(wrong_fields(call, &request), 0);
    const char *const wrong[] = {NULL,  "",     " ",
                                 "a b", "a\tb", "k\xc3\xa9y",
                                 "a/b", "a\"b", repeat(call, "k", ORDER_KEY_MAX + 1)};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        request.key = wrong[i];
        assert_int_equal(wrong_fields(call, &request), 1);
        assert_true(has_field(call, "Idempotency-Key"));
    }
    call_done(call);
}

static void test_every_wrong_line_is_named(void **state)
{
    (void)state;
    struct call *call = call_new();
    struct order_request request = sane();
    request.lines[0].quantity = 0;
    request.lines[1].quantity = 21;
    request.lines[1].day = TODAY + 366;
    request.lines[2] = (struct order_request_line){-3, TODAY - 1, INT32_MIN};
    request.card_token = "";
    assert_int_equal(wrong_fields(call, &request), 7);
    const char *const names[] = {"lines[0].quantity", "lines[1].quantity",   "lines[1].day",
                                 "lines[2].day",      "lines[2].product_id", "lines[2].quantity",
                                 "payment.card_token"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_true(has_field(call, names[i]));
    call_done(call);
}

static void test_a_product_and_day_comes_once(void **state)
{
    (void)state;
    struct call *call = call_new();
    struct order_request request = sane();
    request.lines[2] = request.lines[0];
    request.lines[2].quantity = 2;
    assert_int_equal(wrong_fields(call, &request), 1);
    assert_true(has_field(call, "lines[2].product_id"));
    call_done(call);
}

static void test_lines_are_counted(void **state)
{
    (void)state;
    struct call *call = call_new();
    struct order_request request = sane();
    request.count = 0;
    assert_int_equal(wrong_fields(call, &request), 1);
    assert_true(has_field(call, "lines"));
    call_done(call);
}

static const char *hash_of(struct call *call, struct order_request request)
{
    return orders_body_hash(call, &request);
}

static void test_the_hash_tells_requests_apart(void **state)
{
    (void)state;
    struct call *call = call_new();
    struct order_request changed[8];
    for (int i = 0; i < 8; i++)
        changed[i] = sane();
    changed[1].card_token = "card_ol";
    changed[2].lines[1].quantity = 19;
    changed[3].lines[1].day--;
    changed[4].lines[1].product_id = 13;
    changed[5].count = 2;
    changed[6].lines[0] = changed[6].lines[2];
    changed[6].lines[2] = sane().lines[0];
    changed[7].card_token = "card_ok\nline 11 20780 1"; /* nothing in a value looks like a line */
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(hash_of(call, changed[i]), hash_of(call, changed[k]));

    struct order_request same = sane();
    same.key = "another-key";
    assert_string_equal(hash_of(call, same), hash_of(call, changed[0]));
    assert_int_equal(strlen(hash_of(call, same)), 64);
    call_done(call);
}

static void test_state_names_go_both_ways(void **state)
{
    (void)state;
    for (int i = ORDER_PENDING; i <= ORDER_REJECTED; i++)
        assert_int_equal(order_state_of(order_state_name((enum order_state)i)), i);
}

static void test_cursors(void **state)
{
    (void)state;
    struct call *call = call_new();
    const struct order last = {.id = 4711};
    int64_t before_id = 0;
    assert_int_equal(orders_read_cursor(call, orders_cursor(call, &last), &before_id), STATUS_OK);
    assert_int_equal(before_id, 4711);
    static const char *const texts[] = {
        "",           "orders1:",     "orders1:0",
        "orders1:-1", "orders1:1x",   "orders1:99999999999999999999",
        "orders2:1",  "bookings1:1:1"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *cursor = bytes_to_base64url(call->arena, texts[i], strlen(texts[i]));
        assert_int_equal(orders_read_cursor(call, cursor, &before_id), STATUS_MALFORMED);
    }
    assert_int_equal(orders_read_cursor(call, "???", &before_id), STATUS_MALFORMED);
    assert_int_equal(before_id, 4711);
    call_done(call);
}

static enum status read_event(struct call *call, const char *quantity, int lines)
{
    struct strbuf payload;
    struct order order;
    const char *card_token;
    strbuf_init(&payload, call->arena, 1 << 20);
    strbuf_add_text(&payload,
                    "{\"order_id\":1,\"user_id\":2,\"amount_cents\":5,\"currency\":\"EUR\","
                    "\"card_token\":\"card_ok\",\"lines\":[");
    for (int i = 0; i < lines; i++)
        strbuf_printf(&payload,
                      "%s{\"product_id\":%d,\"title\":\"Boat\",\"day\":\"2026-12-01\","
                      "\"quantity\":%s,\"unit_price_cents\":5,\"amount_cents\":5}",
                      i > 0 ? "," : "", i + 1, quantity);
    strbuf_add_text(&payload, "]}");
    const struct event event = {.id = "order-1-placed", .payload = payload.text};
    return order_event_read(call, &event, &order, &card_token);
}

/* What another process may put into a queue is not taken on trust. */
static void test_events_are_bounded(void **state)
{
    (void)state;
    struct call *call = call_new();
    assert_int_equal(read_event(call, "1", BOOKINGS_LINES_MAX), STATUS_OK);
    assert_int_equal(read_event(call, "20", 1), STATUS_OK);
    static const char *const quantities[] = {"0", "-1", "21", "4294967297", "\"1\""};
    for (size_t i = 0; i < sizeof(quantities) / sizeof(quantities[0]); i++)
        assert_int_equal(read_event(call, quantities[i], 1), STATUS_MALFORMED);
    assert_int_equal(read_event(call, "1", 0), STATUS_MALFORMED);
    assert_int_equal(read_event(call, "1", BOOKINGS_LINES_MAX + 1), STATUS_MALFORMED);
    assert_int_equal(read_event(call, "1", 2000), STATUS_MALFORMED);
    call_done(call);
}

int test_orders(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sane_request_passes),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_every_wrong_line_is_named),
        cmocka_unit_test(test_a_product_and_day_comes_once),
        cmocka_unit_test(test_lines_are_counted),
        cmocka_unit_test(test_the_hash_tells_requests_apart),
        cmocka_unit_test(test_state_names_go_both_ways),
        cmocka_unit_test(test_cursors),
        cmocka_unit_test(test_events_are_bounded),
    };
    return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
