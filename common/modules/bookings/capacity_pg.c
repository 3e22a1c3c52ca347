/* Capacity on PostgreSQL. The daily number is kept once per product and copied into the row of a day when
 * that day is first touched; changing it therefore means changing those rows too, in one transaction.
 * Two statements, not one: the second must see the rows that holds made while the first waited for them.
 */
#include "common/modules/bookings/capacity.h"

#include "common/base/clock.h"
#include "common/pg/pg.h"
#include "statements.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct capacity_pg {
    struct capacity port; /* first: the port is this */
    struct pg_pool *read, *write;
};

static enum status read_days(struct capacity *capacity, struct call *call, int64_t product_id,
                             int32_t from, int32_t to, struct capacity_day **out, int *count)
{
    struct capacity_pg *self = (struct capacity_pg *)capacity;
    char from_text[CLOCK_DAY_TEXT], to_text[CLOCK_DAY_TEXT];
    struct pg_rows rows;
    assert(from <= to && to - from < CAPACITY_RANGE_DAYS_MAX);
    clock_format_day(from, from_text);
    clock_format_day(to, to_text);
    enum status status =
        pg_read(self->read, call, &bookings_capacity_days_sql,
                PG_ARGS(PG_INT(product_id), PG_TEXT(from_text), PG_TEXT(to_text)), &rows);
    if (status != STATUS_OK) return status;
    if (rows.count == 0)
        return call_fail(call, STATUS_NOT_FOUND, "product %" PRId64 " has no places to book",
                         product_id);
    *count = rows.count;
    *out = arena_array(call->arena, struct capacity_day, (size_t)rows.count);
    for (int i = 0; i < rows.count; i++)
        (*out)[i] = (struct capacity_day){
            .day = pg_day(&rows, i, 0),
            .capacity = (int32_t)pg_int64(&rows, i, 1),
            .available = (int32_t)pg_int64(&rows, i, 2),
        };
    return STATUS_OK;
}

static enum status set_daily(struct capacity *capacity, struct call *call, int64_t product_id,
                             int32_t per_day)
{
    struct capacity_pg *self = (struct capacity_pg *)capacity;
    const struct pg_value product = PG_INT(product_id), places = PG_INT(per_day);
    char today[CLOCK_DAY_TEXT];
    struct pg_tx *tx;
    clock_format_day(clock_today(), today);
    enum status status = pg_begin(self->write, call, &tx);
    if (status == STATUS_OK)
        status = pg_queue(tx, &bookings_capacity_daily_sql, PG_ARGS(product, places));
    if (status == STATUS_OK)
        status =
            pg_queue(tx, &bookings_capacity_spread_sql, PG_ARGS(product, places, PG_TEXT(today)));
    if (status == STATUS_OK)
        status = pg_commit(tx);
    else
        pg_rollback(tx);
    const char *constraint = call->failure.constraint;
    if (status == STATUS_CONFLICT && constraint &&
        strcmp(constraint, "days_within_capacity") == 0) {
        call_forgive(call);
        return call_fail(call, STATUS_CONFLICT, "more places than that are taken on some day");
    }
    return status;
}

static enum status set_day(struct capacity *capacity, struct call *call, int64_t product_id,
                           int32_t day, int32_t places, struct capacity_day *out)
{
    struct capacity_pg *self = (struct capacity_pg *)capacity;
    const struct pg_value product = PG_INT(product_id);
    char text[CLOCK_DAY_TEXT];
    struct pg_tx *tx;
    struct pg_rows rows = {0};
    clock_format_day(day, text);
    enum status status = pg_begin(self->write, call, &tx);
    if (status == STATUS_OK) status = pg_queue(tx, &bookings_capacity_known_sql, PG_ARGS(product));
    if (status == STATUS_OK)
        status = pg_exec(tx, &bookings_capacity_day_sql,
                         PG_ARGS(product, PG_TEXT(text), PG_INT(places)), &rows);
    if (status == STATUS_OK && rows.count == 0)
        status = call_fail(call, STATUS_CONFLICT, "more places than that are taken on %s", text);
    if (status != STATUS_OK) {
        pg_rollback(tx);
        return status;
    }
    *out = (struct capacity_day){day, places, (int32_t)pg_int64(&rows, 0, 0)};
    return pg_commit(tx);
}

struct capacity *capacity_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write)
{
    static const struct capacity_ops ops = {
        .days = read_days,
        .set_daily = set_daily,
        .set_day = set_day,
    };
    struct capacity_pg *self = arena_new(arena, struct capacity_pg);
    *self = (struct capacity_pg){.port = {.ops = &ops}, .read = read, .write = write};
    return &self->port;
}
