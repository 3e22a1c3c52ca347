/* What stands in a receipt: the number, every line, the total, and who it is for. */
#include "common/modules/notifications/receipt.h"

#include "tests/unit/modules/groups.h"

#include <string.h>

static struct mail_message written(struct call *call, const struct order *order)
{
    const struct user user = {.email = "ada@example.org", .name = "Ada L."};
    static const struct invoice_document invoice = {"invoice-2026-000003.pdf", "%PDF", 4};
    struct mail_message message;
    receipt_write(call->arena, order, &user, &invoice, &message);
    return message;
}

static void test_a_receipt_says_what_was_bought(void **state)
{
    (void)state;
    struct call *call = call_new();
    struct order_line lines[] = {
        {.title = "Harbour by night", .day = 20781, .quantity = 2, .amount_cents = 5001},
        {.title = "T\xc3\xb6pfern", .day = 20790, .quantity = 1, .amount_cents = 100007},
    };
    const struct order order = {
        .id = 17,
        .state = ORDER_CONFIRMED,
        .total_cents = 105008,
        .currency = "EUR",
        .lines = lines,
        .line_count = 2,
    };
    const struct mail_message message = written(call, &order);
    assert_string_equal(message.message_id, "order-17-receipt");
    assert_string_equal(message.to, "ada@example.org");
    assert_string_equal(message.to_name, "Ada L.");
    assert_non_null(strstr(message.subject, "17"));
    const char *const parts[] = {"Ada L.",
                                 "17",
                                 "2026-11-24",
                                 "2 x Harbour by night",
                                 "EUR 50.01",
                                 "2026-12-03",
                                 "1 x T\xc3\xb6pfern",
                                 "EUR 1000.07",
                                 "Total: EUR 1050.08",
                                 "invoice is attached"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (!strstr(message.text, parts[i])) fail_msg("no '%s' in\n%s", parts[i], message.text);
    assert_int_equal(message.attachment_count, 1);
    assert_string_equal(message.attachments[0].file_name, "invoice-2026-000003.pdf");
    assert_string_equal(message.attachments[0].content_type, "application/pdf");
    assert_int_equal(message.attachments[0].length, 4);
    call_done(call);
}

static void test_the_longest_order_fits(void **state)
{
    (void)state;
    struct call *call = call_new();
    struct order_line lines[BOOKINGS_LINES_MAX];
    for (int i = 0; i < BOOKINGS_LINES_MAX; i++)
        lines[i] = (struct order_line){
            .title = repeat(call, "\xf0\x9f\x8e\xab", CATALOG_TITLE_MAX),
            .day = 20781 + i,
            .quantity = BOOKINGS_QUANTITY_MAX,
            .amount_cents = (int64_t)BOOKINGS_QUANTITY_MAX * CATALOG_PRICE_MAX_CENTS,
        };
    const struct order order = {
        .id = INT64_MAX,
        .total_cents = 10 * lines[0].amount_cents,
        .currency = "EUR",
        .lines = lines,
        .line_count = BOOKINGS_LINES_MAX,
    };
    assert_non_null(strstr(written(call, &order).text, "EUR 200000000.00"));
    call_done(call);
}

int test_receipt(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_receipt_says_what_was_bought),
        cmocka_unit_test(test_the_longest_order_fits),
    };
    return cmocka_run_group_tests_name("receipt", tests, NULL, NULL);
}
