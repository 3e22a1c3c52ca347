/* What the replica has reached only grows, so the furthest it is known to have got is kept: as long as the primary
 * stands still, nobody asks the replica anything. That it has gone back in time (it was made anew) shows in a broken
 * connection, after which nothing is known.
 *
 * One that has kept a read waiting in vain is behind. Until it has caught up nobody waits for it; now and then
 * one read looks.
 */
#include "stages/04-horizontal/replica_reads.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/pg/follower.h"
#include "common/runtime/task.h"
#include "stages/03-caching/counter.h"
#include "stages/04-horizontal/position.h"
#include "statements.h"

enum {
    LOOK_AGAIN_MS = 1,
    TRY_AGAIN_MS = 100,
    HEARD_MS =
        250, /* a server that was not heard of for so long is asked, before it keeps a reader waiting */
};

struct replica_reads {
    struct pg_follower follower; /* first */
    struct loop *loop;
    struct pg_pool *pool;
    struct replica_limits limits;
    struct position written, repeated; /* of the primary, of the replica */
    int64_t reached;                   /* the furthest it is known to have repeated … */
    int64_t heard_ms;                  /* … when it last said so */
    uint64_t reconnects;               /* of the pool, when that was found out */
    bool behind;
    int64_t try_again_ms;
    struct replica_counters counters;
};

static bool ask_replica(struct replica_reads *self, struct call *call)
{
    int64_t at;
    if (!position_ask(&self->repeated, call, &at) || at == 0) return false;
    if (at > self->reached) self->reached = at;
    self->heard_ms = clock_monotonic_ms();
    return true;
}

/* A connection was lost since: what answers now may be another server than the one that got there. */
static void forget_after_loss(struct replica_reads *self)
{
    struct pg_stats stats;
    pg_pool_stats(self->pool, &stats);
    if (stats.reconnects == self->reconnects) return;
    self->reconnects = stats.reconnects;
    self->reached = 0;
}

static void set_behind(struct replica_reads *self, bool behind)
{
    if (behind) self->try_again_ms = clock_monotonic_ms() + TRY_AGAIN_MS;
    if (behind == self->behind) return;
    self->behind = behind;
    log_warn(behind ? "replica_behind" : "replica_caught_up", NULL,
             LOG_INT("reached", self->reached), LOG_INT("written", self->written.at));
}

/* Is there reason to try? Of those that would find it behind again, one does. */
static bool worth_trying(struct replica_reads *self)
{
    if (!pg_pool_ready(self->pool)) return false;
    if (!self->behind) return true;
    if (clock_monotonic_ms() < self->try_again_ms) return false;
    self->try_again_ms = clock_monotonic_ms() + TRY_AGAIN_MS;
    return true;
}

/* Waits until the replica has reached `wanted`; false when it has not in time, or does not answer. */
static bool catch_up(struct replica_reads *self, struct call *call, int64_t wanted)
{
    const int64_t until_ms =
        clock_monotonic_ms() + (self->behind ? 0 : self->limits.wait_ms); /* then only a look */
    for (;;) {
        if (!ask_replica(self, call)) return false;
        if (self->reached >= wanted) return true;
        if (clock_monotonic_ms() >= until_ms) return false;
        task_sleep(self->loop, LOOK_AGAIN_MS);
    }
}

static bool will_do(struct pg_follower *follower, struct call *call)
{
    struct replica_reads *self = (struct replica_reads *)follower;
    int64_t wanted;
    forget_after_loss(self);
    if (!worth_trying(self)) {
        counter_add(self->behind ? &self->counters.behind : &self->counters.away, 1);
        return false;
    }
    if (!position_ask(&self->written, call, &wanted)) {
        counter_add(&self->counters.away, 1);
        return false;
    }
    const bool has_it = self->reached >= wanted;
    const bool fresh = clock_monotonic_ms() - self->heard_ms < HEARD_MS;
    const bool will = (has_it && fresh) || catch_up(self, call, wanted);
    set_behind(self, !will);
    if (will && !has_it) counter_add(&self->counters.waited, 1);
    counter_add(will ? &self->counters.here : &self->counters.behind, 1);
    return will;
}

const struct replica_counters *replica_follow(struct arena *arena, struct loop *loop,
                                              struct pg_pool *replica, struct pg_pool *primary,
                                              const struct replica_limits *limits)
{
    struct replica_reads *self = arena_new(arena, struct replica_reads);
    self->follower = (struct pg_follower){will_do, primary};
    self->loop = loop;
    self->pool = replica;
    self->limits = *limits;
    self->written = (struct position){.loop = loop,
                                      .pool = primary,
                                      .statement = &replica_primary_position_sql,
                                      .timeout_ms = limits->question_ms};
    self->repeated = (struct position){.loop = loop,
                                       .pool = replica,
                                       .statement = &replica_position_sql,
                                       .timeout_ms = limits->question_ms};
    pg_pool_follow(replica, &self->follower);
    return &self->counters;
}
