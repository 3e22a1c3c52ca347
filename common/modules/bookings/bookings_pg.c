/* Bookings on PostgreSQL: the operations that change something. Each is one statement, or one transaction,
 * so that places and states can never disagree, whoever is killed in between.
 *
 * A hold of one line needs no transaction around it: its statement takes the places and writes the booking,
 * or does neither. A hold of several lines sends all of them in one statement too, looks whether each got
 * its places, and commits or rolls back: two round trips, however many lines. What stands between two
 * buyers of the last place is the lock on the row of that day, and the condition is evaluated under it.
 */
#include "common/modules/bookings/bookings_pg.h"

#include "statements.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { HOLD_ATTEMPTS_MAX = 3 };

/* --- hold --- */

/* The lines as one array per column. */
struct hold_columns {
    const char *lines, *products, *days, *quantities, *amounts;
};

static struct hold_columns columns_of(struct call *call, const struct booking_hold *hold)
{
    int64_t lines[BOOKINGS_LINES_MAX], products[BOOKINGS_LINES_MAX];
    int64_t quantities[BOOKINGS_LINES_MAX], amounts[BOOKINGS_LINES_MAX];
    const char *days[BOOKINGS_LINES_MAX];
    for (int i = 0; i < hold->count; i++) {
        const struct booking_line *line = &hold->lines[i];
        lines[i] = i;
        products[i] = line->product_id;
        days[i] = bookings_pg_day(call, line->day).text;
        quantities[i] = line->quantity;
        amounts[i] = line->amount_cents;
    }
    return (struct hold_columns){
        .lines = pg_int64_array(call, lines, hold->count),
        .products = pg_int64_array(call, products, hold->count),
        .days = pg_text_array(call, days, hold->count),
        .quantities = pg_int64_array(call, quantities, hold->count),
        .amounts = pg_int64_array(call, amounts, hold->count),
    };
}

/* Several lines, all or none: a shortage rolls back what the others took. */
static enum status hold_lines(struct bookings_pg *self, struct call *call, struct pg_args args,
                              int count, bool *held)
{
    struct pg_tx *tx;
    struct pg_rows rows;
    enum status status = pg_begin(self->write, call, &tx);
    if (status == STATUS_OK) status = pg_exec(tx, &bookings_hold_sql, args, &rows);
    *held = status == STATUS_OK && rows.count == count;
    if (*held) return pg_commit(tx);
    pg_rollback(tx);
    return status;
}

static enum status hold_once(struct bookings_pg *self, struct call *call,
                             const struct booking_hold *hold, const struct hold_columns *columns,
                             bool *held)
{
    const struct pg_args args =
        PG_ARGS(PG_INT(hold->order_id), PG_INT(hold->user_id), PG_TEXT(columns->lines),
                PG_TEXT(columns->products), PG_TEXT(columns->days), PG_TEXT(columns->quantities),
                PG_TEXT(columns->amounts), PG_INT(hold->expires_ms));
    enum status status;
    *held = false;
    if (hold->count > 1) {
        status = hold_lines(self, call, args, hold->count, held);
    } else {
        struct pg_rows rows;
        status = pg_write(self->write, call, &bookings_hold_sql, args, &rows);
        *held = status == STATUS_OK && rows.count == 1;
    }
    const char *constraint = call->failure.constraint;
    if (status == STATUS_CONFLICT && constraint &&
        strcmp(constraint, "bookings_order_line_key") == 0) {
        call_forgive(call); /* a twin of this hold was faster: explain() will see it */
        return STATUS_OK;
    }
    return status;
}

static enum status sold_out(struct call *call, int line, int32_t day, int64_t left)
{
    char text[CLOCK_DAY_TEXT];
    clock_format_day(day, text);
    const char *field = arena_printf(call->arena, "lines[%d].quantity", line);
    const char *message = left > 0
                              ? arena_printf(call->arena, "only %" PRId64 " left on %s", left, text)
                              : arena_printf(call->arena, "none left on %s", text);
    call_fail_field(call, field, "%s", message);
    return call_fail(call, STATUS_SOLD_OUT, "%s", message);
}

/* Why a hold did not get everything. STATUS_OK with `held`: it is all booked (a repeat, or a twin was
   faster); STATUS_OK without: places have come back meanwhile, trying again makes sense. */
static enum status explain(struct bookings_pg *self, struct call *call,
                           const struct booking_hold *hold, const struct hold_columns *columns,
                           bool *held)
{
    struct pg_rows rows;
    enum status status = pg_read(self->write, call, &bookings_missing_sql,
                                 PG_ARGS(PG_INT(hold->order_id), PG_TEXT(columns->lines),
                                         PG_TEXT(columns->products), PG_TEXT(columns->days)),
                                 &rows);
    if (status != STATUS_OK) return status;
    int booked = 0;
    for (int i = 0; i < rows.count; i++) {
        if (pg_bool(&rows, i, 1)) {
            booked++;
        } else if (pg_is_null(&rows, i, 2)) {
            call_fail_field(call, arena_printf(call->arena, "lines[%d].product_id", i),
                            "has no places to book");
            return call_check_fields(call);
        } else if (pg_int64(&rows, i, 2) < hold->lines[i].quantity) {
            return sold_out(call, i, hold->lines[i].day, pg_int64(&rows, i, 2));
        }
    }
    *held = booked == hold->count;
    return STATUS_OK;
}

static enum status hold_places(struct bookings *bookings, struct call *call,
                               const struct booking_hold *hold)
{
    struct bookings_pg *self = (struct bookings_pg *)bookings;
    assert(hold->count >= 1 && hold->count <= BOOKINGS_LINES_MAX);
    const struct hold_columns columns = columns_of(call, hold);
    for (int attempt = 0; attempt < HOLD_ATTEMPTS_MAX; attempt++) {
        bool held;
        enum status status = hold_once(self, call, hold, &columns, &held);
        if (status == STATUS_OK && !held) status = explain(self, call, hold, &columns, &held);
        if (status != STATUS_OK || held) return status;
    }
    return call_fail(call, STATUS_UNAVAILABLE, "places are changing hands too fast, try again");
}

/* --- the other steps --- */

static enum status confirm(struct bookings *bookings, struct call *call, int64_t order_id)
{
    struct bookings_pg *self = (struct bookings_pg *)bookings;
    struct pg_rows rows;
    enum status status =
        pg_write(self->write, call, &bookings_confirm_sql, PG_ARGS(PG_INT(order_id)), &rows);
    if (status != STATUS_OK) return status;
    if (pg_int64(&rows, 0, 0) == 0 || pg_int64(&rows, 0, 1) > 0)
        return call_fail(call, STATUS_CONFLICT, "the places are not held any more");
    return STATUS_OK;
}

static enum status release(struct bookings *bookings, struct call *call, int64_t order_id)
{
    struct bookings_pg *self = (struct bookings_pg *)bookings;
    return pg_write(self->write, call, &bookings_release_sql, PG_ARGS(PG_INT(order_id)), NULL);
}

struct bookings *bookings_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write,
                                 struct events *events)
{
    static const struct bookings_ops ops = {
        .hold = hold_places,
        .confirm = confirm,
        .release = release,
        .cancel = bookings_pg_cancel,
        .list = bookings_pg_list,
        .best_sellers = bookings_pg_best_sellers,
        .sweep = bookings_pg_sweep,
    };
    struct bookings_pg *self = arena_new(arena, struct bookings_pg);
    *self =
        (struct bookings_pg){.port = {.ops = &ops}, .read = read, .write = write, .events = events};
    return &self->port;
}
