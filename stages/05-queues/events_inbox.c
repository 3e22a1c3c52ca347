/* One row for each subscriber and event. Without an outcome or a payload: what was done is in the modules' tables. */
#include "stages/05-queues/events_inbox.h"

#include "statements.h"

enum status inbox_has(struct pg_pool *write, struct call *call, const char *subscriber,
                      const char *event_id, bool *done)
{
    struct pg_rows rows;
    enum status status = pg_read(write, call, &events_inbox_find_sql,
                                 PG_ARGS(PG_TEXT(subscriber), PG_TEXT(event_id)), &rows);
    *done = status == STATUS_OK && rows.count > 0;
    return status;
}

enum status inbox_add(struct pg_pool *write, struct call *call, const char *subscriber,
                      const char *event_id)
{
    return pg_write(write, call, &events_inbox_insert_sql,
                    PG_ARGS(PG_TEXT(subscriber), PG_TEXT(event_id)), NULL);
}

enum status inbox_sweep(struct pg_pool *write, struct call *call, int64_t age_ms, int limit,
                        int64_t *swept)
{
    struct pg_rows rows = {0};
    enum status status = pg_write(write, call, &events_inbox_sweep_sql,
                                  PG_ARGS(PG_INT(age_ms), PG_INT(limit)), &rows);
    *swept = status == STATUS_OK ? rows.affected : 0;
    return status;
}
