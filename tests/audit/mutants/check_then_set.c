/* A hold as it is often written: read how many places are left, decide, then write the new number. Each step
 * is right, and alone it passes every test of one caller. Between the read and the write somebody else reads
 * the same number. The constraint of the table does not help, because the number written is always one that
 * would have been allowed.
 *
 * The race test runs against a shop with this in it and must fail there: a test that cannot fail proves
 * nothing.
 */
#include "tests/audit/mutants/mutants.h"

#include "common/base/clock.h"
#include "common/modules/bookings/bookings_pg.h"
#include "statements.h"

#include <inttypes.h>

static const char set_sql[] =
    "WITH counted AS ("
    " INSERT INTO bookings.days (product_id, day, capacity, taken)"
    " VALUES ($1::bigint, $2::date, $3::integer, $4::integer)"
    " ON CONFLICT (product_id, day) DO UPDATE SET taken = excluded.taken)"
    " INSERT INTO bookings.bookings (order_id, line, user_id, product_id, day, quantity, "
    "amount_cents,"
    " state, expires_at)"
    " VALUES ($5::bigint, $6::integer, $7::bigint, $1::bigint, $2::date, $8::integer, $9::bigint,"
    " 'held', to_timestamp($10::bigint / 1000.0))";

static enum status check(struct bookings_pg *self, struct call *call,
                         const struct booking_line *line, int i, int64_t *capacity, int64_t *left)
{
    const struct pg_value day = bookings_pg_day(call, line->day);
    struct pg_rows rows;
    enum status status = pg_read(self->write, call, &bookings_capacity_days_sql,
                                 PG_ARGS(PG_INT(line->product_id), day, day), &rows);
    if (status != STATUS_OK) return status;
    *capacity = rows.count > 0 ? pg_int64(&rows, 0, 1) : 0;
    *left = rows.count > 0 ? pg_int64(&rows, 0, 2) : 0;
    if (*left >= line->quantity) return STATUS_OK;
    call_fail_field(call, arena_printf(call->arena, "lines[%d].quantity", i),
                    "only %" PRId64 " left", *left);
    return call_fail(call, STATUS_SOLD_OUT, "only %" PRId64 " left", *left);
}

static enum status set(struct bookings_pg *self, struct call *call, const struct booking_hold *hold,
                       int i, int64_t capacity, int64_t left)
{
    /* a statement of the mutant's own; the real hold, whose place in the table it takes, is never run */
    const struct pg_statement statement = {"check_then_set", set_sql, bookings_hold_sql.index};
    const struct booking_line *line = &hold->lines[i];
    return pg_write(self->write, call, &statement,
                    PG_ARGS(PG_INT(line->product_id), bookings_pg_day(call, line->day),
                            PG_INT(capacity), PG_INT(capacity - left + line->quantity),
                            PG_INT(hold->order_id), PG_INT(i), PG_INT(hold->user_id),
                            PG_INT(line->quantity), PG_INT(line->amount_cents),
                            PG_INT(hold->expires_ms)),
                    NULL);
}

static enum status hold_places(struct bookings *bookings, struct call *call,
                               const struct booking_hold *hold)
{
    struct bookings_pg *self = (struct bookings_pg *)bookings;
    for (int i = 0; i < hold->count; i++) {
        int64_t capacity, left;
        enum status status = check(self, call, &hold->lines[i], i, &capacity, &left);
        if (status == STATUS_OK) status = set(self, call, hold, i, capacity, left);
        if (status != STATUS_OK) return status;
    }
    return STATUS_OK;
}

void check_then_set(struct app *app)
{
    static struct bookings_ops ops;
    ops = *app->bookings->ops;
    ops.hold = hold_places;
    app->bookings->ops = &ops;
}
