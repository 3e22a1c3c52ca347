/* What the files of common/pg share. Nobody else includes this header.
 *
 * From the wire upwards: a *connection* is one libpq connection in pipeline mode and its life (down,
 * connecting, up). Its *pipeline* is a ring of entries, one for each thing sent whose answer is due; the
 * server answers in order, so the ring's head is what the next result belongs to. An entry points to the
 * *wait* of the caller that wants the result; a caller who leaves early takes itself out of the entries
 * and the result is dropped when it comes. A *hold* is somebody's claim on an exclusive connection.
 */
#ifndef STAGECRAFT_PG_PG_INTERNAL_H
#define STAGECRAFT_PG_PG_INTERNAL_H

#include "common/pg/follower.h"
#include "common/runtime/task.h"

/* libpq has a type of this name (for large objects); ours is a function */
#define pg_int64 libpq_int64
#include <libpq-fe.h>
#undef pg_int64

enum {
    PG_SHARED_IN_FLIGHT_MAX = 2048, /* entries in a shared connection's ring, a power of two */
    PG_EXCLUSIVE_IN_FLIGHT_MAX = 256,
    PG_DELAY_MIN_MS = 50, /* before connecting again; doubles up to … */
    PG_DELAY_MAX_MS = 2000,
    PG_GRACE_MS = 1000, /* silence beyond statement_timeout after which a connection is given up */
    PG_STALLED_MS = 10, /* a connection that has not answered for so long is chosen last */
    PG_BATCH_MAX = 16,  /* reads of one turn that share a connection */
    PG_REST_AFTER_MS = 40, /* all but the first connections of a new pool begin so much later */
    PG_ON_COMMIT_MAX = 16
};

/* --- waiting for answers --- */

/* One caller waiting for the answer to what it has sent; lives on its stack or in its transaction. */
struct pg_wait {
    struct task *task;                 /* set while parked */
    struct pg_entry *entry;            /* pg_read only: where to take ourselves out */
    PGresult *rows;                    /* of the statement whose rows are wanted */
    PGresult *failure;                 /* of the first statement that failed … */
    const struct pg_statement *failed; /* … and which that was */
    bool aborted;                      /* a statement did not run because another failed */
    bool lost;                         /* the connection broke */
    bool done;
};

/* Parks until the wait is done (true) or the call's deadline (false). */
bool pg_wait_done(struct pg_pool *pool, struct call *call, struct pg_wait *wait);

/* Ends the wait and wakes its task. */
void pg_wait_finish(struct pg_wait *wait);

/* Turns what came back into a status, and the rows into `out` (may be NULL). Owns the results. */
enum status pg_wait_outcome(struct pg_pool *pool, struct call *call, struct pg_wait *wait,
                            struct pg_rows *out);

/* Frees results that nobody will look at. */
void pg_wait_drop(struct pg_wait *wait);

/* --- pipeline --- */

enum pg_entry_kind { PG_ENTRY_STATEMENT, PG_ENTRY_PREPARE, PG_ENTRY_SYNC };

struct pg_entry {
    const struct pg_statement *statement; /* NULL for a Sync */
    struct pg_wait *wait;                 /* NULL: nobody, or nobody any more */
    enum pg_entry_kind kind;
    bool keeps;    /* the waiter wants its rows */
    bool finishes; /* its answer ends the wait */
};

struct pg_pipeline {
    struct pg_entry *ring; /* `size` entries, `count` of them in use from `head` on */
    unsigned size, head, count;
    bool open;         /* something was sent since the last Sync */
    bool sync_failed;  /* the Sync at the head has answered with an error so far */
    PGresult *pending; /* the head's result, until libpq says that it was the last */
    uint8_t *prepared; /* enum pg_prepared for each statement of the program and the pool's own */
};

enum pg_prepared { PG_NOT_PREPARED, PG_PREPARE_SENT, PG_PREPARED };

/* --- connections --- */

enum pg_state { PG_DOWN, PG_CONNECTING, PG_UP };

struct pg_connection {
    struct pg_pool *pool;
    PGconn *libpq; /* NULL when down */
    bool shared;
    enum pg_state state;
    struct pg_pipeline pipeline;
    struct loop_watch watch;
    struct loop_timer timer; /* down: connect again; connecting: give up; up: watchdog */
    bool watchdog;           /* the timer runs as one */
    bool was_up;
    int64_t delay_ms;    /* before the next attempt */
    int64_t progress_ms; /* when it last answered, or had something to answer again */

    /* exclusive connections */
    struct pg_hold *hold; /* who has it; NULL: free, or being cleaned */
    bool free;            /* on the pool's list */
    bool rolling_back;    /* a ROLLBACK for cleaning is under way */
    struct pg_connection *next_free;
};

/* A claim on an exclusive connection; also the place in the queue for one. */
struct pg_hold {
    struct pg_connection *connection; /* NULL once the connection is lost or given back */
    struct task *task;                /* set while parked in the queue */
    bool refused;                     /* no exclusive connection is up any more */
    struct pg_hold *before, *after;
};

