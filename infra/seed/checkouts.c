/* Each day of the year gets its share of the bookings by weight (season, weekday, a growing shop);
 * within the day orders come at the hours people shop at. What an order holds is in
 * checkout_lines.c. All draws come from one stream, in one order, and none depends on a clock or on
 * memory.
 */
#include "infra/seed/checkouts.h"

#include "infra/seed/calendar.h"
#include "infra/seed/checkout_lines.h"

#include <stdlib.h>

enum {
    DECLINED_PER_MILLE = 25,
    CANCELLED_PER_MILLE = 96, /* of those that still can be; 8 % of all */
    CANCEL_AFTER_MS = 3600000,
    DEMO_ORDERS = 12,
    GROWTH_FIRST = 70, /* weight of the first day's orders … */
    GROWTH_MORE = 70,  /* … and how much is added until the last */
};

static int64_t order_weight(const struct plan *plan, int32_t day)
{
    const int64_t growth = GROWTH_FIRST * STORY_DAYS + (int64_t)GROWTH_MORE * day;
    return growth * calendar_order_weight(plan->first_day + day);
}

/* Opens day number `day`: its share is the difference of two running totals, so that all add up.
   (The weights of a year are below 2^33, bookings below 2^24.) */
static void begin_day(struct checkouts *self, int32_t day)
{
    const int64_t weight = order_weight(self->plan, day);
    const int64_t bookings = self->plan->size.bookings;
    const int64_t before = bookings * self->weight_before / self->weight_total;
    self->weight_before += weight;
    const int64_t after = bookings * self->weight_before / self->weight_total;
    self->day = day;
    self->done_in_day = 0;
    self->quota_of_day = after - before;
}

enum status checkouts_init(struct checkouts *checkouts, const struct plan *plan)
{
    *checkouts = (struct checkouts){.plan = plan};
    random_init(&checkouts->random, plan->seed, STREAM_ORDERS);
    checkouts->places = calloc((size_t)plan->size.products * PLAN_DAYS, sizeof(uint16_t));
    if (!checkouts->places) return STATUS_UNAVAILABLE;
    for (int32_t day = 0; day < STORY_DAYS; day++)
        checkouts->weight_total += order_weight(plan, day);
    begin_day(checkouts, 0);
    return STATUS_OK;
}

void checkouts_release(struct checkouts *checkouts)
{
    free(checkouts->places);
    checkouts->places = NULL;
}

int32_t checkouts_taken(const struct checkouts *checkouts, int32_t product, int32_t day_index,
                        bool *touched)
{
    const uint16_t cell = checkouts->places[(size_t)product * PLAN_DAYS + (size_t)day_index];
    *touched = cell & PLACES_TOUCHED;
    return cell & ~PLACES_TOUCHED;
}

/* Order ids rise with time. */
static int64_t next_time(struct checkouts *self)
{
    const int64_t slot =
        self->done_in_day * CALENDAR_POSITIONS + random_below(&self->random, CALENDAR_POSITIONS);
    const int64_t position = slot / self->quota_of_day;
    const int64_t midnight = (int64_t)(self->plan->first_day + self->day) * MS_PER_DAY;
    const int64_t time_ms = midnight + calendar_time_of_day((int32_t)position);
    if (time_ms > self->now_ms) self->now_ms = time_ms;
    return self->now_ms;
}

/* Those who have been with us longer have ordered more often. */
static int64_t draw_user(struct checkouts *self)
{
    const int64_t there = growth_count(&self->plan->users, self->now_ms);
    const int64_t accounts = self->plan->account_count;
    const uint32_t shoppers = (uint32_t)(there - accounts);
    const uint32_t one = random_below(&self->random, shoppers);
    const uint32_t other = random_below(&self->random, shoppers);
    return accounts + 1 + (one < other ? one : other);
}

/* The demo customer gets an order now and then, of days that are over: nobody can cancel a
   seeded booking of theirs, whose charge the payment provider does not know. */
static int64_t demo_user_instead(struct checkouts *self, const struct checkout *order)
{
    const int64_t due = self->plan->size.bookings * (self->demo_orders + 1) / (DEMO_ORDERS + 1);
    if (self->plan->demo_user == 0 || self->demo_orders == DEMO_ORDERS || self->bookings < due)
        return order->user_id;
    if (order->fate != CHECKOUT_CONFIRMED) return order->user_id;
    for (int i = 0; i < order->count; i++)
        if (order->lines[i].day >= self->plan->today) return order->user_id;
    self->demo_orders++;
    return self->plan->demo_user;
}

/* When this booking is cancelled, 0: never. Only before its day, and before the story ends. */
static int64_t draw_cancellation(struct checkouts *self, const struct checkout *order,
                                 const struct checkout_line *line)
{
    const bool wanted = random_per_mille(&self->random, CANCELLED_PER_MILLE);
    const uint64_t draw = random_next(&self->random);
    const int32_t last_day = line->day < self->plan->today ? line->day : self->plan->today;
    const int64_t from_ms = order->settled_ms + CANCEL_AFTER_MS;
    const int64_t to_ms = (int64_t)last_day * MS_PER_DAY;
    if (!wanted || to_ms <= from_ms) return 0;
    return from_ms + (int64_t)(draw % (uint64_t)(to_ms - from_ms));
}

static void settle(struct checkouts *self, struct checkout *order)
{
    order->settled_ms = order->created_ms;
    if (order->fate == CHECKOUT_SOLD_OUT) return;
    order->settled_ms += random_between(&self->random, 130, 1900); /* the payment provider's time */
    for (int i = 0; i < order->count; i++) {
        struct checkout_line *line = &order->lines[i];
        line->booking_id = ++self->bookings;
        const bool taken = order->fate == CHECKOUT_CONFIRMED;
        if (taken) line->cancelled_ms = draw_cancellation(self, order, line);
        checkout_lines_touch(self, line, taken && line->cancelled_ms == 0);
    }
    self->done_in_day += order->count;
}

bool checkouts_next(struct checkouts *self, struct checkout *out)
{
    while (self->done_in_day == self->quota_of_day) {
        if (self->day + 1 == STORY_DAYS) return false;
        begin_day(self, self->day + 1);
    }
    out->id = ++self->orders;
    out->created_ms = next_time(self);
    out->user_id = draw_user(self);
    const bool declined = random_per_mille(&self->random, DECLINED_PER_MILLE);
    const int64_t left = self->quota_of_day - self->done_in_day;
    const bool fits = checkout_lines_draw(self, out, left);
    out->fate = !fits ? CHECKOUT_SOLD_OUT : declined ? CHECKOUT_DECLINED : CHECKOUT_CONFIRMED;
    settle(self, out);
    out->user_id = demo_user_instead(self, out);
    return true;
}
