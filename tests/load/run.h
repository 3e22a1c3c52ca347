/* One run of the generator: what all its tasks share. One thread, so nothing here is locked.
 *
 * A task conducts the run: it prepares (prepare.c), lets visits begin when they are due (conduct.c), and
 * waits for the last answers. Each visit is a task of its own (visit.c), written as a shopper would tell it.
 */
#ifndef STAGECRAFT_LOAD_RUN_H
#define STAGECRAFT_LOAD_RUN_H

#include "tests/load/connections.h"
#include "tests/load/ledger.h"
#include "tests/load/mix.h"
#include "tests/load/naps.h"
#include "tests/load/options.h"
#include "tests/load/progress.h"
#include "tests/load/tally.h"

enum {
    RUN_PATIENCE_MS = 10000, /* for answers, when no more visits begin */
    RUN_ID_LENGTH = 8,
    RUN_ERROR_MAX = 600,
};

struct run {
    struct arena *arena;
    const struct options *options;
    struct mix *mix;
    struct target *target;
    struct loop *loop;
    struct naps *naps;
    struct connections *connections;
    struct ledger *ledger; /* NULL: none */
    struct strbuf body;    /* of the request that is being written */
    struct tally tally;
    struct progress progress;
    char id[RUN_ID_LENGTH + 1]; /* tells this run's orders and accounts from those of others */

    bool ended;              /* nothing more begins */
    bool interrupted;        /* by a signal */
    int64_t end_us;          /* when no more visits begin */
    int64_t patience_end_ms; /* nobody waits beyond this */
    uint64_t visit_number;   /* of the next visit */
    uint64_t under_way;      /* visits */
    struct task *conductor;  /* waits for the last visit; NULL: not yet */

    bool failed;
    char error[RUN_ERROR_MAX]; /* why there was no run */
};

/* --- conduct.c --- */

/* Makes the whole run and stops the loop; false and `error`: it could not be made. Called outside tasks. */
bool run_all(struct run *run);

/* As if the time were up. */
void run_end(struct run *run);

/* --- prepare.c: in the conductor's task --- */

/* Connections, lists to fetch, shoppers to register. False: `error` says why not. */
bool run_prepare(struct run *run);

/* --- ask.c --- */

/* Writes one request of a mix, sends it, and reads the answer. `key` may be NULL: the Idempotency-Key. `waited`
   is set when no connection was free at once. */
enum outcome run_ask(struct run *run, const struct mix_step *step, const struct drawn *drawn,
                     const char *key, int64_t deadline_ms, struct http_body *body, size_t body_max,
                     struct answer *out, bool *waited);

/* --- visit.c --- */

/* A visit that is due then, in a task of its own, which runs until it first waits. False: too many are under
   way. */
bool run_begin_visit(struct run *run, int64_t due_us);

/* In the current task: one visit after the other until the run has ended. */
void run_visits(struct run *run);

#endif