struct pg_pool {
    struct loop *loop;
    struct pg_options options;
    struct pg_connection *connections; /* the shared ones first */
    int connection_count;
    int up_shared, up_exclusive;
    struct pg_connection *free; /* exclusive, last used first */
    struct pg_hold *first_waiting, *last_waiting;
    struct pg_connection
        *batch; /* the shared one that this turn's reads go to, NULL before the first */
    int batch_size;
    struct pg_follower *follower; /* NULL: what is read here is what is */
    struct loop_hook hook;
    struct pg_statement begin, commit, rollback; /* indexed behind the program's */
    uint32_t random;                             /* for jitter */
    bool troubled;                               /* some connection is down and that was logged */
    struct pg_stats stats;
};

/* Connects at `begins_ms`. */
void pg_connection_init(struct pg_connection *connection, struct pg_pool *pool, bool shared,
                        int64_t begins_ms);
void pg_connection_release(struct pg_connection *connection);

/* The connection is of no use any more: ends all waits on it with `lost`, closes it, and connects again
   after a delay. `reason` is logged unless the pool is known to be in trouble. */
void pg_connection_lose(struct pg_connection *connection, const char *reason);

/* Sends what libpq has buffered; watches for writability while the socket is full. */
void pg_connection_flush(struct pg_connection *connection);

/* Something is due from the server from now on: starts the clock for its silence. */
void pg_connection_expect(struct pg_connection *connection);

/* --- what is sent, what comes back --- */

/* True when there is room for a few more entries. */
bool pg_pipeline_has_room(const struct pg_connection *connection);

/* Sends a read on a shared connection; its rows end the wait. `alone`: in a batch of its own, which no
   other statement can abort. False when the connection was lost on that. */
bool pg_pipeline_read(struct pg_connection *connection, const struct pg_statement *statement,
                      struct pg_args args, struct pg_wait *wait, bool alone);

/* Adds a statement to an exclusive connection's batch. */
bool pg_pipeline_add(struct pg_connection *connection, const struct pg_statement *statement,
                     struct pg_args args, struct pg_wait *wait, bool keeps);

/* Ends the batch and sends it; its answer ends the wait (may be NULL). */
bool pg_pipeline_sync(struct pg_connection *connection, struct pg_wait *wait);

/* Takes everyone out of the entries under way: their results will be dropped. */
void pg_pipeline_forget(struct pg_connection *connection);

/* Gives out the results that have arrived. */
void pg_pipeline_receive(struct pg_connection *connection);

/* The connection is gone: ends all waits with `lost`, empties the ring, forgets what was prepared. */
void pg_pipeline_reset(struct pg_connection *connection);

/* --- the pool --- */

/* An idle shared connection, else the least loaded; NULL when none is up or all are full. */
struct pg_connection *pg_pool_choose_shared(struct pg_pool *pool);

/* Called by connections. */
void pg_pool_connected(struct pg_connection *connection);
void pg_pool_lost(struct pg_connection *connection, enum pg_state before, const char *reason);
int64_t pg_pool_jitter(struct pg_pool *pool, int64_t delay_ms);

/* Takes a free exclusive connection or waits for one until the call's deadline. */
enum status pg_borrow(struct pg_pool *pool, struct call *call, struct pg_hold *hold);

/* Ends the claim whatever state the connection is in: it is cleaned before the next one gets it.
   Nothing happens when the connection was lost before. */
void pg_give_back(struct pg_hold *hold);

/* An exclusive connection nobody holds has come up, or has answered everything: cleans it or hands it
   out. */
void pg_exclusive_settle(struct pg_connection *connection);

/* An exclusive connection is lost: its holder learns it; without any left the queue is sent home. */
void pg_exclusive_lost(struct pg_connection *connection);

/* --- parameters, failures, sessions --- */

struct pg_params {
    const char *values[PG_ARGS_MAX];
    char numbers[PG_ARGS_MAX][21];                  /* "-9223372036854775808" and a NUL */
    int lengths[PG_ARGS_MAX], formats[PG_ARGS_MAX]; /* set when there are bytes */
    bool has_bytes;
};

void pg_params_fill(struct pg_params *params, struct pg_args args);

/* Hands the result to `out` and ties it to the call's arena. */
void pg_rows_take(struct call *call, PGresult *result, struct pg_rows *out);

/* NULL stands for a failure that libpq noticed, hence a connection that broke. */
enum status pg_sqlstate_status(const char *sqlstate);

/* Records on the call what a failed result means. */
enum status pg_sqlstate_fail(struct call *call, const struct pg_statement *statement,
                             const PGresult *failure);

enum status pg_fail_unavailable(struct call *call);
enum status pg_fail_busy(struct call *call);
enum status pg_fail_timeout(struct call *call);

/* What every session of ours is started with. */
struct pg_session {
    const char *url, *application_name;
    int64_t statement_timeout_ms, lock_timeout_ms, idle_in_transaction_timeout_ms; /* 0: none */
    int64_t unacknowledged_ms; /* the peer may leave data untaken for so long; 0: 10 s */
};

/* Begins to connect without waiting; NULL when out of memory, else see PQstatus(). */
PGconn *pg_session_start(const struct pg_session *session);

/* True when libpq understands the url. */
bool pg_session_url_is_sane(const char *url);

#endif
