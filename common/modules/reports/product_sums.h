/* Sums by product while a summary is being made: a table that is asked for a product's entry once for each
 * product of each window, hundreds of thousands of times. Private to this module.
 */
#ifndef STAGECRAFT_REPORTS_PRODUCT_SUMS_H
#define STAGECRAFT_REPORTS_PRODUCT_SUMS_H

#include "common/base/arena.h"

#include <stdint.h>

struct product_sum {
    int64_t product_id; /* 0: the entry is free */
    int64_t bookings, quantity, sold_cents;
    int64_t last_booking_id;
};

struct product_sums {
    struct arena *arena; /* borrowed */
    struct product_sum *entries;
    int count, size; /* size is a power of two, and never full */
};

void product_sums_init(struct product_sums *sums, struct arena *arena);

/* The product's entry, made if it is new. It may move with the next call. */
struct product_sum *product_sums_at(struct product_sums *sums, int64_t product_id);

/* The `max` products with most money, most first, into `out`; answers how many there are. */
int product_sums_top(const struct product_sums *sums, struct product_sum *out, int max);

#endif
