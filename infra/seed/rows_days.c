/* The days that all orders together have left: a row for each product and day that was ever booked,
 * and what a shop sets by hand besides (a larger room, a smaller boat, a day off).
 */
#include "infra/seed/sources.h"

enum {
    OWN_NUMBER_PER_MILLE = 5, /* of the days that have a row, set by hand */
    CLOSED_EVERY = 40,        /* products that are closed on one of the coming days */
};

static void day_row(struct table *days, int64_t product_id, int32_t day, int32_t capacity, bool own,
                    int32_t taken)
{
    table_int(days, product_id);
    table_day(days, day);
    table_int(days, capacity);
    table_bool(days, own);
    table_int(days, taken);
    table_end_row(days);
}

/* All days of one product. */
static void days_step(struct source *source, struct table *tables)
{
    struct days_source *self = (struct days_source *)source;
    const struct plan *plan = self->checkouts->plan;
    const int32_t product = (int32_t)source->done++;
    const int32_t per_day = plan->products[product].per_day;
    const bool closes = product % CLOSED_EVERY == 0;
    const int32_t closed = STORY_DAYS + 2 + (int32_t)random_below(&self->random, 30);
    for (int32_t index = 0; index < PLAN_DAYS; index++) {
        const int32_t day = plan->first_day + index;
        bool touched;
        const int32_t taken = checkouts_taken(self->checkouts, product, index, &touched);
        if (closes && index == closed && taken == 0) {
            day_row(&tables[TABLE_DAYS], product + 1, day, 0, true, 0);
        } else if (touched) {
            const bool own = random_per_mille(&self->random, OWN_NUMBER_PER_MILLE);
            const int32_t other = per_day * (50 + (int32_t)random_below(&self->random, 101)) / 100;
            const int32_t capacity = !own ? per_day : other > taken ? other : taken;
            day_row(&tables[TABLE_DAYS], product + 1, day, capacity, own, taken);
        }
    }
}

void days_source_init(struct days_source *out, const struct checkouts *checkouts)
{
    *out =
        (struct days_source){.base = {.step = days_step, .total = checkouts->plan->size.products},
                             .checkouts = checkouts};
    random_init(&out->random, checkouts->plan->seed, STREAM_DAYS);
}
