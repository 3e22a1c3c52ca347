/* A list of watchers, and one task that asks for them. It starts with the first watcher and ends with the last, so that
 * a shop in which nobody waits asks nothing. A question that fails is asked again at the next turn; meanwhile whoever
 * waits goes on waiting: not to know is no news.
 */
#include "stages/05-queues/order_watch.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/runtime/task.h"

#include "statements.h"

#include <assert.h>

enum { ASK_TIMEOUT_MS = 2000, ASK_ARENA_MAX = 4 << 20 };

struct order_watcher {
    struct order_watch *watch;
    int64_t order_id, user_id;
    bool decided;
    struct task *task; /* that waits, or NULL */
    struct order_watcher *next, *previous;
};

struct order_watch {
    struct order_watch_options options;
    struct order_watcher *first;
    _Atomic int64_t count;
    bool asking;  /* the task is there */
    bool failing; /* the last question had no answer */
};

/* --- the list --- */

static void wake(struct order_watcher *watcher)
{
    if (watcher->task) task_wake(watcher->task);
}

static void take_out(void *object)
{
    struct order_watcher *watcher = object;
    struct order_watch *watch = watcher->watch;
    *(watcher->previous ? &watcher->previous->next : &watch->first) = watcher->next;
    if (watcher->next) watcher->next->previous = watcher->previous;
    atomic_fetch_sub_explicit(&watch->count, 1, memory_order_relaxed);
}

static void put_in(struct order_watch *watch, struct order_watcher *watcher)
{
    watcher->next = watch->first;
    if (watch->first) watch->first->previous = watcher;
    watch->first = watcher;
    atomic_fetch_add_explicit(&watch->count, 1, memory_order_relaxed);
}

static int count_of_user(const struct order_watch *watch, int64_t user_id)
{
    int count = 0;
    for (const struct order_watcher *at = watch->first; at; at = at->next)
        if (at->user_id == user_id) count++;
    return count;
}

/* --- asking --- */

static bool is_draining(const struct order_watch *watch)
{
    return atomic_load_explicit(watch->options.draining, memory_order_relaxed);
}

static int undecided(const struct order_watch *watch, int64_t *ids)
{
    int count = 0;
    for (const struct order_watcher *at = watch->first; at && count < ORDER_WATCHERS_MAX;
         at = at->next)
        if (!at->decided) ids[count++] = at->order_id;
    return count;
}

static void decide(struct order_watch *watch, int64_t order_id)
{
    for (struct order_watcher *at = watch->first; at; at = at->next) {
        if (at->order_id != order_id || at->decided) continue;
        at->decided = true;
        wake(at);
    }
}

static void note(struct order_watch *watch, struct call *call, enum status status)
{
    if (status != STATUS_OK && !watch->failing)
        log_warn("orders_not_watched", call, LOG_TEXT("status", status_name(status)),
                 LOG_TEXT("detail", call->failure.message));
    watch->failing = status != STATUS_OK;
}

static void ask(struct order_watch *watch)
{
    struct arena arena;
    struct call call;
    struct pg_rows rows;
    arena_init(&arena, ASK_ARENA_MAX);
    call_init(&call, &arena, ASK_TIMEOUT_MS);
    int64_t *ids = arena_array(&arena, int64_t, ORDER_WATCHERS_MAX);
    const int count = undecided(watch, ids);
    if (count > 0) {
        const enum status status =
            pg_read(watch->options.write, &call, &orders_decided_sql,
                    PG_ARGS(PG_TEXT(pg_int64_array(&call, ids, count))), &rows);
        note(watch, &call, status);
        for (int i = 0; status == STATUS_OK && i < rows.count; i++)
            decide(watch, pg_int64(&rows, i, 0));
    }
    arena_release(&arena);
}

static void ask_for_all(void *argument)
{
    struct order_watch *watch = argument;
    while (watch->first && !is_draining(watch)) {
        task_sleep(watch->options.loop, watch->options.every_ms);
        if (watch->first) ask(watch);
    }
    watch->asking = false;
    for (struct order_watcher *at = watch->first; at; at = at->next)
        wake(at); /* draining */
}

/* --- the interface --- */

struct order_watch *order_watch_new(struct arena *arena, const struct order_watch_options *options)
{
    assert(options->watchers_max <= ORDER_WATCHERS_MAX);
    struct order_watch *watch = arena_new(arena, struct order_watch);
    watch->options = *options;
    return watch;
}

const _Atomic int64_t *order_watch_count(const struct order_watch *watch)
{
    return &watch->count;
}

static enum status start_asking(struct order_watch *watch, struct call *call)
{
    if (watch->asking) return STATUS_OK;
    watch->asking = true;
    enum status status = task_start(watch->options.loop, ask_for_all, watch);
    if (status == STATUS_OK) return STATUS_OK;
    watch->asking = false;
    return call_fail(call, status, "too many requests are being worked on");
}

enum status order_watch_begin(struct order_watch *watch, struct call *call, int64_t order_id,
                              struct order_watcher **out)
{
    if (atomic_load_explicit(&watch->count, memory_order_relaxed) >= watch->options.watchers_max)
        return call_fail(call, STATUS_UNAVAILABLE, "too many orders are being watched; ask again");
    if (count_of_user(watch, call->user_id) >= ORDER_WATCHERS_PER_USER)
        return call_fail(call, STATUS_UNAVAILABLE, "you are watching %d orders already; ask again",
                         ORDER_WATCHERS_PER_USER);
    struct order_watcher *watcher = arena_new(call->arena, struct order_watcher);
    *watcher =
        (struct order_watcher){.watch = watch, .order_id = order_id, .user_id = call->user_id};
    put_in(watch, watcher);
    arena_on_release(call->arena, take_out, watcher);
    *out = watcher;
    return start_asking(watch, call);
}

enum order_news order_watch_wait(struct order_watcher *watcher, int64_t until_ms)
{
    struct order_watch *watch = watcher->watch;
    while (!watcher->decided && !is_draining(watch) && clock_monotonic_ms() < until_ms) {
        watcher->task = task_current(watch->options.loop);
        (void)task_park(watch->options.loop, until_ms);
        watcher->task = NULL;
    }
    if (watcher->decided) return ORDER_NEWS_DECIDED;
    return is_draining(watch) ? ORDER_NEWS_CLOSING : ORDER_NEWS_NONE;
}
