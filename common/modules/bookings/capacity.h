/* capacity: how many places a product has on a day, and how many are left.
 *
 * A product has a daily capacity; a single day may have its own. Neither may fall below what is already
 * taken on some day.
 */
#ifndef STAGECRAFT_BOOKINGS_CAPACITY_H
#define STAGECRAFT_BOOKINGS_CAPACITY_H

#include "common/base/call.h"

enum { CAPACITY_MAX = 100000, CAPACITY_RANGE_DAYS_MAX = 92 };

struct capacity_day {
    int32_t day;
    int32_t capacity;
    int32_t available;
};

struct capacity;

/* Every day from `from` to `to`, inclusive (at most CAPACITY_RANGE_DAYS_MAX); `count` = to - from + 1.
   STATUS_NOT_FOUND when the product has never been given a capacity. */
typedef enum status capacity_days_fn(struct capacity *capacity, struct call *call,
                                     int64_t product_id, int32_t from, int32_t to,
                                     struct capacity_day **out, int *count);
/* The daily capacity: of today and all later days that have no number of their own. STATUS_CONFLICT when
   more is already taken on one of them. */
typedef enum status capacity_set_daily_fn(struct capacity *capacity, struct call *call,
                                          int64_t product_id, int32_t per_day);
/* One day's own number; `out` is the day as it is then. STATUS_CONFLICT when more is already taken. */
typedef enum status capacity_set_day_fn(struct capacity *capacity, struct call *call,
                                        int64_t product_id, int32_t day, int32_t places,
                                        struct capacity_day *out);

struct capacity_ops {
    capacity_days_fn *days;
    capacity_set_daily_fn *set_daily;
    capacity_set_day_fn *set_day;
};

struct capacity {
    const struct capacity_ops *ops;
};

static inline enum status capacity_days(struct capacity *capacity, struct call *call,
                                        int64_t product_id, int32_t from, int32_t to,
                                        struct capacity_day **out, int *count)
{
    return capacity->ops->days(capacity, call, product_id, from, to, out, count);
}

static inline enum status capacity_set_daily(struct capacity *capacity, struct call *call,
                                             int64_t product_id, int32_t per_day)
{
    return capacity->ops->set_daily(capacity, call, product_id, per_day);
}

static inline enum status capacity_set_day(struct capacity *capacity, struct call *call,
                                           int64_t product_id, int32_t day, int32_t places,
                                           struct capacity_day *out)
{
    return capacity->ops->set_day(capacity, call, product_id, day, places, out);
}

struct pg_pool;
struct capacity *capacity_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write);

#endif
