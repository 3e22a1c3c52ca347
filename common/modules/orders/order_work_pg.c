/* Work that waits in the table of orders, found without an index on its state: window by window behind a
 * low-water mark (low_water.h). The window's own statement only counts, on a shared connection; the second
 * one, which takes the ids, runs when there is something to take.
 */
#include "common/modules/orders/order_pg.h"

#include "common/base/clock.h"
#include "statements.h"

enum { WINDOW_ROWS = 10000 };

static enum status take(struct pg_pool *pool, struct call *call, enum order_work work,
                        struct pg_args args, struct pg_rows *out)
{
    if (work == ORDER_WORK_PENDING) return pg_read(pool, call, &orders_pending_due_sql, args, out);
    return pg_write(pool, call, &orders_receipts_claim_sql, args, out);
}

enum status order_pg_find_work(struct pg_pool *pool, struct call *call, enum order_work work,
                               struct low_water *water, int64_t age_ms, int limit, int64_t *ids,
                               int *count, bool *more)
{
    const struct pg_statement *look =
        work == ORDER_WORK_PENDING ? &orders_pending_window_sql : &orders_receipt_window_sql;
    struct pg_rows rows;
    *count = 0;
    enum status status =
        pg_read(pool, call, look, PG_ARGS(PG_INT(water->next), PG_INT(WINDOW_ROWS)), &rows);
    if (status != STATUS_OK) return status;
    struct low_water_window window = {
        .last = pg_int64(&rows, 0, 0),
        .full = pg_int64(&rows, 0, 1) == WINDOW_ROWS,
        .first_open = pg_int64(&rows, 0, 2),
        .last_old = pg_int64(&rows, 0, 3),
    };
    if (window.first_open > 0) {
        status =
            take(pool, call, work,
                 PG_ARGS(PG_INT(water->next), PG_INT(window.last), PG_INT(age_ms), PG_INT(limit)),
                 &rows);
        if (status != STATUS_OK) return status;
        *count = rows.count;
        for (int i = 0; i < rows.count; i++)
            ids[i] = pg_int64(&rows, i, 0);
    }
    if (*count == limit) { /* there may be more in this window: go on behind the last one taken */
        window.last = ids[limit - 1];
        window.full = true;
        if (window.last_old > window.last) window.last_old = window.last;
    }
    *more = low_water_advance(water, &window, clock_monotonic_ms());
    return STATUS_OK;
}

enum status order_pg_receipt_sent(struct pg_pool *pool, struct call *call, int64_t id)
{
    return pg_write(pool, call, &orders_receipt_sent_sql, PG_ARGS(PG_INT(id)), NULL);
}

enum status order_pg_receipt_again(struct pg_pool *pool, struct call *call, int64_t id)
{
    return pg_write(pool, call, &orders_receipt_again_sql, PG_ARGS(PG_INT(id)), NULL);
}
