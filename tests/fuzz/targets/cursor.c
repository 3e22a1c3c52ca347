/* Page cursors: the first byte says whose, the rest is what a client sends. They go into statements, so
 * nothing may be read out of one but what we could have written into it; and what we write must be read.
 */
#include "common/modules/bookings/bookings.h"
#include "common/modules/catalog/catalog.h"
#include "common/modules/orders/orders.h"
#include "common/modules/users/users.h"
#include "tests/fuzz/fuzz.h"

void fuzz_open(void)
{
}

static void check(struct call *call, enum status status, const char *given, const char *again)
{
    if (status == STATUS_OK) {
        MUST(strcmp(given, again) == 0);
        return;
    }
    MUST(status == STATUS_MALFORMED);
    fuzz_check_failure(call, status);
}

static void check_products(struct call *call, const char *cursor, int mode)
{
    struct product_query query = {.sort = (enum product_sort)(mode % 3), .descending = mode % 2};
    enum status status = catalog_read_cursor(call, cursor, &query);
    MUST(query.has_after == (status == STATUS_OK));
    const struct product last = {
        .id = query.after_id,
        .price_cents = query.after_value,
        .created_ms = query.after_value,
        .rating_tenths = (int32_t)query.after_value,
    };
    if (query.sort == PRODUCT_SORT_RATING && query.after_value > INT32_MAX) return;
    MUST(status != STATUS_OK || (query.after_id > 0 && query.after_value >= 0));
    check(call, status, cursor, catalog_cursor(call, &query, &last));
}

static void check_bookings(struct call *call, const char *cursor)
{
    struct booking_query query = {0};
    enum status status = bookings_read_cursor(call, cursor, &query);
    const struct booking last = {.id = query.after_id, .day = query.after_day};
    MUST(status != STATUS_OK || (last.id > 0 && last.day >= 0 && last.day <= 400000));
    check(call, status, cursor, bookings_cursor(call, &last));
}

static void check_orders(struct call *call, const char *cursor)
{
    struct order last = {0};
    enum status status = orders_read_cursor(call, cursor, &last.id);
    MUST(status != STATUS_OK || last.id > 0);
    check(call, status, cursor, orders_cursor(call, &last));
}

static void check_users(struct call *call, const char *cursor)
{
    struct user_query query = {0};
    enum status status = users_read_cursor(call, cursor, &query);
    const struct user last = {.id = query.after_id};
    MUST(status != STATUS_OK || last.id > 0);
    check(call, status, cursor, users_cursor(call, &last));
}

/* What a page ends with comes back as it was. */
static void check_ours(struct call *call, int64_t id, int64_t value)
{
    if (id <= 0 || value < 0 || value > 253402300799999) return;
    struct product_query products = {0};
    struct booking_query bookings = {0};
    int64_t before_id = 0;
    const struct product product = {.id = id, .created_ms = value};
    const struct order order = {.id = id};
    const struct booking booking = {.id = id, .day = (int32_t)(value % 376200)};
    MUST(catalog_read_cursor(call, catalog_cursor(call, &products, &product), &products) ==
         STATUS_OK);
    MUST(products.after_id == id && products.after_value == value);
    MUST(bookings_read_cursor(call, bookings_cursor(call, &booking), &bookings) == STATUS_OK);
    MUST(bookings.after_id == id && bookings.after_day == booking.day);
    MUST(orders_read_cursor(call, orders_cursor(call, &order), &before_id) == STATUS_OK);
    MUST(before_id == id);
}

void fuzz_one(struct call *call, struct input *input)
{
    struct input numbers = *input;
    const char mode = input_byte(input);
    const char *cursor = input_line(input, call);
    if (mode == 'b')
        check_bookings(call, cursor);
    else if (mode == 'o')
        check_orders(call, cursor);
    else if (mode == 'u')
        check_users(call, cursor);
    else
        check_products(call, cursor, (unsigned char)mode);
    call_forgive(call);
    const int64_t id = input_int64(&numbers);
    check_ours(call, id, input_int64(&numbers));
}
