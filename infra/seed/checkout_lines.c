/* A shopper draws a product (Zipf), a day (soon rather than late, weekends and summer rather than
 * not) and how many come along. On a full day most look for another one; some try their luck and
 * are told that it is sold out.
 */
#include "infra/seed/checkout_lines.h"

#include "infra/seed/calendar.h"

#include <assert.h>

enum {
    PRODUCT_TRIES = 8,
    DAY_TRIES = 6,
    OTHER_DAY_TRIES = 6,
    SAME_TRIP_PER_MILLE = 700, /* further lines of an order are for a day near the first */
    STUBBORN_PER_MILLE = 250,  /* do not look for another day */
};

/* The first entry whose running total is above a draw of 1000. */
static int draw_from(struct random *random, const int *per_mille, int count)
{
    int draw = (int)random_below(random, 1000);
    for (int i = 0; i < count - 1; i++) {
        if (draw < per_mille[i]) return i;
        draw -= per_mille[i];
    }
    return count - 1;
}

static int draw_line_count(struct random *random)
{
    static const int per_mille[CHECKOUT_LINES_MAX] = {620, 230, 90, 40, 15, 5};
    return 1 + draw_from(random, per_mille, CHECKOUT_LINES_MAX);
}

static int32_t draw_quantity(struct random *random)
{
    static const int per_mille[] = {330, 420, 90, 100, 25, 15, 20};
    static const int32_t quantities[] = {1, 2, 3, 4, 5, 6, 0};
    const int32_t quantity = quantities[draw_from(random, per_mille, 7)];
    return quantity ? quantity : (int32_t)random_between(random, 7, 20); /* a group */
}

static bool already_in(const struct checkout *order, int32_t product)
{
    for (int i = 0; i < order->count; i++)
        if (order->lines[i].product == product) return true;
    return false;
}

/* What is not sold any more is not sold for days to come. */
static int32_t last_day_of(const struct plan *plan, int32_t product)
{
    return plan->products[product].active ? plan->today + AHEAD_DAYS : plan->today - 1;
}

/* One that exists by now, is not in the order yet, and is sold for that day; -1: none found. */
static int32_t draw_product(struct checkouts *self, const struct checkout *order, int32_t day)
{
    const struct plan *plan = self->plan;
    const int64_t there = growth_count(&plan->products_growth, order->created_ms);
    for (int i = 0; i < PRODUCT_TRIES; i++) {
        const uint32_t rank = random_zipf(&self->random, (uint32_t)plan->size.products);
        int32_t product = plan->by_rank[rank];
        if (product >= there) product = (int32_t)random_below(&self->random, (uint32_t)there);
        if (already_in(order, product)) continue;
        if (day <= last_day_of(plan, product)) return product;
    }
    return -1;
}

/* From the day of the order on; the least wanted days are passed over most often. */
static int32_t draw_day(struct checkouts *self)
{
    int32_t index = self->day;
    for (int i = 0; i < DAY_TRIES; i++) {
        index = self->day + (int32_t)random_zipf(&self->random, AHEAD_DAYS + 1);
        const int32_t weight = self->plan->visit_weights[index];
        if ((int32_t)random_below(&self->random, CALENDAR_VISIT_MAX) < weight) break;
    }
    return self->plan->first_day + index;
}

static int32_t draw_day_near(struct checkouts *self, int32_t first)
{
    if (!random_per_mille(&self->random, SAME_TRIP_PER_MILLE)) return draw_day(self);
    const int32_t day = first + (int32_t)random_below(&self->random, 4);
    const int32_t last = self->plan->today + AHEAD_DAYS;
    return day < last ? day : last;
}

static uint16_t *places_of(struct checkouts *self, int32_t product, int32_t day)
{
    const int32_t index = day - self->plan->first_day;
    assert(index >= 0 && index < PLAN_DAYS);
    return &self->places[(size_t)product * PLAN_DAYS + (size_t)index];
}

static int32_t left_on(struct checkouts *self, int32_t product, int32_t day)
{
    const uint16_t cell = *places_of(self, product, day);
    return self->plan->products[product].per_day - (cell & ~PLACES_TOUCHED);
}

/* Finds a day with room, near the one wanted. False: none, the line keeps the wanted one. */
static bool find_places(struct checkouts *self, struct checkout_line *line)
{
    if (left_on(self, line->product, line->day) >= line->quantity) return true;
    const bool stubborn = random_per_mille(&self->random, STUBBORN_PER_MILLE);
    const int32_t last = last_day_of(self->plan, line->product);
    int32_t day = line->day;
    for (int i = 0; i < OTHER_DAY_TRIES && !stubborn; i++) {
        day += 1 + (int32_t)random_below(&self->random, 3);
        if (day > last) return false;
        if (left_on(self, line->product, day) < line->quantity) continue;
        line->day = day;
        return true;
    }
    return false;
}

bool checkout_lines_draw(struct checkouts *self, struct checkout *order, int64_t lines_max)
{
    int wanted = draw_line_count(&self->random);
    if (wanted > lines_max) wanted = (int)lines_max;
    bool fits = true;
    order->count = 0;
    order->total_cents = 0;
    for (int i = 0; i < wanted; i++) {
        const int32_t day = i == 0 ? draw_day(self) : draw_day_near(self, order->lines[0].day);
        const int32_t product = draw_product(self, order, day);
        if (product < 0) break;
        const struct plan_product *facts = &self->plan->products[product];
        struct checkout_line line = {
            .product = product, .day = day, .quantity = draw_quantity(&self->random)};
        if (line.quantity > facts->per_day) line.quantity = facts->per_day;
        line.amount_cents = facts->price_cents * line.quantity;
        if (!find_places(self, &line) && fits) {
            fits = false;
            order->sold_out_line = i;
            order->sold_out_left = left_on(self, product, line.day);
        }
        order->total_cents += line.amount_cents;
        order->lines[order->count++] = line;
    }
    assert(order->count > 0);
    return fits;
}

void checkout_lines_touch(struct checkouts *checkouts, const struct checkout_line *line, bool take)
{
    uint16_t *cell = places_of(checkouts, line->product, line->day);
    *cell |= PLACES_TOUCHED;
    if (take) *cell = (uint16_t)(*cell + line->quantity);
}
