/* Two statements along the primary key. Whoever asks may be a moment behind, so a replica will do.
 */
#include "common/modules/bookings/sold.h"

#include "common/pg/pg.h"
#include "statements.h"

struct sold {
    struct pg_pool *read;
};

struct sold *sold_pg_new(struct arena *arena, struct pg_pool *read)
{
    struct sold *sold = arena_new(arena, struct sold);
    sold->read = read;
    return sold;
}

enum status sold_count(struct sold *sold, struct call *call, int64_t after_id,
                       struct sold_window *out)
{
    struct pg_rows rows;
    enum status status = pg_read(sold->read, call, &bookings_sold_window_sql,
                                 PG_ARGS(PG_INT(after_id), PG_INT(SOLD_WINDOW)), &rows);
    if (status != STATUS_OK) return status;
    *out = (struct sold_window){
        .last = pg_int64(&rows, 0, 0),
        .more = pg_int64(&rows, 0, 1) == SOLD_WINDOW,
        .sold = pg_int64(&rows, 0, 2),
        .cancelled = pg_int64(&rows, 0, 3),
    };
    return STATUS_OK;
}

enum status sold_list(struct sold *sold, struct call *call, int64_t after_id, int64_t last_id,
                      struct sold_booking *out, int *count)
{
    struct pg_rows rows;
    enum status status =
        pg_read(sold->read, call, &bookings_sold_list_sql,
                PG_ARGS(PG_INT(after_id), PG_INT(last_id), PG_INT(SOLD_PAGE_MAX)), &rows);
    if (status != STATUS_OK) return status;
    *count = rows.count;
    for (int i = 0; i < rows.count; i++)
        out[i] = (struct sold_booking){
            .id = pg_int64(&rows, i, 0),
            .order_id = pg_int64(&rows, i, 1),
            .cancelled = pg_bool(&rows, i, 2),
        };
    return STATUS_OK;
}
