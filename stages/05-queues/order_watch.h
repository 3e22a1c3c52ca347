/* Everybody on this loop who waits for the outcome of an order, and one question for all of them.
 *
 * An order is decided by a worker, in another process; the shop learns it from the primary. A few times a second, as long
 * as anybody waits, one statement asks which of the orders waited for have been decided: what it costs grows with the
 * number of those, not with the number of times that a page is loaded anew. Why not by LISTEN or from the broker:
 * docs/decisions/0023-live-orders.md.
 */
#ifndef STAGECRAFT_STAGES_ORDER_WATCH_H
#define STAGECRAFT_STAGES_ORDER_WATCH_H

#include "common/base/call.h"
#include "common/pg/pg.h"
#include "common/runtime/loop.h"

#include <stdatomic.h>

struct order_watch;
struct order_watcher;

struct order_watch_options {
    struct loop *loop;
    struct pg_pool *write;        /* the primary */
    const _Atomic bool *draining; /* when it is true nobody waits any longer */
    int64_t every_ms;             /* from one question to the next */
    int watchers_max;             /* on this loop; at most ORDER_WATCHERS_MAX */
};

enum { ORDER_WATCHERS_MAX = 5000, ORDER_WATCHERS_PER_USER = 10 };

/* Lives in the arena. The options are copied. */
struct order_watch *order_watch_new(struct arena *arena, const struct order_watch_options *options);

/* How many watch now: for /metrics. */
const _Atomic int64_t *order_watch_count(const struct order_watch *watch);

/* Watches the order for the call's user until the call's arena is released. STATUS_UNAVAILABLE when too many
   are watching, all together or for this user. */
enum status order_watch_begin(struct order_watch *watch, struct call *call, int64_t order_id,
                              struct order_watcher **out);

enum order_news {
    ORDER_NEWS_NONE,    /* the time has passed */
    ORDER_NEWS_DECIDED, /* the order is not pending any more */
    ORDER_NEWS_CLOSING, /* the process is about to end: ask another one */
};

/* Waits for news, at most until then (monotonic). Only inside a task, one at a time for each watcher. */
enum order_news order_watch_wait(struct order_watcher *watcher, int64_t until_ms);

#endif
