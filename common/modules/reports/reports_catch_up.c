/* Finding what the events did not bring. A process may die between the commit and the delivery, and a write
 * of ours may fail; then a booking is sold and the books do not know. So the two are compared: stretch by
 * stretch along the booking's id, first only the numbers. What is entered here was sold there, so equal
 * numbers mean equal sets. Where they differ both sides are read, and for each sale that is missing its
 * order is asked for what the event would have said.
 *
 * A walk begins when the process starts, and again some minutes after the last one has ended; it needs no
 * memory of its own, and five million bookings take it a few seconds of the database's time, spread over
 * many rounds. The same walk fills the books of a shop that was open before there were any.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/modules/reports/reports_pg.h"

enum { WINDOWS_PER_ROUND = 20, ORDERS_PER_ROUND = 200 };

/* What a round has done, and may still do. */
struct round {
    struct reports *reports;
    struct call *call;
    int64_t order_id; /* the order asked for last */
    bool entered;     /* and whether it was there to be entered */
    int orders_left;
    int recovered;
};

/* As the event would have said it. An order that is not confirmed yet will have an event of its own. */
static enum status enter_order(struct round *round, int64_t order_id)
{
    struct order order;
    struct sale sales[BOOKINGS_LINES_MAX];
    round->order_id = order_id;
    round->entered = false;
    round->orders_left--;
    enum status status =
        orders_find_any(round->reports->options.orders, round->call, order_id, &order);
    if (status != STATUS_OK || order.state != ORDER_CONFIRMED) return status;
    for (int i = 0; i < order.line_count; i++)
        sales[i] = (struct sale){
            .booking_id = order.lines[i].booking_id,
            .order_id = order_id,
            .product_id = order.lines[i].product_id,
            .title = order.lines[i].title,
            .sold_ms = order.updated_ms,
            .day = order.lines[i].day,
            .quantity = order.lines[i].quantity,
            .amount_cents = order.lines[i].amount_cents,
            .currency = order.currency,
        };
    status = reports_record(round->reports, round->call, sales, order.line_count);
    round->entered = status == STATUS_OK;
    return status;
}

/* `known` is what the books have of this booking; NULL: nothing. When exactly it was cancelled nobody can
   tell any more: it was before now. */
static enum status compare_one(struct round *round, const struct sold_booking *sold,
                               const struct sold_booking *known)
{
    if (known && known->cancelled == sold->cancelled) return STATUS_OK;
    if (!known) {
        enum status status = STATUS_OK;
        if (sold->order_id != round->order_id) status = enter_order(round, sold->order_id);
        if (status != STATUS_OK || !round->entered) return status;
    }
    round->recovered++;
    if (!sold->cancelled) return STATUS_OK;
    return reports_cancel(round->reports, round->call, sold->id, clock_wall_ms());
}

/* A sold booking without an order: not from here, and not to be mended here. */
static enum status pass_over(struct round *round, const struct sold_booking *sold)
{
    log_warn("sale_without_order", round->call, LOG_INT("booking_id", sold->id),
             LOG_INT("order_id", sold->order_id));
    call_forgive(round->call);
    return STATUS_OK;
}

/* The next page of both sides, one by one, as far as the round may. `window->after` moves on. */
static enum status compare_page(struct round *round, struct reports_window *window)
{
    const struct reports_options *options = &round->reports->options;
    struct sold_booking sold[SOLD_PAGE_MAX], known[SOLD_PAGE_MAX];
    int sold_length = 0, known_length = 0, at = 0;
    enum status status =
        sold_list(options->sold, round->call, window->after, window->last, sold, &sold_length);
    if (status != STATUS_OK) return status;
    struct reports_window page = *window;
    if (sold_length == SOLD_PAGE_MAX) page.last = sold[sold_length - 1].id;
    status = reports_pg_known(options->write, round->call, page, known, &known_length);
    for (int i = 0; i < sold_length && status == STATUS_OK; i++) {
        if (round->orders_left == 0) return STATUS_OK;
        while (at < known_length && known[at].id < sold[i].id)
            at++;
        const bool found = at < known_length && known[at].id == sold[i].id;
        status = compare_one(round, &sold[i], found ? &known[at] : NULL);
        if (status == STATUS_NOT_FOUND) status = pass_over(round, &sold[i]);
        if (status == STATUS_OK) window->after = sold[i].id;
    }
    if (status == STATUS_OK) window->after = page.last;
    return status;
}

/* The next stretch; `ended`: there is none. */
static enum status compare_window(struct round *round, bool *ended)
{
    struct reports *reports = round->reports;
    const struct reports_options *options = &reports->options;
    struct sold_window counted;
    int64_t sold, cancelled;
    enum status status = sold_count(options->sold, round->call, reports->checked, &counted);
    *ended = status == STATUS_OK && counted.last == 0;
    if (status != STATUS_OK || *ended) return status;
    struct reports_window window = {reports->checked, counted.last};
    status = reports_pg_count(options->write, round->call, window, &sold, &cancelled);
    if (status != STATUS_OK) return status;
    if (sold != counted.sold || cancelled != counted.cancelled) {
        while (status == STATUS_OK && window.after < window.last && round->orders_left > 0)
            status = compare_page(round, &window);
        reports->checked = window.after;
    } else {
        reports->checked = counted.last;
    }
    *ended = !counted.more && reports->checked == counted.last;
    return status;
}

enum status reports_catch_up(struct reports *reports, struct call *call, int *recovered)
{
    struct round round = {.reports = reports, .call = call, .orders_left = ORDERS_PER_ROUND};
    enum status status = STATUS_OK;
    *recovered = 0;
    if (clock_monotonic_ms() < reports->check_at_ms) return STATUS_OK;
    bool ended = false;
    for (int i = 0; i < WINDOWS_PER_ROUND && !ended && round.orders_left > 0 && status == STATUS_OK;
         i++)
        status = compare_window(&round, &ended);
    if (ended) {
        reports->checked = 0;
        reports->check_at_ms = clock_monotonic_ms() + reports->options.check_every_ms;
    }
    *recovered = round.recovered;
    return status;
}
