/* What the reports module would have entered, had it been there that year: one row per booking that was
 * paid for, as its events say it. Without these rows the shop would copy them itself, a few hundred orders a
 * round, and the sales report of a large set would be wrong for hours.
 */
#include "infra/seed/sources.h"

void sales_rows(struct table *sales, const struct plan *plan, const struct checkout *order)
{
    if (order->fate != CHECKOUT_CONFIRMED) return;
    for (int i = 0; i < order->count; i++) {
        const struct checkout_line *line = &order->lines[i];
        table_int(sales, line->booking_id);
        table_int(sales, order->id);
        table_int(sales, line->product + 1);
        table_text(sales, plan->products[line->product].title);
        table_time(sales, order->settled_ms);
        table_day(sales, line->day);
        table_int(sales, line->quantity);
        table_int(sales, line->amount_cents);
        table_text(sales, SEED_CURRENCY);
        table_time(sales, line->cancelled_ms);
        table_end_row(sales);
    }
}
