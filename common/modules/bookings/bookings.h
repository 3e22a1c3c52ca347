/* bookings: places on a day, held, confirmed, given back. It guards capacity; nobody can oversell it.
 *
 * A booking is one line of an order. Its states:
 *
 *   held -> confirmed -> cancelling -> cancelled        (paid, then perhaps cancelled and refunded)
 *   held -> released                                    (declined, abandoned, or the hold expired)
 *
 * held, confirmed and cancelling occupy places; released and cancelled do not. Every operation is
 * idempotent by order (or booking) id and is one transaction of its own.
 */
#ifndef STAGECRAFT_BOOKINGS_BOOKINGS_H
#define STAGECRAFT_BOOKINGS_BOOKINGS_H

#include "common/base/call.h"

#include <stddef.h>

enum { BOOKINGS_LINES_MAX = 10, BOOKINGS_QUANTITY_MAX = 20, BOOKINGS_PAGE_MAX = 100 };

enum booking_state {
    BOOKING_HELD,
    BOOKING_CONFIRMED,
    BOOKING_RELEASED,
    BOOKING_CANCELLING, /* the refund is under way */
    BOOKING_CANCELLED,
};

/* "held"; also what the database stores. */
const char *booking_state_name(enum booking_state state);
/* The other way; the name must be one of those. */
enum booking_state booking_state_of(const char *name);

struct booking {
    int64_t id, order_id, user_id, product_id;
    int32_t line; /* of the order, from 0 */
    int32_t day;  /* clock.h */
    int32_t quantity;
    int64_t amount_cents; /* paid for this line */
    enum booking_state state;
    int64_t created_ms, expires_ms; /* expires: only while held */
};

struct booking_line {
    int64_t product_id;
    int32_t day, quantity;
    int64_t amount_cents;
};

struct booking_hold {
    int64_t order_id, user_id;
    int64_t expires_ms; /* wall clock; after it the hold gives its places back */
    const struct booking_line *lines;
    int count; /* 1..BOOKINGS_LINES_MAX; no product and day twice */
};

struct booking_query {
    int64_t user_id, product_id, order_id; /* 0: any */
    const int64_t
        *order_ids; /* NULL, or `order_count` of them: of any of these; no other filter then */
    int order_count;
    int32_t from, to;  /* days, inclusive; 0: unbounded */
    int32_t after_day; /* keyset: behind (after_day, after_id), by day then id */
    int64_t after_id;  /* 0: from the start */
    int limit;         /* 1..BOOKINGS_PAGE_MAX */
};

struct booking_page {
    struct booking *bookings;
    int count;
    bool more;
};

/* --- the port --- */

struct bookings;

/* Takes all lines or none. STATUS_SOLD_OUT names the first line that does not fit (call field
   "lines[i].quantity" with how many are left); STATUS_UNPROCESSABLE for a product without capacity. Lines
   that have been booked before, whatever became of them, are left as they are. */
typedef enum status bookings_hold_fn(struct bookings *bookings, struct call *call,
                                     const struct booking_hold *hold);
/* held -> confirmed. STATUS_CONFLICT when the hold is gone (expired or released). */
typedef enum status bookings_confirm_fn(struct bookings *bookings, struct call *call,
                                        int64_t order_id);
/* held -> released. Nothing held is fine. Confirmed ones stay. */
typedef enum status bookings_release_fn(struct bookings *bookings, struct call *call,
                                        int64_t order_id);
/* confirmed -> cancelling (`done` false), cancelling -> cancelled with the places given back (`done` true).
   The booking as it is afterwards is in `out`; asking again for a step already taken is fine.
   `user_id` 0: anybody's. STATUS_NOT_FOUND; STATUS_CONFLICT: not confirmed, or its day has come. */
typedef enum status bookings_cancel_fn(struct bookings *bookings, struct call *call,
                                       int64_t booking_id, int64_t user_id, bool done,
                                       struct booking *out);
typedef enum status bookings_list_fn(struct bookings *bookings, struct call *call,
                                     const struct booking_query *query, struct booking_page *out);
/* Ids of the products with most places confirmed since then, best first. */
typedef enum status bookings_best_sellers_fn(struct bookings *bookings, struct call *call,
                                             int64_t since_ms, int limit, int64_t *out, int *count);
/* One bounded round of housekeeping: releases expired holds, and lists bookings that have been cancelling
   since before `stuck_before_ms` (wall clock; their refund must be driven on), oldest first. */
typedef enum status bookings_sweep_fn(struct bookings *bookings, struct call *call,
                                      int64_t stuck_before_ms, int *released,
                                      struct booking_page *stuck);

struct bookings_ops {
    bookings_hold_fn *hold;
    bookings_confirm_fn *confirm;
    bookings_release_fn *release;
    bookings_cancel_fn *cancel;
    bookings_list_fn *list;
    bookings_best_sellers_fn *best_sellers;
    bookings_sweep_fn *sweep;
};

struct bookings {
    const struct bookings_ops *ops;
};

static inline enum status bookings_hold(struct bookings *bookings, struct call *call,
                                        const struct booking_hold *hold)
{
    return bookings->ops->hold(bookings, call, hold);
}

static inline enum status bookings_confirm(struct bookings *bookings, struct call *call,
                                           int64_t order_id)
{
    return bookings->ops->confirm(bookings, call, order_id);
}

static inline enum status bookings_release(struct bookings *bookings, struct call *call,
                                           int64_t order_id)
{
    return bookings->ops->release(bookings, call, order_id);
}

static inline enum status bookings_cancel(struct bookings *bookings, struct call *call,
                                          int64_t booking_id, int64_t user_id, bool done,
                                          struct booking *out)
{
    return bookings->ops->cancel(bookings, call, booking_id, user_id, done, out);
}

static inline enum status bookings_list(struct bookings *bookings, struct call *call,
                                        const struct booking_query *query, struct booking_page *out)
{
    return bookings->ops->list(bookings, call, query, out);
}

static inline enum status bookings_best_sellers(struct bookings *bookings, struct call *call,
                                                int64_t since_ms, int limit, int64_t *out,
                                                int *count)
{
    return bookings->ops->best_sellers(bookings, call, since_ms, limit, out, count);
}

static inline enum status bookings_sweep(struct bookings *bookings, struct call *call,
                                         int64_t stuck_before_ms, int *released,
                                         struct booking_page *stuck)
{
    return bookings->ops->sweep(bookings, call, stuck_before_ms, released, stuck);
}

struct pg_pool;
struct events;
/* Publishes "booking.cancelled" with the step that makes a booking cancelled. */
struct bookings *bookings_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write,
                                 struct events *events);

/* --- the rules (bookings.c) --- */

/* Opaque page cursors: behind this booking. One that is not ours is STATUS_MALFORMED. */
const char *bookings_cursor(struct call *call, const struct booking *last);
enum status bookings_read_cursor(struct call *call, const char *cursor,
                                 struct booking_query *query);

#endif
