/* The shop of these cases: user 7 orders, a place costs 1000 cents. */
#include "tests/ports/bookings_cases.h"

void give_places(struct harness *harness, struct bookings_subject *subject, int64_t product_id,
                 int32_t per_day)
{
    struct call *call = harness_call(harness);
    assert_status(call, STATUS_OK,
                  capacity_set_daily(subject->capacity, call, product_id, per_day));
}

enum status try_hold(struct bookings_subject *subject, struct call *call, int64_t order_id,
                     int64_t product_id, int32_t day, int32_t quantity)
{
    const struct booking_line line = {product_id, day, quantity, 1000 * quantity};
    const struct booking_hold wanted = {
        .order_id = order_id,
        .user_id = 7,
        .expires_ms = clock_wall_ms() + 60000,
        .lines = &line,
        .count = 1,
    };
    return bookings_hold(subject->bookings, call, &wanted);
}

struct booking hold(struct harness *harness, struct bookings_subject *subject, int64_t order_id,
                    int64_t product_id, int32_t day, int32_t quantity)
{
    struct call *call = harness_call(harness);
    assert_status(call, STATUS_OK, try_hold(subject, call, order_id, product_id, day, quantity));
    return booking_of(harness, subject, order_id);
}

struct booking booking_of(struct harness *harness, struct bookings_subject *subject,
                          int64_t order_id)
{
    struct call *call = harness_call(harness);
    const struct booking_query query = {.order_id = order_id, .limit = BOOKINGS_LINES_MAX};
    struct booking_page page;
    assert_status(call, STATUS_OK, bookings_list(subject->bookings, call, &query, &page));
    assert_true(page.count > 0);
    return page.bookings[0];
}

int32_t places_left(struct harness *harness, struct bookings_subject *subject, int64_t product_id,
                    int32_t day)
{
    struct call *call = harness_call(harness);
    struct capacity_day *days;
    int count;
    assert_status(call, STATUS_OK,
                  capacity_days(subject->capacity, call, product_id, day, day, &days, &count));
    assert_int_equal(count, 1);
    assert_int_equal(days[0].day, day);
    return days[0].available;
}
