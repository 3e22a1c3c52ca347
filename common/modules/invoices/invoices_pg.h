/* Where invoices are stored: schema invoices. Private to this module.
 */
#ifndef STAGECRAFT_INVOICES_INVOICES_PG_H
#define STAGECRAFT_INVOICES_INVOICES_PG_H

#include "common/base/call.h"

struct stored_invoice {
    int64_t number; /* 0: the order has none */
    int64_t issued_ms;
    const char *facts;
};

struct pg_pool;

enum status invoices_pg_find(struct pg_pool *pool, struct call *call, int64_t order_id,
                             struct stored_invoice *out);

/* Takes the next number. `out->number` is 0 when somebody else has issued the order's invoice meanwhile. */
enum status invoices_pg_issue(struct pg_pool *pool, struct call *call, int64_t order_id,
                              const char *facts, struct stored_invoice *out);

#endif
