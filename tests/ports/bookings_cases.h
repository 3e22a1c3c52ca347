/* What the suites of bookings and capacity share: a product with places, a hold of it. */
#ifndef STAGECRAFT_TESTS_BOOKINGS_CASES_H
#define STAGECRAFT_TESTS_BOOKINGS_CASES_H

#include "common/base/clock.h"
#include "tests/ports/suites.h"

/* Days ahead of today, so that cases do not age. */
static inline int32_t day_in(int days)
{
    return clock_today() + days;
}

void give_places(struct harness *harness, struct bookings_subject *subject, int64_t product_id,
                 int32_t per_day);

/* One line, held for a minute. */
enum status try_hold(struct bookings_subject *subject, struct call *call, int64_t order_id,
                     int64_t product_id, int32_t day, int32_t quantity);

/* The same, which must succeed; answers the booking. */
struct booking hold(struct harness *harness, struct bookings_subject *subject, int64_t order_id,
                    int64_t product_id, int32_t day, int32_t quantity);

/* The first booking of an order as it is now. */
struct booking booking_of(struct harness *harness, struct bookings_subject *subject,
                          int64_t order_id);

int32_t places_left(struct harness *harness, struct bookings_subject *subject, int64_t product_id,
                    int32_t day);

#endif
