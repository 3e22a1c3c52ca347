/* How far a server's log has come, asked once for everybody who wants to know at the same time.
 *
 * Whoever asks gets an answer to a question that was sent after they asked: one already on its way would be too old for
 * them, so they share the next. However many ask, one question at a time is out, so that its cost does not grow with
 * the load.
 */
#ifndef STAGECRAFT_STAGES_POSITION_H
#define STAGECRAFT_STAGES_POSITION_H

#include "common/pg/pg.h"

struct position_waiter;

struct position { /* zeroed but for the first three */
    struct loop *loop;
    struct pg_pool *pool;
    const struct pg_statement *statement; /* one row, one column: the position */
    int64_t timeout_ms;                   /* for one question */
    uint64_t asked, answered;             /* questions */
    bool out;                             /* one is on its way */
    bool known;                           /* the last one was answered … */
    int64_t at;                           /* … with this */
    struct position_waiter *waiting;
};

/* False when it could not be had in time. The call's failure stays as it was: this is no failure of the call. */
bool position_ask(struct position *position, struct call *call, int64_t *at);

#endif
