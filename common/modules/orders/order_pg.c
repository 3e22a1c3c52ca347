/* Rows to orders and back. The write pool serves all of it: whoever has just ordered looks at the result,
 * and a replica may not have it yet.
 */
#include "common/modules/orders/order_pg.h"

#include "common/base/clock.h"
#include "statements.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* A reason is stored as the name of its status. */
static enum status reason_of(const char *name)
{
    if (name == NULL) return STATUS_OK;
    for (int status = STATUS_OK + 1; status < STATUS_COUNT; status++)
        if (strcmp(status_name((enum status)status), name) == 0) return (enum status)status;
    return STATUS_INTERNAL;
}

/* The eleven columns that every reading statement names first. */
static void read_order(const struct pg_rows *rows, int row, struct order *out)
{
    *out = (struct order){
        .id = pg_int64(rows, row, 0),
        .user_id = pg_int64(rows, row, 1),
        .state = order_state_of(pg_text(rows, row, 2)),
        .reason = reason_of(pg_text(rows, row, 3)),
        .detail = pg_text(rows, row, 4),
        .field = pg_text(rows, row, 5),
        .total_cents = pg_int64(rows, row, 6),
        .currency = pg_text(rows, row, 7),
        .created_ms = pg_time_ms(rows, row, 8),
        .updated_ms = pg_time_ms(rows, row, 9),
        .receipt_sent = pg_bool(rows, row, 10),
    };
}

enum status order_pg_by_key(struct pg_pool *pool, struct call *call, int64_t user_id,
                            const char *key, struct order *out, const char **body_hash,
                            int64_t *fresh_id)
{
    struct pg_rows rows;
    enum status status =
        pg_read(pool, call, &orders_by_key_sql, PG_ARGS(PG_INT(user_id), PG_TEXT(key)), &rows);
    if (status != STATUS_OK) return status;
    *out = (struct order){0};
    *body_hash = NULL;
    *fresh_id = 0;
    if (pg_is_null(&rows, 0, 0)) {
        *fresh_id = pg_int64(&rows, 0, 12);
        return STATUS_OK;
    }
    read_order(&rows, 0, out);
    *body_hash = pg_text(&rows, 0, 11);
    return STATUS_OK;
}

enum status order_pg_find(struct pg_pool *pool, struct call *call, int64_t id, struct order *out)
{
    struct pg_rows rows;
    enum status status = pg_read(pool, call, &orders_find_sql, PG_ARGS(PG_INT(id)), &rows);
    if (status != STATUS_OK) return status;
    if (rows.count == 0) return call_fail(call, STATUS_NOT_FOUND, "there is no order %" PRId64, id);
    read_order(&rows, 0, out);
    return STATUS_OK;
}

enum status order_pg_history(struct pg_pool *pool, struct call *call, int64_t user_id,
                             int64_t before_id, int limit, struct order_page *out)
{
    struct pg_rows rows;
    enum status status =
        pg_read(pool, call, &orders_history_sql,
                PG_ARGS(PG_INT(user_id), PG_INT(before_id > 0 ? before_id : INT64_MAX),
                        PG_INT(limit + 1)), /* one more: does a page follow? */
                &rows);
    if (status != STATUS_OK) return status;
    out->more = rows.count > limit;
    out->count = out->more ? limit : rows.count;
    out->orders = arena_array(call->arena, struct order, (size_t)out->count);
    for (int i = 0; i < out->count; i++)
        read_order(&rows, i, &out->orders[i]);
    return STATUS_OK;
}

enum status order_pg_lines(struct pg_pool *pool, struct call *call, struct order *order)
{
    struct pg_rows rows;
    enum status status = pg_read(pool, call, &orders_lines_sql, PG_ARGS(PG_INT(order->id)), &rows);
    if (status != STATUS_OK) return status;
    order->line_count = rows.count;
    order->lines = arena_array(call->arena, struct order_line, (size_t)rows.count);
    for (int i = 0; i < rows.count; i++)
        order->lines[i] = (struct order_line){
            .product_id = pg_int64(&rows, i, 1),
            .title = pg_text(&rows, i, 2),
            .day = pg_day(&rows, i, 3),
            .quantity = (int32_t)pg_int64(&rows, i, 4),
            .unit_price_cents = pg_int64(&rows, i, 5),
            .amount_cents = pg_int64(&rows, i, 6),
        };
    return STATUS_OK;
}

static struct pg_value reason_value(const struct order *order)
{
    return PG_TEXT(order->state == ORDER_REJECTED ? status_name(order->reason) : NULL);
}

enum status order_pg_insert(struct pg_tx *tx, const struct order *order, const char *key,
                            const char *body_hash)
{
    struct call *call = pg_tx_call(tx);
    int64_t products[BOOKINGS_LINES_MAX], quantities[BOOKINGS_LINES_MAX];
    int64_t prices[BOOKINGS_LINES_MAX];
    const char *titles[BOOKINGS_LINES_MAX], *days[BOOKINGS_LINES_MAX];
    char texts[BOOKINGS_LINES_MAX][CLOCK_DAY_TEXT];
    assert(order->line_count <= BOOKINGS_LINES_MAX);
    for (int i = 0; i < order->line_count; i++) {
        const struct order_line *line = &order->lines[i];
        products[i] = line->product_id;
        titles[i] = line->title;
        quantities[i] = line->quantity;
        prices[i] = line->unit_price_cents;
        clock_format_day(line->day, texts[i]);
        days[i] = texts[i];
    }
    const int count = order->line_count;
    return pg_queue(tx, &orders_insert_sql,
                    PG_ARGS(PG_INT(order->id), PG_INT(order->user_id), PG_TEXT(key),
                            PG_TEXT(body_hash), PG_TEXT(order_state_name(order->state)),
                            reason_value(order), PG_TEXT(order->detail), PG_TEXT(order->field),
                            PG_INT(order->total_cents), PG_TEXT(order->currency),
                            PG_TEXT(pg_int64_array(call, products, count)),
                            PG_TEXT(pg_text_array(call, titles, count)),
                            PG_TEXT(pg_text_array(call, days, count)),
                            PG_TEXT(pg_int64_array(call, quantities, count)),
                            PG_TEXT(pg_int64_array(call, prices, count))));
}

bool order_pg_key_is_taken(const struct call *call)
{
    const char *constraint = call->failure.constraint;
    return call->failure.status == STATUS_CONFLICT && constraint != NULL &&
           strcmp(constraint, "orders_key") == 0;
}

enum status order_pg_finish(struct pg_tx *tx, struct order *order, bool *changed)
{
    struct pg_rows rows;
    enum status status = pg_exec(tx, &orders_finish_sql,
                                 PG_ARGS(PG_INT(order->id), PG_TEXT(order_state_name(order->state)),
                                         reason_value(order), PG_TEXT(order->detail)),
                                 &rows);
    *changed = status == STATUS_OK && rows.count == 1;
    if (*changed) order->updated_ms = pg_time_ms(&rows, 0, 0);
    return status;
}
