/* Who has which exclusive connection, and who waits for one.
 *
 * First come, first served: a connection that becomes free goes straight to the first in the queue, so
 * nobody overtakes. Free ones are taken from a stack, the last used first, which keeps few of them warm
 * instead of all of them lukewarm. What a holder leaves behind (an open transaction, statements still
 * running because its deadline passed) is cleaned up here before the next one gets the connection; the
 * holder does not wait for that.
 */
#include "common/pg/pg_internal.h"

#include <assert.h>

static void queue_add(struct pg_pool *pool, struct pg_hold *hold)
{
    hold->before = pool->last_waiting;
    *(hold->before ? &hold->before->after : &pool->first_waiting) = hold;
    pool->last_waiting = hold;
    pool->stats.waiting++;
}

static void queue_remove(struct pg_pool *pool, struct pg_hold *hold)
{
    *(hold->before ? &hold->before->after : &pool->first_waiting) = hold->after;
    *(hold->after ? &hold->after->before : &pool->last_waiting) = hold->before;
    hold->before = hold->after = NULL;
    pool->stats.waiting--;
}

static void hand_to(struct pg_connection *connection, struct pg_hold *hold)
{
    assert(connection->state == PG_UP && connection->pipeline.count == 0);
    hold->connection = connection;
    connection->hold = hold;
}

enum status pg_borrow(struct pg_pool *pool, struct call *call, struct pg_hold *hold)
{
    *hold = (struct pg_hold){0};
    if (pool->up_exclusive == 0) return pg_fail_unavailable(call);
    if (loop_now_ms(pool->loop) >= call->deadline_ms) return pg_fail_timeout(call);
    struct pg_connection *connection = pool->free;
    if (connection) {
        pool->free = connection->next_free;
        connection->free = false;
        hand_to(connection, hold);
        return STATUS_OK;
    }
    if (pool->stats.waiting >= pool->options.waiting_max) return pg_fail_busy(call);

    enum status parked = STATUS_OK;
    hold->task = task_current(pool->loop);
    assert(hold->task); /* only tasks may wait */
    queue_add(pool, hold);
    while (!hold->connection && !hold->refused && parked == STATUS_OK)
        parked = task_park(pool->loop, call->deadline_ms);
    hold->task = NULL;
    if (hold->connection) return STATUS_OK;
    if (hold->refused) return pg_fail_unavailable(call);
    queue_remove(pool, hold);
    return pg_fail_timeout(call);
}

void pg_give_back(struct pg_hold *hold)
{
    struct pg_connection *connection = hold->connection;
    if (!connection) return;
    hold->connection = NULL;
    connection->hold = NULL;
    pg_pipeline_forget(connection);
    if (connection->pipeline.open && !pg_pipeline_sync(connection, NULL)) return;
    if (connection->pipeline.count == 0) pg_exclusive_settle(connection);
}

static void set_free(struct pg_connection *connection)
{
    struct pg_pool *pool = connection->pool;
    struct pg_hold *next = pool->first_waiting;
    if (!next) {
        connection->free = true;
        connection->next_free = pool->free;
        pool->free = connection;
        return;
    }
    queue_remove(pool, next);
    hand_to(connection, next);
    task_wake(next->task);
}

void pg_exclusive_settle(struct pg_connection *connection)
{
    PGTransactionStatusType inside = PQtransactionStatus(connection->libpq);
    if (inside == PQTRANS_IDLE) {
        connection->rolling_back = false;
        set_free(connection);
    } else if (connection->rolling_back) {
        pg_connection_lose(connection, "a transaction could not be rolled back");
    } else {
        connection->rolling_back = true;
        if (pg_pipeline_add(connection, &connection->pool->rollback, PG_NO_ARGS, NULL, false))
            (void)pg_pipeline_sync(connection, NULL);
    }
}

void pg_exclusive_lost(struct pg_connection *connection)
{
    struct pg_pool *pool = connection->pool;
    if (connection->hold) connection->hold->connection = NULL;
    connection->hold = NULL;
    connection->rolling_back = false;
    if (connection->free) {
        struct pg_connection **link = &pool->free;
        while (*link != connection)
            link = &(*link)->next_free;
        *link = connection->next_free;
        connection->free = false;
    }
    if (pool->up_exclusive > 0) return;
    while (pool->first_waiting) { /* nothing will come free soon */
        struct pg_hold *hold = pool->first_waiting;
        queue_remove(pool, hold);
        hold->refused = true;
        task_wake(hold->task);
    }
}
