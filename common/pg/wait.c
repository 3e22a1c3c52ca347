/* A task's side of an answer: parking until it is there, and what it means once it is. A task is woken at
 * most once for a wait and only while it is parked in it, so that no stray wake-up reaches whatever the
 * task does next.
 */
#include "common/pg/pg_internal.h"

#include <assert.h>

bool pg_wait_done(struct pg_pool *pool, struct call *call, struct pg_wait *wait)
{
    enum status parked = STATUS_OK;
    wait->task = task_current(pool->loop);
    assert(wait->task); /* only tasks may wait */
    while (!wait->done && parked == STATUS_OK)
        parked = task_park(pool->loop, call->deadline_ms);
    wait->task = NULL;
    return wait->done;
}

void pg_wait_finish(struct pg_wait *wait)
{
    if (!wait->done && wait->task) task_wake(wait->task);
    wait->done = true;
}

void pg_wait_drop(struct pg_wait *wait)
{
    PQclear(wait->rows);
    PQclear(wait->failure);
    wait->rows = wait->failure = NULL;
}

enum status pg_wait_outcome(struct pg_pool *pool, struct call *call, struct pg_wait *wait,
                            struct pg_rows *out)
{
    enum status status = STATUS_OK;
    if (wait->failure) {
        status = pg_sqlstate_fail(call, wait->failed, wait->failure);
    } else if (wait->lost) {
        status = pg_fail_unavailable(call);
    } else if (wait->aborted) {
        status = call_fail(call, STATUS_INTERNAL, "the database did not run a statement");
    } else if (wait->rows) {
        pg_rows_take(call, wait->rows, out);
        wait->rows = NULL;
    }
    pg_wait_drop(wait);
    if (status != STATUS_OK && status != STATUS_CONFLICT) pool->stats.failures++;
    return status;
}
