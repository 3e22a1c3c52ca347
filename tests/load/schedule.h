/* When each arrival is due, settled before the first is sent.
 *
 * An open workload does not wait for the server: shoppers come when they come. If arrivals waited for answers,
 * a server that stalls would be asked less while it stalls, and the stall would hardly be seen in the
 * figures (Tene calls it coordinated omission). So arrival n is due at a time that nothing measured can move, and
 * whoever is served late has waited since then.
 */
#ifndef STAGECRAFT_LOAD_SCHEDULE_H
#define STAGECRAFT_LOAD_SCHEDULE_H

#include "infra/seed/random.h"

#include <stdbool.h>
#include <stdint.h>

enum schedule_kind {
    SCHEDULE_CONSTANT, /* equal distances */
    SCHEDULE_POISSON,  /* the same rate, distances drawn: bursts as independent people make them */
};

struct schedule {
    enum schedule_kind kind;
    double per_second;
    int64_t begin_us;
    uint64_t count;    /* arrivals so far */
    double poisson_us; /* since the beginning */
    struct random dice;
};

/* `per_second` is above 0; times are on the monotonic clock. */
void schedule_init(struct schedule *schedule, enum schedule_kind kind, double per_second,
                   int64_t begin_us, uint64_t seed);

/* When the next arrival is due. Constant distances are not added up, so they do not drift. */
int64_t schedule_next(struct schedule *schedule);

/* A draw from the exponential distribution with this mean, at most eight times it. */
double schedule_exponential(struct random *dice, double mean);

#endif
