/* What has been sold, in the order of ids: for a module that keeps books of its own and wants to know whether
 * they are complete.
 *
 * A booking is sold when it has been paid for: confirmed, cancelling or cancelled. Walking all of them is
 * cheap enough for once in a while, because a stretch of the table is counted where it lies; only if the
 * numbers differ from one's own are the bookings of that stretch worth reading.
 */
#ifndef STAGECRAFT_BOOKINGS_SOLD_H
#define STAGECRAFT_BOOKINGS_SOLD_H

#include "common/base/call.h"

enum { SOLD_WINDOW = 10000, SOLD_PAGE_MAX = 500 };

struct sold_window {
    int64_t last;            /* its largest id; 0 when there is no booking behind the one named */
    int64_t sold, cancelled; /* how many of its bookings; cancelled ones are sold ones too */
    bool more;               /* the table goes on behind it */
};

struct sold_booking {
    int64_t id, order_id;
    bool cancelled;
};

struct pg_pool;
struct sold;

struct sold *sold_pg_new(struct arena *arena, struct pg_pool *read);

/* Counts the next SOLD_WINDOW bookings behind `after_id`. */
enum status sold_count(struct sold *sold, struct call *call, int64_t after_id,
                       struct sold_window *out);

/* The first SOLD_PAGE_MAX sold bookings behind `after_id` up to `last_id`; `out` has room for them. */
enum status sold_list(struct sold *sold, struct call *call, int64_t after_id, int64_t last_id,
                      struct sold_booking *out, int *count);

#endif
