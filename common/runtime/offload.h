/* A few threads for work that must block or burn: argon2, later picture scaling and PDF.
 *
 * The queue is bounded: when it is full, the answer is STATUS_UNAVAILABLE at once, not a longer wait.
 */
#ifndef STAGECRAFT_RUNTIME_OFFLOAD_H
#define STAGECRAFT_RUNTIME_OFFLOAD_H

#include "common/base/call.h"
#include "common/runtime/loop.h"

struct offload;

/* One per process, shared by all loops. */
enum status offload_open(struct offload **out, int threads, int queue_max);

/* Waits for running work, then ends the threads; queued work is dropped. To be called when no loop runs
   any more, and before loop_close(): running work uses its task's stack and posts to its loop. */
void offload_close(struct offload *offload);

/* Runs `work(argument)` on one of the threads and parks the current task until it is done. Work that
   has started is always waited for (it uses the caller's memory), so it must be short; work that has
   not started by the call's deadline is skipped: STATUS_TIMEOUT. `work` must not touch the call. */
enum status offload_run(struct offload *offload, struct loop *loop, struct call *call,
                        void (*work)(void *argument), void *argument);

#endif
