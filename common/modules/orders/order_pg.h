/* Where orders are stored: the tables of schema orders, and nothing else. Private to this module.
 *
 * Orders have no port, because nobody replaces their store; what calls these functions are the steps of the
 * saga (orders.c), reading (order_read.c) and the background work (order_reconcile.c).
 */
#ifndef STAGECRAFT_ORDERS_ORDER_PG_H
#define STAGECRAFT_ORDERS_ORDER_PG_H

#include "common/base/low_water.h"
#include "common/modules/orders/orders.h"
#include "common/pg/pg.h"

/* What a checkout asks first. An order under the key: `out` (without lines) and the hash of its request;
   else out->id is 0 and `fresh_id` is the id a new order may have. */
enum status order_pg_by_key(struct pg_pool *pool, struct call *call, int64_t user_id,
                            const char *key, struct order *out, const char **body_hash,
                            int64_t *fresh_id);

/* These read without lines; `order_pg_lines` adds them. */
enum status order_pg_find(struct pg_pool *pool, struct call *call, int64_t id, struct order *out);
enum status order_pg_history(struct pg_pool *pool, struct call *call, int64_t user_id,
                             int64_t before_id, int limit, struct order_page *out);
enum status order_pg_lines(struct pg_pool *pool, struct call *call, struct order *order);

/* Queues the order and its lines. When the transaction ends with STATUS_CONFLICT and order_pg_key_is_taken()
   the user has an order under this key. */
enum status order_pg_insert(struct pg_tx *tx, const struct order *order, const char *key,
                            const char *body_hash);
bool order_pg_key_is_taken(const struct call *call);

/* Makes a pending order what `order` says, and tells it since when; `changed` is false when it was not
   pending any more. */
enum status order_pg_finish(struct pg_tx *tx, struct order *order, bool *changed);

/* --- work to be found (order_work_pg.c) --- */

/* Which walk: over pending orders, or over receipts that have not been sent. */
enum order_work { ORDER_WORK_PENDING, ORDER_WORK_RECEIPTS };

/* Ids in the next window that have been waiting for `age_ms`, at most `limit`; moves the walk on. `more`:
   the next window lies behind this one. Receipts are claimed by being found. */
enum status order_pg_find_work(struct pg_pool *pool, struct call *call, enum order_work work,
                               struct low_water *water, int64_t age_ms, int limit, int64_t *ids,
                               int *count, bool *more);

enum status order_pg_receipt_sent(struct pg_pool *pool, struct call *call, int64_t id);
enum status order_pg_receipt_again(struct pg_pool *pool, struct call *call, int64_t id);

#endif
