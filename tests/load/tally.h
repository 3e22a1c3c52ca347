/* What is counted while a run goes on: latencies by name of request, outcomes, and errors by kind.
 *
 * Only what was due after the warm-up counts. Everything is a plain number of one thread; what the result file makes
 * of it is report.c's business.
 */
#ifndef STAGECRAFT_LOAD_TALLY_H
#define STAGECRAFT_LOAD_TALLY_H

#include "tests/load/histogram.h"
#include "tests/load/mix.h"

enum { TALLY_STATUSES = 600 };

enum tally_error {
    TALLY_STATUS, /* a status that was not expected */
    TALLY_CONNECT,
    TALLY_CLOSED,
    TALLY_TIMEOUT,
    TALLY_GARBAGE,
    TALLY_NOT_STARTED,
    TALLY_UNFINISHED,
    TALLY_ERRORS,
    TALLY_NO_ERROR = -1,
};

/* Requests of one name. */
struct tally_named {
    struct histogram latencies;
    uint64_t failed, bytes;
    uint64_t statuses[TALLY_STATUSES];
};

enum tally_order { TALLY_CONFIRMED, TALLY_PENDING, TALLY_REFUSED, TALLY_UNKNOWN, TALLY_ORDERS };

struct tally {
    int64_t begin_us; /* what was due before is warm-up */
    int64_t last_us;  /* when the last answer came; 0: none has */
    uint64_t visits, visits_completed;
    uint64_t requests, responses, failed;
    uint64_t orders[TALLY_ORDERS], retries, replayed;
    uint64_t errors[TALLY_ERRORS];
    uint64_t error_statuses[TALLY_STATUSES];
    struct histogram late;
    struct histogram recent; /* since the progress line was drawn */
    struct tally_named *named;
    int name_count;
};

/* One settled request. */
struct tally_request {
    int name;
    int64_t due_us, done_us;
    int status; /* 0: no answer */
    size_t bytes;
    enum tally_error error;
};

/* The named ones live in the arena. */
void tally_init(struct tally *tally, struct arena *arena, int name_count);

void tally_add(struct tally *tally, const struct tally_request *request);

/* "closed" and so on; not for TALLY_STATUS, which has a number. Static. */
const char *tally_error_name(enum tally_error error);

/* All named together. */
void tally_sum(const struct tally *tally, struct tally_named *out);

/* From the beginning to the last answer. */
double tally_seconds(const struct tally *tally);

/* Answers without errors per second. */
double tally_rate(const struct tally *tally);

#endif
