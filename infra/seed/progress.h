/* How far the load is: a bar with rate and remaining time on a terminal, else a line for each
 * table.
 */
#ifndef STAGECRAFT_SEED_PROGRESS_H
#define STAGECRAFT_SEED_PROGRESS_H

#include "infra/seed/table.h"

struct progress {
    bool is_bar;  /* standard error is a terminal */
    bool is_list; /* it is not, and somebody may want to read */
    bool drawn;
    int64_t began_us, drawn_us;
    int64_t steps, done; /* of all sources; rows would be a guess beforehand */
    int64_t total;       /* steps, and as much time again as indexes take */
};

/* `with_indexes`: rows are not the end of it. `quiet`: no lines; a bar is drawn nevertheless. */
void progress_init(struct progress *progress, int64_t steps, bool with_indexes, bool quiet);

/* Draws the bar at most ten times a second. `what` is being done. */
void progress_show(struct progress *progress, const struct table tables[TABLE_COUNT],
                   const char *what);

/* One table is complete: its line, if there is no bar. */
void progress_table(struct progress *progress, const struct table *table);

/* One of `count` connections has built its indexes. */
void progress_lane(struct progress *progress, int count);

/* Wipes the bar away. */
void progress_end(struct progress *progress);

double progress_seconds(const struct progress *progress);

/* "5,000,000" */
const char *progress_count(int64_t count, char out[32]);

#endif
