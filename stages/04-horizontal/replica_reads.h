/* Reads from a replica that are never older than what has been answered.
 *
 * Before a read goes to the replica, the primary is asked how far its log has been written. Every write that was
 * answered before this read began lies before that position, whoever made it and through whichever instance; so when
 * the replica has repeated the log that far, it holds all of them. The read waits for that for a moment, and
 * otherwise goes to the primary. One small question is asked for all reads that begin together (position.h), so its
 * cost on the primary is bounded, where that of reads is not.
 *
 * This is more than reading one's own writes, and needs less: no position has to be carried by clients, in a cookie or
 * under a user's key, so there is nothing that a client can forget to send, or that a dead Redis forgets. A cache
 * that is filled from the replica holds no older truth than one filled from the primary. Background jobs may read
 * here too. Decision 0017 has what was weighed.
 *
 * It rests on synchronous_commit not being off: then a commit is answered only when the log has been written to
 * where it says.
 */
#ifndef STAGECRAFT_STAGES_REPLICA_READS_H
#define STAGECRAFT_STAGES_REPLICA_READS_H

#include "common/pg/pg.h"

struct replica_limits {
    int64_t wait_ms; /* a read waits for the replica, then goes to the primary */
    int64_t
        question_ms; /* a server that does not say its position in this time is not asked to read */
};

struct replica_counters {
    _Atomic int64_t here;   /* reads that the replica was good enough for */
    _Atomic int64_t waited; /* … of them, after waiting */
    _Atomic int64_t behind; /* reads that went to the primary because it was behind … */
    _Atomic int64_t away;   /* … or because it, or the primary's position, was not to be had */
};

/* From now on what is read from `replica` is as new as what is read from `primary`. */
const struct replica_counters *replica_follow(struct arena *arena, struct loop *loop,
                                              struct pg_pool *replica, struct pg_pool *primary,
                                              const struct replica_limits *limits);

#endif
