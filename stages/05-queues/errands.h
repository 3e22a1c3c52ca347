/* Errands: work that a request has a worker do, and waits for.
 *
 * Most of what leaves the checkout is told and forgotten. The key of a picture, or a report, is itself the answer, so
 * whoever asks still waits; what leaves the shop is the work: seconds of a core and a hundred megabytes, taken from those
 * who buy meanwhile. What is wanted and its event are one transaction; the shop then looks for the outcome. While no
 * worker is there, or all are busy for longer than the request may take, the answer is STATUS_UNAVAILABLE, and asking
 * again is safe where doing it twice is.
 */
#ifndef STAGECRAFT_STAGES_ERRANDS_H
#define STAGECRAFT_STAGES_ERRANDS_H

#include "common/events/events.h"
#include "common/pg/pg.h"
#include "common/runtime/loop.h"

enum { ERRAND_DETAIL_MAX = 100, ERRAND_BYTES_MAX = 8 << 20 }; /* as the database checks too */

/* What is wanted: a word on it, and bytes (may be none). Or what became of it: the bytes alone. */
struct errand {
    const char *detail;
    const void *bytes;
    size_t length;
};

/* Does it, where the subscriber runs. The outcome lives as long as the call's arena. STATUS_UNPROCESSABLE is an outcome
   too: its sentence is told to who waits. Anything else is not the errand's fault, and it is tried again. */
typedef enum status errand_fn(void *context, struct call *call, const struct errand *wanted,
                              struct errand *outcome);

struct errands_options { /* all borrowed; the texts are static */
    struct loop *loop;
    struct pg_pool *write;
    struct events *events;
    const char *topic, *subscriber; /* "picture.uploaded", "picture" */
    const char *work;               /* "make the picture's sizes": what people are told must wait */
    int64_t timeout_ms;             /* for doing one */
    errand_fn *run;
    void *context;
};

struct errands;

/* Errands of one kind. Subscribes to the topic. */
struct errands *errands_new(struct arena *arena, const struct errands_options *options);

/* Waits for the outcome, which lives as long as the call's arena. STATUS_UNPROCESSABLE as errand_fn said;
   STATUS_UNAVAILABLE when there is none before the call's deadline. */
enum status errands_ask(struct errands *errands, struct call *call, const struct errand *wanted,
                        struct errand *outcome);

#endif
