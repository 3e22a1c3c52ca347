/* Transactions. The caller's statements are put into libpq's buffer as they come and leave in as few
 * packets as possible: BEGIN waits for the first statement, queued statements wait for the next one whose
 * rows are needed or for COMMIT. A transaction that only queues is one round trip in total.
 *
 * The state is small: nothing sent yet, begun, failed, over. A transaction whose caller left (deadline) or
 * whose connection broke has no connection any more and remembers why; what is left to do is then
 * pg_rollback(), which does nothing. When the connection breaks under COMMIT nobody can know the outcome;
 * that is STATUS_UNAVAILABLE, and statements are idempotent by key for this reason.
 */
#include "common/pg/pg_internal.h"

#include <assert.h>
#include <string.h>

struct pg_tx {
    struct pg_pool *pool;
    struct call *call;
    struct pg_hold hold;
    struct pg_wait wait;
    enum status status; /* of the first failure */
    bool begun;         /* BEGIN is in the buffer, or beyond */
    int hook_count;
    struct {
        void (*run)(void *context, struct call *call);
        void *context;
    } hooks[PG_ON_COMMIT_MAX];
};

enum status pg_begin(struct pg_pool *pool, struct call *call, struct pg_tx **out)
{
    struct pg_tx *tx = arena_new(call->arena, struct pg_tx);
    tx->pool = pool;
    tx->call = call;
    *out = tx;
    tx->status = pg_borrow(pool, call, &tx->hold);
    if (tx->status != STATUS_OK) pool->stats.failures++;
    return tx->status;
}

static enum status fail(struct pg_tx *tx, enum status status)
{
    tx->pool->stats.failures++;
    return tx->status = status;
}

/* The transaction goes on only while it has a connection, no failure, and time. */
static enum status check(struct pg_tx *tx)
{
    struct call *call = tx->call;
    if (tx->status != STATUS_OK) {
        if (call->failure.status == STATUS_OK) /* forgiven, but not mended */
            (void)call_fail(call, tx->status, "the transaction has failed before");
        return tx->status;
    }
    if (!tx->hold.connection) return fail(tx, pg_fail_unavailable(call));
    if (loop_now_ms(tx->pool->loop) >= call->deadline_ms) return fail(tx, pg_fail_timeout(call));
    if (!pg_pipeline_has_room(tx->hold.connection)) return fail(tx, pg_fail_busy(call));
    return STATUS_OK;
}

static enum status add(struct pg_tx *tx, const struct pg_statement *statement, struct pg_args args,
                       bool keeps)
{
    struct pg_connection *connection = tx->hold.connection;
    if (!tx->begun) {
        tx->begun = true;
        if (!pg_pipeline_add(connection, &tx->pool->begin, PG_NO_ARGS, &tx->wait, false))
            return fail(tx, pg_fail_unavailable(tx->call));
    }
    if (!pg_pipeline_add(connection, statement, args, &tx->wait, keeps))
        return fail(tx, pg_fail_unavailable(tx->call));
    return STATUS_OK;
}

/* Sends the batch and waits for all of it. */
static enum status finish_batch(struct pg_tx *tx, struct pg_rows *out)
{
    struct pg_wait *wait = &tx->wait;
    if (pg_pipeline_sync(tx->hold.connection, wait) && !pg_wait_done(tx->pool, tx->call, wait)) {
        pg_give_back(&tx->hold);
        pg_wait_drop(wait);
        return fail(tx, pg_fail_timeout(tx->call));
    }
    tx->status = pg_wait_outcome(tx->pool, tx->call, wait, out);
    *wait = (struct pg_wait){0};
    return tx->status;
}

enum status pg_exec(struct pg_tx *tx, const struct pg_statement *statement, struct pg_args args,
                    struct pg_rows *out)
{
    assert(statement->index < tx->pool->options.statement_count);
    enum status status = check(tx);
    if (status == STATUS_OK) status = add(tx, statement, args, true);
    return status == STATUS_OK ? finish_batch(tx, out) : status;
}

enum status pg_queue(struct pg_tx *tx, const struct pg_statement *statement, struct pg_args args)
{
    assert(statement->index < tx->pool->options.statement_count);
    enum status status = check(tx);
    return status == STATUS_OK ? add(tx, statement, args, false) : status;
}

/* The server answers COMMIT of a failed transaction with success and the word ROLLBACK. */
static enum status commit(struct pg_tx *tx)
{
    struct pg_rows answer = {0};
    enum status status = check(tx);
    if (status == STATUS_OK) status = add(tx, &tx->pool->commit, PG_NO_ARGS, true);
    if (status == STATUS_OK) status = finish_batch(tx, &answer);
    if (status != STATUS_OK) return status;
    if (strcmp(PQcmdStatus((PGresult *)answer.result), "COMMIT") == 0) return STATUS_OK;
    return fail(tx, call_fail(tx->call, STATUS_INTERNAL, "the transaction was rolled back"));
}

enum status pg_commit(struct pg_tx *tx)
{
    enum status status = tx->begun || tx->status != STATUS_OK ? commit(tx) : STATUS_OK;
    pg_give_back(&tx->hold);
    if (status != STATUS_OK) return status;
    for (int i = 0; i < tx->hook_count; i++)
        tx->hooks[i].run(tx->hooks[i].context, tx->call);
    return STATUS_OK;
}

void pg_rollback(struct pg_tx *tx)
{
    pg_give_back(&tx->hold);
    pg_wait_drop(&tx->wait);
}

void pg_on_commit(struct pg_tx *tx, void (*run)(void *context, struct call *call), void *context)
{
    assert(tx->hook_count < PG_ON_COMMIT_MAX);
    tx->hooks[tx->hook_count].run = run;
    tx->hooks[tx->hook_count].context = context;
    tx->hook_count++;
}

struct call *pg_tx_call(struct pg_tx *tx)
{
    return tx->call;
}
