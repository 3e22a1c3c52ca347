/* Lists of bookings. Each kind of list has a statement of its own, because one statement for all of them
 * ("user = $1 or $1 = 0") could never use an index.
 *
 * Who has just booked looks at the result: lists of one order or one user are read where they are written,
 * a replica may not have them yet. The rest may be a moment late.
 */
#include "common/modules/bookings/bookings_pg.h"

#include "statements.h"

#include <assert.h>

/* Two columns' worth of bounds: every day PostgreSQL and we agree on. */
static const char first_day[] = "1970-01-01", last_day[] = "9999-12-31";

void bookings_pg_read_row(const struct pg_rows *rows, int row, struct booking *out)
{
    *out = (struct booking){
        .id = pg_int64(rows, row, 0),
        .order_id = pg_int64(rows, row, 1),
        .line = (int32_t)pg_int64(rows, row, 2),
        .user_id = pg_int64(rows, row, 3),
        .product_id = pg_int64(rows, row, 4),
        .day = pg_day(rows, row, 5),
        .quantity = (int32_t)pg_int64(rows, row, 6),
        .amount_cents = pg_int64(rows, row, 7),
        .state = booking_state_of(pg_text(rows, row, 8)),
        .created_ms = pg_time_ms(rows, row, 9),
        .expires_ms = pg_time_ms(rows, row, 10),
    };
}

struct pg_value bookings_pg_day(struct call *call, int32_t day)
{
    char *text = arena_alloc(call->arena, CLOCK_DAY_TEXT);
    clock_format_day(day, text);
    return PG_TEXT(text);
}

static enum status run_list(struct bookings_pg *self, struct call *call,
                            const struct booking_query *query, struct pg_rows *out)
{
    const struct pg_value from =
        query->from ? bookings_pg_day(call, query->from) : PG_TEXT(first_day);
    const struct pg_value to = query->to ? bookings_pg_day(call, query->to) : PG_TEXT(last_day);
    const struct pg_value after =
        query->after_id ? bookings_pg_day(call, query->after_day) : PG_TEXT(first_day);
    const struct pg_value after_id = PG_INT(query->after_id);
    const struct pg_value user = PG_INT(query->user_id), product = PG_INT(query->product_id);
    const struct pg_value limit =
        PG_INT(query->limit + 1); /* one more tells whether a page follows */
    if (query->order_ids)
        return pg_read(self->write, call, &bookings_list_orders_sql,
                       PG_ARGS(PG_TEXT(pg_int64_array(call, query->order_ids, query->order_count)),
                               after, after_id, limit),
                       out);
    if (query->order_id)
        return pg_read(
            self->write, call, &bookings_list_order_sql,
            PG_ARGS(PG_INT(query->order_id), user, product, from, to, after, after_id, limit), out);
    if (query->user_id && query->product_id)
        return pg_read(self->write, call, &bookings_list_user_product_sql,
                       PG_ARGS(user, product, from, to, after, after_id, limit), out);
    if (query->user_id)
        return pg_read(self->write, call, &bookings_list_user_sql,
                       PG_ARGS(user, from, to, after, after_id, limit), out);
    if (query->product_id)
        return pg_read(self->read, call, &bookings_list_product_sql,
                       PG_ARGS(product, from, to, after, after_id, limit), out);
    return pg_read(self->read, call, &bookings_list_all_sql,
                   PG_ARGS(from, to, after, after_id, limit), out);
}

enum status bookings_pg_list(struct bookings *bookings, struct call *call,
                             const struct booking_query *query, struct booking_page *out)
{
    struct pg_rows rows;
    assert(query->limit >= 1 && query->limit <= BOOKINGS_PAGE_MAX);
    enum status status = run_list((struct bookings_pg *)bookings, call, query, &rows);
    if (status != STATUS_OK) return status;
    out->more = rows.count > query->limit;
    out->count = out->more ? query->limit : rows.count;
    out->bookings = arena_array(call->arena, struct booking, (size_t)out->count);
    for (int i = 0; i < out->count; i++)
        bookings_pg_read_row(&rows, i, &out->bookings[i]);
    return STATUS_OK;
}

enum status bookings_pg_best_sellers(struct bookings *bookings, struct call *call, int64_t since_ms,
                                     int limit, int64_t *out, int *count)
{
    struct bookings_pg *self = (struct bookings_pg *)bookings;
    struct pg_rows rows;
    enum status status = pg_read(self->read, call, &bookings_best_sellers_sql,
                                 PG_ARGS(PG_INT(since_ms), PG_INT(limit)), &rows);
    if (status != STATUS_OK) return status;
    *count = rows.count;
    for (int i = 0; i < rows.count; i++)
        out[i] = pg_int64(&rows, i, 0);
    return STATUS_OK;
}
