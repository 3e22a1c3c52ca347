/* The pool: a row of connections, the choice of one for a read, and the hook that ends the turn's batches.
 *
 * The reads of one loop turn travel together, up to PG_BATCH_MAX of them: PostgreSQL wakes once for a batch,
 * and waking costs it more than a short read does. The batch's connection is an idle one if there is
 * one; otherwise the least loaded, but one that has not answered for some milliseconds only when all
 * are so: behind a slow statement is the wrong place to queue. Trouble is logged once when it begins and once when it is over, however many connections and
 * attempts it takes.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/pg/pg_internal.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static struct pg_connection *choose(const struct pg_pool *pool)
{
    struct pg_connection *best = NULL;
    unsigned best_load = UINT_MAX;
    int64_t stalled_before_ms = loop_now_ms(pool->loop) - PG_STALLED_MS;
    for (int i = 0; i < pool->options.shared_connections; i++) {
        struct pg_connection *connection = &pool->connections[i];
        if (connection->state != PG_UP || !pg_pipeline_has_room(connection)) continue;
        unsigned load = connection->pipeline.count;
        if (load == 0) return connection;
        if (connection->progress_ms < stalled_before_ms) load += PG_SHARED_IN_FLIGHT_MAX;
        if (load >= best_load) continue;
        best = connection;
        best_load = load;
    }
    return best;
}

struct pg_connection *pg_pool_choose_shared(struct pg_pool *pool)
{
    struct pg_connection *batch = pool->batch;
    const bool goes_on = batch && pool->batch_size < PG_BATCH_MAX && batch->state == PG_UP &&
                         batch->pipeline.open && pg_pipeline_has_room(batch);
    if (!goes_on) {
        pool->batch = choose(pool);
        pool->batch_size = 0;
    }
    pool->batch_size++;
    return pool->batch;
}

/* End of the turn: one Sync for each connection that was given reads. */
static void end_turn(void *context)
{
    struct pg_pool *pool = context;
    pool->batch = NULL;
    for (int i = 0; i < pool->options.shared_connections; i++) {
        struct pg_connection *connection = &pool->connections[i];
        if (connection->state == PG_UP && connection->pipeline.open)
            (void)pg_pipeline_sync(connection, NULL);
    }
}

void pg_pool_connected(struct pg_connection *connection)
{
    struct pg_pool *pool = connection->pool;
    if (connection->shared) {
        pool->up_shared++;
    } else {
        pool->up_exclusive++;
        pg_exclusive_settle(connection);
    }
    if (pool->troubled && pool->up_shared + pool->up_exclusive == pool->connection_count) {
        pool->troubled = false;
        log_info("pg_connections_up", NULL, LOG_INT("connections", pool->connection_count));
    }
}

void pg_pool_lost(struct pg_connection *connection, enum pg_state before, const char *reason)
{
    struct pg_pool *pool = connection->pool;
    if (before == PG_UP) (*(connection->shared ? &pool->up_shared : &pool->up_exclusive))--;
    if (!connection->shared) pg_exclusive_lost(connection);
    if (pool->troubled) return;
    pool->troubled = true;
    char shown[300] = "";
    if (reason) strncat(shown, reason, sizeof shown - 1);
    shown[strcspn(shown, "\n")] = '\0';
    log_warn(before == PG_UP ? "pg_connection_lost" : "pg_connect_failed", NULL,
             LOG_TEXT("reason", shown));
}

/* Between half of the delay and all of it. */
int64_t pg_pool_jitter(struct pg_pool *pool, int64_t delay_ms)
{
    pool->random = pool->random * 1664525u + 1013904223u; /* quality does not matter here */
    return delay_ms / 2 + (int64_t)(pool->random >> 8) % (delay_ms / 2 + 1);
}

static bool allocate(struct pg_pool *pool)
{
    pool->connections = calloc((size_t)pool->connection_count, sizeof *pool->connections);
    if (!pool->connections) return false;
    for (int i = 0; i < pool->connection_count; i++) {
        struct pg_pipeline *pipeline = &pool->connections[i].pipeline;
        pipeline->size = i < pool->options.shared_connections ? PG_SHARED_IN_FLIGHT_MAX
                                                              : PG_EXCLUSIVE_IN_FLIGHT_MAX;
        pipeline->ring = calloc(pipeline->size, sizeof *pipeline->ring);
        pipeline->prepared = calloc((size_t)pool->options.statement_count + 3, 1);
        if (!pipeline->ring || !pipeline->prepared) return false;
    }
    return true;
}

static void deallocate(struct pg_pool *pool)
{
    for (int i = 0; pool->connections && i < pool->connection_count; i++) {
        free(pool->connections[i].pipeline.ring);
        free(pool->connections[i].pipeline.prepared);
    }
    free(pool->connections);
    free(pool);
}

enum status pg_pool_open(struct loop *loop, const struct pg_options *options, struct pg_pool **out)
{
    assert(options->shared_connections > 0 && options->exclusive_connections > 0);
    assert(options->statement_timeout_ms > 0 && options->connect_timeout_ms > 0);
    if (!pg_session_url_is_sane(options->url)) return STATUS_MALFORMED;
    struct pg_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return STATUS_UNAVAILABLE;
    pool->loop = loop;
    pool->options = *options;
    pool->connection_count = options->shared_connections + options->exclusive_connections;
    pool->random = (uint32_t)clock_monotonic_us() ^ (uint32_t)(uintptr_t)pool;
    pool->begin = (struct pg_statement){"pg_begin", "BEGIN", options->statement_count};
    pool->commit = (struct pg_statement){"pg_commit", "COMMIT", options->statement_count + 1};
    pool->rollback = (struct pg_statement){"pg_rollback", "ROLLBACK", options->statement_count + 2};
    if (!allocate(pool)) {
        deallocate(pool);
        return STATUS_UNAVAILABLE;
    }
    pool->hook.run = end_turn;
    pool->hook.context = pool;
    loop_add_hook(loop, &pool->hook);
    /* Logging in costs both sides milliseconds of hashing (SCRAM): one connection of each kind goes ahead,
       so that the pool is ready before all the others are. */
    const int64_t now_ms = loop_now_ms(loop);
    for (int i = 0; i < pool->connection_count; i++) {
        const bool first = i == 0 || i == options->shared_connections;
        pg_connection_init(&pool->connections[i], pool, i < options->shared_connections,
                           first ? now_ms : now_ms + PG_REST_AFTER_MS);
    }
    *out = pool;
    return STATUS_OK;
}

void pg_pool_close(struct pg_pool *pool)
{
    assert(!pool->first_waiting);
    loop_remove_hook(pool->loop, &pool->hook);
    for (int i = 0; i < pool->connection_count; i++)
        pg_connection_release(&pool->connections[i]);
    deallocate(pool);
}

bool pg_pool_ready(const struct pg_pool *pool)
{
    return pool->up_shared > 0 && pool->up_exclusive > 0;
}

void pg_pool_stats(const struct pg_pool *pool, struct pg_stats *out)
{
    *out = pool->stats;
    out->connected = pool->up_shared + pool->up_exclusive;
    for (int i = 0; i < pool->connection_count; i++) {
        const struct pg_connection *connection = &pool->connections[i];
        if (connection->shared)
            out->shared_busy += connection->pipeline.count > 0;
        else
            out->exclusive_busy += connection->state == PG_UP && !connection->free;
    }
}
