/* Tasks that sleep to the microsecond.
 *
 * The loop's timers count milliseconds, which is right for time-outs and too coarse here: at 40,000 requests a
 * second forty are due in each of them, and a request sent half a millisecond late would look as if the server had been
 * slow. One timerfd is set to the first of a heap of times; the kernel keeps it with a high-resolution timer.
 */
#ifndef STAGECRAFT_LOAD_NAPS_H
#define STAGECRAFT_LOAD_NAPS_H

#include "common/runtime/task.h"

struct naps;

/* STATUS_UNAVAILABLE when descriptors or memory are out. */
enum status naps_open(struct naps **out, struct loop *loop);

/* Nobody may be napping. */
void naps_close(struct naps *naps);

/* Parks the current task until then, on the monotonic clock; at once when that has passed. False when naps_end()
   woke it, or had been called before. */
bool naps_until(struct naps *naps, int64_t at_us);

/* Wakes everybody; nobody naps from now on. */
void naps_end(struct naps *naps);

#endif
