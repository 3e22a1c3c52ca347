/* How far the run is: on a terminal one line that is redrawn twice a second, elsewhere a line every five seconds, on
 * standard error. Rate and latencies are of the time since the line before, so that a stall is seen when it happens.
 */
#ifndef STAGECRAFT_LOAD_PROGRESS_H
#define STAGECRAFT_LOAD_PROGRESS_H

#include "common/runtime/loop.h"
#include "tests/load/tally.h"

struct progress {
    struct loop *loop;
    struct tally *tally;
    const uint64_t *under_way;
    struct loop_timer timer;
    bool is_bar, is_list; /* neither: quiet */
    bool drawn;
    int64_t begin_us, end_us, drawn_us;
};

/* `tally` and `under_way` are borrowed. */
void progress_init(struct progress *progress, struct loop *loop, struct tally *tally,
                   const uint64_t *under_way, bool quiet);

/* What is being prepared: on a terminal only. */
void progress_say(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* From now on lines are drawn by themselves. */
void progress_begin(struct progress *progress, int64_t begin_us, int64_t end_us);

/* Wipes the line away; may come without a beginning. */
void progress_end(struct progress *progress);

/* "0.7 ms", "12 s": three digits of microseconds, for people. */
const char *progress_time(int64_t us, char out[24]);

#endif
