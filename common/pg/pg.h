/* PostgreSQL for tasks: statements by name, results in the call's arena, nothing blocks.
 *
 * libpq appears nowhere outside common/pg. A pool belongs to one loop and holds two kinds of
 * connections. *Shared* ones carry pg_read(): many callers' reads travel in one libpq pipeline with one
 * Sync per loop turn (a failed statement aborts the rest of its batch; those are sent again once).
 * *Exclusive* ones carry a transaction or a write alone, from borrow to give-back. A shared connection
 * that is idle is chosen before one that is busy, so that a slow statement holds up few.
 *
 * Connections are made in the background and made again after a failure, with growing delays. While
 * none is up every operation answers STATUS_UNAVAILABLE at once: no pile-up. Statements are prepared on
 * first use per connection. Each wait ends at the call's deadline (STATUS_TIMEOUT); the server stops the
 * statement itself by statement_timeout.
 *
 * Translation of SQLSTATE: 23505, 23503, 23514, 23P01 -> STATUS_CONFLICT with
 * call->failure.constraint set; 57014 -> STATUS_TIMEOUT; 40001, 40P01, 55P03, 57P0x, 53xxx and a lost
 * connection -> STATUS_UNAVAILABLE; anything else is a bug of ours -> STATUS_INTERNAL, logged with SQLSTATE
 * and message (never with parameters).
 */
#ifndef STAGECRAFT_PG_PG_H
#define STAGECRAFT_PG_PG_H

#include "common/base/call.h"
#include "common/runtime/loop.h"

#include <stddef.h>

/* A named statement of some queries.sql, generated at build into statements.h/.c. */
struct pg_statement {
    const char *name; /* "catalog_find": also its name on the server */
    const char *sql;
    int index; /* dense, unique in the program, 0-based */
};

/* --- pool --- */

struct pg_pool;

struct pg_options {
    const char *url; /* postgres://user:password@host:port/database; secret; borrowed */
    const char *application_name; /* shown in pg_stat_activity; borrowed */
    int shared_connections;
    int exclusive_connections;
    int waiting_max; /* callers that may wait for an exclusive connection; more: 503 */
    int64_t statement_timeout_ms;
    int64_t connect_timeout_ms;
    int statement_count; /* size of the program's statement table */
};

struct pg_stats { /* for /metrics; counters only grow */
    int connected, shared_busy, exclusive_busy, waiting;
    uint64_t statements, batches, resent, reconnects, failures;
};

/* Starts connecting, in the background; does not wait. STATUS_MALFORMED when the url is not one. The pool
   lives until pg_pool_close(), which wants every caller gone. (libpq looks up a host name without us
   being able to wait for it elsewhere: the url should hold an address, or a name that resolves quickly.) */
enum status pg_pool_open(struct loop *loop, const struct pg_options *options, struct pg_pool **out);
void pg_pool_close(struct pg_pool *pool);

/* True while at least one shared and one exclusive connection are up: readiness. */
bool pg_pool_ready(const struct pg_pool *pool);
void pg_pool_stats(const struct pg_pool *pool, struct pg_stats *out);

/* --- parameters --- */

enum { PG_ARGS_MAX = 16 };

struct pg_value {
    const char
        *text;      /* NULL with is_number false: SQL null; borrowed for the duration of the call */
    int64_t number; /* of bytes: how many */
    bool is_number, is_bytes;
};

#define PG_INT(value) ((struct pg_value){.number = (int64_t)(value), .is_number = true})
#define PG_TEXT(value) \
    ((struct pg_value){.text = (value)}) /* also days, booleans "t"/"f", arrays "{1,2}" */
#define PG_BYTES(bytes, length)          /* a bytea; at most INT_MAX */ \
    ((struct pg_value){                                                 \
        .text = (const char *)(bytes), .number = (int64_t)(length), .is_bytes = true})
