/* The orders of a year, one after the other, as if they had been placed: who, what, for which day,
 * and what became of it.
 *
 * Several tables tell parts of the same order, and COPY fills one table of a connection at a time;
 * so the sequence can be replayed: two struct checkouts of one plan yield the same orders. Places
 * are counted as the shop counts them, and nothing is sold that is not there.
 */
#ifndef STAGECRAFT_SEED_CHECKOUTS_H
#define STAGECRAFT_SEED_CHECKOUTS_H

#include "common/base/status.h"
#include "infra/seed/plan.h"

enum { CHECKOUT_LINES_MAX = 6 };

enum checkout_fate { CHECKOUT_CONFIRMED, CHECKOUT_DECLINED, CHECKOUT_SOLD_OUT };

struct checkout_line {
    int32_t product; /* index in the plan; its id is one more */
    int32_t day, quantity;
    int64_t amount_cents;
    int64_t booking_id;   /* 0: none was made */
    int64_t cancelled_ms; /* 0: not cancelled */
};

struct checkout {
    int64_t id, user_id;
    enum checkout_fate fate;
    int sold_out_line;     /* the first line there were not enough places for … */
    int32_t sold_out_left; /* … and how many there were */
    int64_t total_cents, created_ms, settled_ms;
    struct checkout_line lines[CHECKOUT_LINES_MAX];
    int count;
};

struct checkouts {
    const struct plan *plan;
    struct random random;
    uint16_t *places;         /* per product and day: taken, and whether it was ever touched */
    int64_t orders, bookings; /* so far */
    int64_t now_ms;
    int32_t day; /* on which orders are placed now, from 0 */
    int64_t done_in_day, quota_of_day;
    int64_t weight_before, weight_total; /* of the days up to this one, of all */
    int demo_orders;                     /* given to the demo customer so far */
};

/* Owns its table of places (two bytes per product and day) until checkouts_release(). */
enum status checkouts_init(struct checkouts *checkouts, const struct plan *plan);
void checkouts_release(struct checkouts *checkouts);

/* The next order; false when the plan's number of bookings is reached. */
bool checkouts_next(struct checkouts *checkouts, struct checkout *out);

/* Places taken; `day_index` from the plan's first day. `touched`: a row of that day exists. */
int32_t checkouts_taken(const struct checkouts *checkouts, int32_t product, int32_t day_index,
                        bool *touched);

#endif
