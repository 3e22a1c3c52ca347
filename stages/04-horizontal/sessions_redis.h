/* Sessions remembered in Redis, so that finding out who asks costs the primary nothing. A wrapper of the sessions port.
 *
 * The truth stays in PostgreSQL: a log-in is stored there before its token is handed out, a log-out removes it there.
 * Redis only remembers. So with Redis dead everybody stays logged in: their sessions are found where they are stored,
 * as in the stage before. The hard part is that an ended session must be ended, at once and in every instance, whatever
 * happens to Redis. What could bring one back, and what prevents it:
 *
 * 1. *An instance finds the session stored, it is ended meanwhile, and then the instance remembers it.* A log-out does
 *    not delete the entry, it replaces it by a mark; remembering uses kv_add(), which does not replace anything.
 *    The mark outlives whatever was found before it, by far.
 * 2. *Redis cannot be reached by the instance that ends the session; others still read the entry there.* Entries carry
 *    a generation in their key. The database has the present one, and an instance uses what it remembers only for
 *    SESSIONS_TRUST_MS after it last asked. When the mark cannot be set, the log-out ends the generation, and waits for
 *    longer than that before it is answered: by then every instance uses the new one, or none.
 * 3. *Redis comes back with what it knew an hour ago* (restarted from a snapshot, or replaced by a replica that had
 *    not heard everything): entries back, marks gone. Whoever loses the connection, and whoever starts, ends the
 *    generation before using Redis again.
 * 4. *A generation has just ended, and some instance does not know yet.* A mark in the new one would be overlooked
 *    there. So a log-out asks which generation there is after it has removed the session, and if that is younger than
 *    an instance may be late, waits until it is not.
 *
 * No clocks are compared: how long an instance may trust is measured on its own, from before it asked; how old a
 * generation is, by the database alone.
 *
 * What it costs: one small statement per loop and SESSIONS_TRUST_MS / 2 while there are requests, one more for a
 * log-out, and a log-out without Redis takes as long as 2. says.
 */
#ifndef STAGECRAFT_STAGES_SESSIONS_REDIS_H
#define STAGECRAFT_STAGES_SESSIONS_REDIS_H

#include "common/modules/users/sessions.h"
#include "common/pg/pg.h"
#include "stages/03-caching/kv.h"

enum {
    SESSIONS_TRUST_MS = 1000,
    SESSIONS_WAIT_MS = 1500,         /* more than that, by what a commit may take */
    SESSIONS_ENTRY_MS = 3600 * 1000, /* an entry is remembered, at most */
    SESSIONS_MARK_MS = 600 * 1000,   /* … and that one was ended: longer than any request lives */
};

/* Written by the port's loop alone. */
struct sessions_redis_counters {
    _Atomic int64_t remembered;  /* found, or found ended, in Redis */
    _Atomic int64_t stored;      /* asked for in the database */
    _Atomic int64_t generations; /* ended by this loop */
};

/* Borrows all of them for good. Only this may use `kv`; `primary` has the table of generations. */
struct sessions *sessions_redis_new(struct arena *arena, struct loop *loop, struct sessions *stored,
                                    struct kv *kv, struct pg_pool *primary,
                                    const struct sessions_redis_counters **counters);

#endif
