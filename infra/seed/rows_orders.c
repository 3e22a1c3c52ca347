/* One order's rows in five tables, those of its sales apart (rows_sales.c). What auditors tell seeded orders by: the idempotency key is
 * "seed-<id>", and the payment provider's ids are not of its own making ("ch_seed_…"): it has heard of those only
 * whose days are still to come (provider.h). Receipts count as sent.
 */
#include "infra/seed/provider.h"
#include "infra/seed/sources.h"

#include <inttypes.h>
#include <stdio.h>

enum { RECEIPT_MS_MAX = 5000 };

/* --- the first pass: orders, bookings, charges --- */

/* As a real one looks: 64 hexadecimal digits. No request has this hash. */
static void body_hash(uint64_t seed, int64_t order_id, char out[65])
{
    struct random random;
    random_init(&random, seed, (uint64_t)order_id << 24);
    for (int i = 0; i < 64; i += 16) {
        uint64_t bits = random_next(&random);
        for (int digit = 0; digit < 16; digit++, bits >>= 4)
            out[i + digit] = "0123456789abcdef"[bits & 15];
    }
    out[64] = '\0';
}

/* State, reason, detail and field, in the words of the modules. */
static void outcome_fields(struct table *orders, const struct checkout *order)
{
    char detail[64], field[32], day[CLOCK_DAY_TEXT];
    switch (order->fate) {
    case CHECKOUT_CONFIRMED:
        table_text(orders, "confirmed");
        table_text(orders, NULL);
        table_text(orders, NULL);
        table_text(orders, NULL);
        break;
    case CHECKOUT_DECLINED:
        table_text(orders, "rejected");
        table_text(orders, "declined");
        table_text(orders, "the card was declined");
        table_text(orders, NULL);
        break;
    case CHECKOUT_SOLD_OUT:
        clock_format_day(order->lines[order->sold_out_line].day, day);
        if (order->sold_out_left > 0)
            snprintf(detail, sizeof(detail), "only %" PRId32 " left on %s", order->sold_out_left,
                     day);
        else
            snprintf(detail, sizeof(detail), "none left on %s", day);
        snprintf(field, sizeof(field), "lines[%d].quantity", order->sold_out_line);
        table_text(orders, "rejected");
        table_text(orders, "sold-out");
        table_text(orders, detail);
        table_text(orders, field);
        break;
    }
}

static void order_row(struct table *orders, const struct plan *plan, const struct checkout *order)
{
    char key[32], hash[65];
    snprintf(key, sizeof(key), "seed-%" PRId64, order->id);
    body_hash(plan->seed, order->id, hash);
    const int64_t receipt_ms = order->settled_ms + 1 + order->id * 977 % RECEIPT_MS_MAX;
    table_int(orders, order->id);
    table_int(orders, order->user_id);
    table_text(orders, key);
    table_text(orders, hash);
    outcome_fields(orders, order);
    table_int(orders, order->total_cents);
    table_text(orders, SEED_CURRENCY);
    table_time(orders, order->created_ms);
    table_time(orders, order->settled_ms);
    table_time(orders, order->fate == CHECKOUT_CONFIRMED ? receipt_ms : 0);
    table_end_row(orders);
}

static void booking_rows(struct table *bookings, const struct checkout *order)
{
    for (int i = 0; i < order->count; i++) {
        const struct checkout_line *line = &order->lines[i];
        if (line->booking_id == 0) continue;
        table_int(bookings, line->booking_id);
        table_int(bookings, order->id);
        table_int(bookings, i);
        table_int(bookings, order->user_id);
        table_int(bookings, line->product + 1);
        table_day(bookings, line->day);
        table_int(bookings, line->quantity);
        table_int(bookings, line->amount_cents);
        table_text(bookings, order->fate == CHECKOUT_DECLINED ? "released"
                             : line->cancelled_ms             ? "cancelled"
                                                              : "confirmed");
        table_time(bookings, order->created_ms);
        table_end_row(bookings);
    }
}

static void charge_row(struct table *charges, const struct checkout *order)
{
    if (order->fate == CHECKOUT_SOLD_OUT) return;
    char provider_id[40];
    snprintf(provider_id, sizeof(provider_id), "ch_seed_%" PRId64, order->id);
    table_int(charges, order->id);
    table_text(charges, order->fate == CHECKOUT_CONFIRMED ? "charged" : "declined");
    table_int(charges, order->total_cents);
    table_text(charges, SEED_CURRENCY);
    table_text(charges, provider_id);
    table_time(charges, order->settled_ms);
    table_end_row(charges);
}

static void orders_step(struct source *source, struct table *tables)
{
    struct checkouts *checkouts = ((struct orders_source *)source)->checkouts;
    struct checkout order = {0};
    if (checkouts_next(checkouts, &order)) {
        order_row(&tables[TABLE_ORDERS], checkouts->plan, &order);
        booking_rows(&tables[TABLE_BOOKINGS], &order);
        charge_row(&tables[TABLE_CHARGES], &order);
        if (checkouts->plan->provider)
            provider_note(checkouts->plan->provider, checkouts->plan->today, &order);
    }
    source->done = checkouts->bookings;
}

void orders_source_init(struct orders_source *out, struct checkouts *checkouts)
{
    *out = (struct orders_source){
        .base = {.step = orders_step, .total = checkouts->plan->size.bookings},
        .checkouts = checkouts};
}

/* --- the second pass: lines, refunds, sales --- */

static void refund_row(struct table *refunds, const struct checkout *order,
                       const struct checkout_line *line)
{
    char key[48], provider_id[40];
    snprintf(key, sizeof(key), "booking-%" PRId64 "-refund", line->booking_id);
    snprintf(provider_id, sizeof(provider_id), "re_seed_%" PRId64, line->booking_id);
    table_text(refunds, key);
    table_int(refunds, order->id);
    table_int(refunds, line->amount_cents);
    table_text(refunds, provider_id);
    table_time(refunds, line->cancelled_ms);
    table_end_row(refunds);
}

static void lines_step(struct source *source, struct table *tables)
{
    struct checkouts *checkouts = ((struct orders_source *)source)->checkouts;
    struct table *lines = &tables[TABLE_LINES];
    struct checkout order = {0};
    if (checkouts_next(checkouts, &order)) {
        for (int i = 0; i < order.count; i++) {
            const struct checkout_line *line = &order.lines[i];
            const struct plan_product *product = &checkouts->plan->products[line->product];
            table_int(lines, order.id);
            table_int(lines, i);
            table_int(lines, line->product + 1);
            table_text(lines, product->title);
            table_day(lines, line->day);
            table_int(lines, line->quantity);
            table_int(lines, product->price_cents);
            table_int(lines, line->amount_cents);
            table_end_row(lines);
            if (line->cancelled_ms) refund_row(&tables[TABLE_REFUNDS], &order, line);
        }
        sales_rows(&tables[TABLE_SALES], checkouts->plan, &order);
    }
    source->done = checkouts->bookings;
}

void lines_source_init(struct orders_source *out, struct checkouts *checkouts)
{
    orders_source_init(out, checkouts);
    out->base.step = lines_step;
}
