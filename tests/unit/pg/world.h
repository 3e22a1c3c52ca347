/* What every test of common/pg stands in: a loop, a pool, the private server, and tasks that run bodies.
 *
 * Bodies run in tasks, where cmocka's own checks cannot be used (they jump off the stack); check() notes a
 * failure with its place and goes on, and world_run() fails the test afterwards.
 */
#ifndef STAGECRAFT_TESTS_PG_WORLD_H
#define STAGECRAFT_TESTS_PG_WORLD_H

#include "common/base/clock.h"
#include "common/pg/pg.h"
#include "common/runtime/task.h"
#include "tests/unit/pg/server.h"

#include <stdio.h>

struct world {
    struct server *server;
    struct loop *loop;
    struct pg_pool *pool;
    struct pg_options options; /* of the pool; change before world_open_pool() */
    int running;               /* tasks of this world */
    int failures;
    void *extra; /* the test's own */
};

/* A call with memory of its own. */
struct errand {
    struct arena arena;
    struct call call;
};

void errand_begin(struct errand *errand, int64_t timeout_ms);
void errand_end(struct errand *errand);

void world_init(struct world *world, struct server *server);
void world_release(struct world *world);

/* Runs `body` in a task of a fresh pool and waits until it and all it has started have ended. */
void world_run(struct world *world, void (*body)(struct world *world));

/* Starts another task. */
void world_start(struct world *world, void (*body)(struct world *world));

/* Until all tasks but the caller's have ended. */
void world_join(struct world *world);
void world_await_ready(struct world *world);
struct pg_stats world_stats(struct world *world);

/* Everything logged since the tests began. */
const char *world_log(void);
void world_log_open(void);

#define check(world, condition)                                                     \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            (world)->failures++;                                                    \
        }                                                                           \
    } while (0)

/* The status of an operation, named in the message. */
#define check_status(world, wanted, operation)                                         \
    do {                                                                               \
        enum status status_ = (operation);                                             \
        if (status_ != (wanted)) {                                                     \
            fprintf(stderr, "%s:%d: %s: %s, not %s\n", __FILE__, __LINE__, #operation, \
                    status_ == STATUS_OK ? "ok" : status_name(status_),                \
                    (wanted) == STATUS_OK ? "ok" : status_name(wanted));               \
            (world)->failures++;                                                       \
        }                                                                              \
    } while (0)

/* --- the statements of these tests --- */

enum {
    SQL_ONE,    /* $1 + 1 */
    SQL_ROW,    /* a row of things by id */
    SQL_DIVIDE, /* 100 / $1: fails for 0 */
    SQL_BROKEN, /* names a table that does not exist */
    SQL_SLEEP,  /* $1 milliseconds */
    SQL_TYPES,  /* all kinds of columns */
    SQL_BIG,    /* $1 kilobytes */
    SQL_ARRAYS,
    SQL_BYTES,       /* $1 as it is, its length, and $2 */
    SQL_INSERT,      /* id, name */
    SQL_INSERT_PART, /* thing, checked and foreign */
    SQL_UPDATE,      /* id, name */
    SQL_TOUCH_ALL,
    SQL_PID,
    SQL_CAST,     /* $1::text::bigint */
    SQL_DEFERRED, /* a violation seen at COMMIT only */
    SQL_LATE,     /* never used before its own test */
    SQL_SETTINGS,
    SQL_COUNT
};

extern const struct pg_statement sql[SQL_COUNT];
extern const char world_schema[]; /* what they need */

/* The test groups. */
int test_reads(struct server *server);
int test_aborts(struct server *server);
int test_writes(struct server *server);
int test_transactions(struct server *server);
int test_waiting(struct server *server);
int test_faults(struct server *server);
int test_migrate(struct server *server);
int test_migrate_safely(struct server *server);
int test_copy(struct server *server);
int test_script(void);
int test_sqlstate(void);

#endif
