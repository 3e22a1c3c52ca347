/* Walking a growing table by primary key without looking twice at what is finished for good.
 *
 * Background work asks "which rows are still open?" every second. Open rows are few and young, finished
 * ones are many and stay finished, and there is no index on the state. So the walker remembers a low-water
 * mark: no row at or below it can ever be open again. Each round reads a window of rows above it, by
 * primary key, of bounded length.
 *
 * Rows do not become visible in the order of their ids: id 7 may commit after id 8. The mark therefore
 * follows only rows so old that no transaction which could still add a smaller id is alive. That is sure
 * enough to save work, not to bet an order on: a machine that was frozen for minutes may commit later than
 * anybody thought. So the mark is believed for an hour, and then the walk begins at 0 once more. It lives
 * in memory: a restarted process starts at 0 too, and catches up in a few rounds.
 *
 * One row that cannot be finished (a refund the provider keeps refusing) holds the mark, but not the walk:
 * that goes on to the end of the table and begins again at the mark, so nobody behind it starves.
 */
#ifndef STAGECRAFT_BASE_LOW_WATER_H
#define STAGECRAFT_BASE_LOW_WATER_H

#include <stdbool.h>
#include <stdint.h>

struct low_water {            /* zeroed: from the start of the table */
    int64_t mark;             /* nothing at or below it is or will be open */
    int64_t next;             /* the next window is read behind this id; never below the mark */
    int64_t believed_from_ms; /* monotonic: when the walk last began at 0; 0: it has not begun */
};

/* What was found behind `next`. */
struct low_water_window {
    int64_t last;       /* its largest id */
    int64_t first_open; /* its smallest id that is still open, 0 when none is */
    int64_t last_old;   /* its largest id that is old enough in the sense above, 0 when none is */
    bool full;          /* there may be more rows behind it */
};

enum { LOW_WATER_BELIEVED_MS = 3600 * 1000 };

/* Moves on past the window at `now_ms` (monotonic). True when the next window lies behind this one, false when the walk has
   begun again at the mark (or the table has ended): a round may stop there. */
bool low_water_advance(struct low_water *water, const struct low_water_window *window,
                       int64_t now_ms);

#endif