#define PG_NULL ((struct pg_value){0})
#define PG_BOOL(value) PG_TEXT((value) ? "t" : "f")

struct pg_args {
    const struct pg_value *values;
    int count;
};

#define PG_ARGS(...)                                    \
    ((struct pg_args){(struct pg_value[]){__VA_ARGS__}, \
                      sizeof((struct pg_value[]){__VA_ARGS__}) / sizeof(struct pg_value)})
#define PG_NO_ARGS ((struct pg_args){0})

/* PostgreSQL array literals in the arena: "{1,2,3}" and {"a","b"} with quoting. */
const char *pg_int64_array(struct call *call, const int64_t *values, int count);
const char *pg_text_array(struct call *call, const char *const *values, int count);

/* --- results --- */

/* Rows live in the call's arena; text is borrowed from them. Columns are read by position, in the order
   the statement names them. */
struct pg_rows {
    const void *result; /* PGresult */
    int count;          /* rows returned */
    int64_t affected;   /* rows a write touched */
};

/* Each reads columns of the types it names; another type is a bug in the statement and aborts. A null reads
   as 0, false, NULL, day 0 or time 0: pg_is_null() tells it apart. */
int64_t pg_int64(const struct pg_rows *rows, int row, int column); /* smallint, integer, bigint */
bool pg_bool(const struct pg_rows *rows, int row, int column);
const char *pg_text(const struct pg_rows *rows, int row, int column); /* text, varchar, name */
const void *pg_bytes(const struct pg_rows *rows, int row, int column, size_t *length); /* bytea */
int32_t pg_day(const struct pg_rows *rows, int row, int column);                       /* date */
int64_t pg_time_ms(const struct pg_rows *rows, int row, int column); /* timestamptz, since 1970 */
bool pg_is_null(const struct pg_rows *rows, int row, int column);

/* --- statements outside a transaction --- */

/* One read-only statement, sharing round trips with other callers. `out` may not be NULL. */
enum status pg_read(struct pg_pool *pool, struct call *call, const struct pg_statement *statement,
                    struct pg_args args, struct pg_rows *out);

/* One writing statement in its own transaction. `out` may be NULL. When the connection is lost on the
   way the outcome is unknown and the answer STATUS_UNAVAILABLE: statements are idempotent by key. */
enum status pg_write(struct pg_pool *pool, struct call *call, const struct pg_statement *statement,
                     struct pg_args args, struct pg_rows *out);

/* --- transactions --- */

struct pg_tx;

/* Borrows an exclusive connection (waiting for one when none is free). BEGIN travels with the first
   statement. Every pg_begin() that succeeds is followed by exactly one pg_commit() or pg_rollback(). */
enum status pg_begin(struct pg_pool *pool, struct call *call, struct pg_tx **out);

/* Runs a statement and waits for its rows. `out` may be NULL. After a failure only
   pg_rollback() makes sense; pg_commit() then answers the same failure and keeps nothing. */
enum status pg_exec(struct pg_tx *tx, const struct pg_statement *statement, struct pg_args args,
                    struct pg_rows *out);

/* Queues a statement whose rows nobody needs; it travels with the next pg_exec() or pg_commit(), which
   also reports its failure. Arguments are copied. */
enum status pg_queue(struct pg_tx *tx, const struct pg_statement *statement, struct pg_args args);

/* Sends what is queued and COMMIT, one round trip. Gives the connection back whatever happens. On
   STATUS_OK the hooks of pg_on_commit() have run, in order, in this task. */
enum status pg_commit(struct pg_tx *tx);
void pg_rollback(struct pg_tx *tx);

/* Calls `run(context, call)` after a successful commit, when the connection has been given back. At
   most 16 per transaction. This is how the in-process event bus dispatches on commit. */
void pg_on_commit(struct pg_tx *tx, void (*run)(void *context, struct call *call), void *context);

/* The call a transaction was begun for. */
struct call *pg_tx_call(struct pg_tx *tx);

#endif
