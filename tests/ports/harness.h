/* What a port suite stands on: a loop, a pool, an empty migrated database, and a task to run in.
 *
 * A suite is a list of cases written against a port alone. Each case gets a subject (the port, or a struct
 * of a few) made anew by an implementation, on an empty database, inside a task, so that it may wait. The
 * same suite runs on every implementation that main.c lists. cmocka's assertions work inside; a failed one
 * leaves the case, its loop and its memory where they are.
 */
#ifndef STAGECRAFT_TESTS_HARNESS_H
#define STAGECRAFT_TESTS_HARNESS_H

#include "common/base/call.h"
#include "common/pg/pg.h"
#include "common/runtime/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct database;

struct harness_end;

struct harness { /* of one case */
    struct arena *arena;
    struct loop *loop;
    struct pg_pool *pool;
    struct database *database;
    struct harness_end *ends; /* newest first */
};

struct port_case {
    const char *name;
    void (*run)(struct harness *harness, void *subject);
};

struct port_suite {
    const struct port_case *cases;
    int count;
};

/* One implementation of a port and the suite it must pass. `make` runs in the case's task. */
struct implementation {
    const char *name; /* "catalog on PostgreSQL" */
    const struct port_suite *suite;
    void *(*make)(struct harness *harness);
    bool must_fail; /* it has a mistake in it that the suite is there to find */
};

/* What a stage adds to main.c's table; NULL at the end. Written by test.mk from STAGE_PORTS. */
struct implementation_table {
    const struct implementation *rows;
    int count;
};
extern const struct implementation_table *const stage_tables[];

enum { HARNESS_CASES_MAX = 64 };

/* Runs the suite on every implementation and on those that the stage adds, on the database at `url`; answers how many cases failed. */
int harness_run(const char *url, const struct implementation *implementations, int count);

/* A fresh call with a few seconds, in the case's arena. */
struct call *harness_call(struct harness *harness);

/* Runs SQL for what a port cannot do, such as the categories that only the seed makes. */
void harness_sql(struct harness *harness, const char *sql);

/* Calls `run(context)` after the case, in its task, newest first: closes what a subject has opened. */
void harness_at_end(struct harness *harness, void (*run)(void *context), void *context);

/* Runs `body` in `count` tasks at the same time, with index 0 to count - 1, and waits for all. */
void harness_together(struct harness *harness, int count,
                      void (*body)(struct harness *harness, int index, void *context),
                      void *context);

/* Fails the case, with the call's own message, unless `got` is `wanted`. A status that was wanted is
   forgiven, so that the call can be used again. */
void harness_check_status(struct call *call, enum status wanted, enum status got, const char *file,
                          int line);

#define assert_status(call, wanted, expression) \
    harness_check_status((call), (wanted), (expression), __FILE__, __LINE__)

/* The same, and the failure names this field. */
void harness_check_field(struct call *call, enum status wanted, enum status got, const char *field,
                         const char *file, int line);

#define assert_field(call, wanted, field, expression) \
    harness_check_field((call), (wanted), (expression), (field), __FILE__, __LINE__)

#endif
