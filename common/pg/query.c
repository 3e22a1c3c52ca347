/* Single statements. A read joins the batch of a shared connection and is sent at the end of the loop's
 * turn together with everyone else's; a write has an exclusive connection for one round trip, where
 * statement and Sync make a transaction without BEGIN and COMMIT.
 *
 * A read that did not run because a neighbour in its batch failed is sent once more, alone, so that
 * nobody's failure but its own can reach the caller. One on a replica that cannot answer it is sent to the primary.
 */
#include "common/pg/pg_internal.h"

#include <assert.h>

/* One more than the single retry would need: a retry may itself rely on somebody's Parse that fails. */
enum { ATTEMPTS_MAX = 3 };

static bool too_late(const struct pg_pool *pool, const struct call *call)
{
    return loop_now_ms(pool->loop) >= call->deadline_ms;
}

static enum status read_once(struct pg_pool *pool, struct call *call,
                             const struct pg_statement *statement, struct pg_args args, bool alone,
                             struct pg_wait *wait)
{
    if (too_late(pool, call)) return pg_fail_timeout(call);
    struct pg_connection *connection = pg_pool_choose_shared(pool);
    if (!connection) return pool->up_shared ? pg_fail_busy(call) : pg_fail_unavailable(call);
    if (!pg_pipeline_read(connection, statement, args, wait, alone))
        return pg_fail_unavailable(call);
    if (pg_wait_done(pool, call, wait)) return STATUS_OK;
    wait->entry->wait = NULL; /* the answer will be dropped when it comes */
    return pg_fail_timeout(call);
}

enum status pg_read_here(struct pg_pool *pool, struct call *call,
                         const struct pg_statement *statement, struct pg_args args,
                         struct pg_rows *out)
{
    assert(out && statement->index < pool->options.statement_count);
    for (int attempt = 1;; attempt++) {
        struct pg_wait wait = {0};
        enum status status = read_once(pool, call, statement, args, attempt > 1, &wait);
        if (status != STATUS_OK) {
            pg_wait_drop(&wait);
            pool->stats.failures++;
            return status;
        }
        bool own_failure = wait.failure || wait.lost || !wait.aborted;
        if (own_failure || attempt == ATTEMPTS_MAX) return pg_wait_outcome(pool, call, &wait, out);
        pg_wait_drop(&wait);
        pool->stats.resent++;
    }
}

enum status pg_read(struct pg_pool *pool, struct call *call, const struct pg_statement *statement,
                    struct pg_args args, struct pg_rows *out)
{
    struct pg_follower *follower = pool->follower;
    if (!follower) return pg_read_here(pool, call, statement, args, out);
    if (follower->will_do(follower, call)) {
        const enum status status = pg_read_here(pool, call, statement, args, out);
        if (status != STATUS_UNAVAILABLE) return status;
        call_forgive(call); /* it went away, or what it replays collided with the read */
    }
    return pg_read_here(follower->primary, call, statement, args, out);
}

void pg_pool_follow(struct pg_pool *pool, struct pg_follower *follower)
{
    pool->follower = follower;
}

enum status pg_write(struct pg_pool *pool, struct call *call, const struct pg_statement *statement,
                     struct pg_args args, struct pg_rows *out)
{
    assert(statement->index < pool->options.statement_count);
    struct pg_hold hold = {0};
    struct pg_wait wait = {0};
    enum status status = pg_borrow(pool, call, &hold);
    if (status != STATUS_OK) {
        pool->stats.failures++;
        return status;
    }
    if (pg_pipeline_add(hold.connection, statement, args, &wait, true) &&
        pg_pipeline_sync(hold.connection, &wait) && !pg_wait_done(pool, call, &wait)) {
        pg_give_back(&hold);
        pg_wait_drop(&wait);
        pool->stats.failures++;
        return pg_fail_timeout(call);
    }
    pg_give_back(&hold);
    return pg_wait_outcome(pool, call, &wait, out);
}
