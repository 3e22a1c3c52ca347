/* Reading from a replica: a pool on a copy of the database that follows at some distance.
 *
 * Whether the copy will do is a question of each call, and who answers it knows more than this layer: it is
 * asked before every pg_read() on the pool, and may wait. When the answer is no, or when the copy cannot be reached
 * or gives up the statement, the same statement goes to the primary: callers need not know that there are
 * two.
 */
#ifndef STAGECRAFT_PG_FOLLOWER_H
#define STAGECRAFT_PG_FOLLOWER_H

#include "common/pg/pg.h"

struct pg_follower {
    /* Is what the replica has new enough for what this call is about to read? Leaves the call's failure alone. */
    bool (*will_do)(struct pg_follower *follower, struct call *call);
    struct pg_pool *primary;
};

/* From now on `pool` is one on a replica. Lives as long as the pool; borrowed. Only statements outside a
   transaction are led elsewhere; who begins one on this pool wants the replica. */
void pg_pool_follow(struct pg_pool *pool, struct pg_follower *follower);

/* pg_read() on this very pool, whatever it follows: for questions about itself. */
enum status pg_read_here(struct pg_pool *pool, struct call *call,
                         const struct pg_statement *statement, struct pg_args args,
                         struct pg_rows *out);

#endif
