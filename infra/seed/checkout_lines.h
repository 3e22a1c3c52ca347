/* What is in an order: products by popularity, days by season and weekday, and places that must be
 * there.
 */
#ifndef STAGECRAFT_SEED_CHECKOUT_LINES_H
#define STAGECRAFT_SEED_CHECKOUT_LINES_H

#include "infra/seed/checkouts.h"

/* In a cell of struct checkouts.places, beside the number taken. */
enum { PLACES_TOUCHED = 1 << 15 };

/* Fills in lines, count and total_cents of `order`, at most `lines_max`. False when a line found
   no places (sold_out_line, sold_out_left); none are taken yet. */
bool checkout_lines_draw(struct checkouts *checkouts, struct checkout *order, int64_t lines_max);

/* Notes that the line's day has a row, and takes its places when `take`. */
void checkout_lines_touch(struct checkouts *checkouts, const struct checkout_line *line, bool take);

#endif
