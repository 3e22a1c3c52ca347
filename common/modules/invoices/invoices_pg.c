/* Two statements. Issuing is a transaction of its own, one round trip long: while it runs every other order
 * waits for the counter, so nothing else belongs in there.
 */
#include "common/modules/invoices/invoices_pg.h"

#include "common/pg/pg.h"
#include "statements.h"

#include <string.h>

enum status invoices_pg_find(struct pg_pool *pool, struct call *call, int64_t order_id,
                             struct stored_invoice *out)
{
    struct pg_rows rows;
    *out = (struct stored_invoice){0};
    enum status status = pg_read(pool, call, &invoices_find_sql, PG_ARGS(PG_INT(order_id)), &rows);
    if (status != STATUS_OK || rows.count == 0) return status;
    *out = (struct stored_invoice){
        .number = pg_int64(&rows, 0, 0),
        .issued_ms = pg_time_ms(&rows, 0, 1),
        .facts = pg_text(&rows, 0, 2),
    };
    return STATUS_OK;
}

enum status invoices_pg_issue(struct pg_pool *pool, struct call *call, int64_t order_id,
                              const char *facts, struct stored_invoice *out)
{
    struct pg_rows rows;
    *out = (struct stored_invoice){.facts = facts};
    enum status status =
        pg_write(pool, call, &invoices_issue_sql, PG_ARGS(PG_INT(order_id), PG_TEXT(facts)), &rows);
    const char *constraint = call->failure.constraint;
    if (status == STATUS_CONFLICT && constraint != NULL &&
        strcmp(constraint, "invoices_order") == 0) {
        call_forgive(call);
        return STATUS_OK;
    }
    if (status != STATUS_OK) return status;
    out->number = pg_int64(&rows, 0, 0);
    out->issued_ms = pg_time_ms(&rows, 0, 1);
    return STATUS_OK;
}
