/* See schedule.h. Distances between independent arrivals are exponentially distributed; cutting the one in three
 * thousand that is longer than eight means changes the rate by less than it can be measured.
 */
#include "tests/load/schedule.h"

#include <math.h>

enum { STREAM_ARRIVALS = 1, CUT = 8 };

void schedule_init(struct schedule *schedule, enum schedule_kind kind, double per_second,
                   int64_t begin_us, uint64_t seed)
{
    *schedule = (struct schedule){.kind = kind, .per_second = per_second, .begin_us = begin_us};
    random_init(&schedule->dice, seed, STREAM_ARRIVALS);
}

double schedule_exponential(struct random *dice, double mean)
{
    const double uniform = (double)(random_next(dice) >> 11) * 0x1p-53; /* [0, 1) */
    const double drawn = -log1p(-uniform);
    return mean * (drawn < CUT ? drawn : CUT);
}

int64_t schedule_next(struct schedule *schedule)
{
    const double distance_us = 1e6 / schedule->per_second;
    double since_us = (double)schedule->count++ * distance_us;
    if (schedule->kind == SCHEDULE_POISSON) {
        schedule->poisson_us += schedule_exponential(&schedule->dice, distance_us);
        since_us = schedule->poisson_us;
    }
    return schedule->begin_us + (int64_t)since_us;
}
