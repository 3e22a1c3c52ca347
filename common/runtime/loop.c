/* The loop itself: descriptors, hooks, and the order of a turn.
 *
 * epoll hands out up to EVENTS_MAX events at once, each with a pointer to its watch. While one is being
 * dispatched a callback may remove, and free, the watch of a later one; so loop_unwatch() looks through
 * the rest of the batch and blanks such events.
 */
#include "common/runtime/loop.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/runtime/inside.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    EVENTS_MAX = 256,
    RESUMES_PER_TURN_MAX = 4096, /* tasks that keep waking each other must not starve the sockets */
    WAIT_MAX_MS = 3600 * 1000,
};

struct loop {
    int epoll;
    struct inbox inbox;
    struct loop_watch inbox_watch;
    _Atomic bool stop;

    int64_t woke_us; /* when the last wait ended */
    int64_t now_ms;
    int64_t lag_us;
    bool running;
    pthread_t thread; /* valid while running */

    struct loop_hook *hooks;
    struct loop_hook *hook_next; /* while hooks run: the one after the current */
    struct timers timers;
    struct tasks *tasks;

    int event_next, event_count; /* the batch being dispatched */
    struct epoll_event events[EVENTS_MAX];
};

_Noreturn static void loop_die(const char *what)
{
    fprintf(stderr, "loop: %s: %s\n", what, strerror(errno));
    abort();
}

static void note_time(struct loop *loop)
{
    loop->woke_us = clock_monotonic_us();
    loop->now_ms = loop->woke_us / 1000;
}

static void run_posts(void *context, unsigned ready)
{
    struct loop *loop = context;
    (void)ready;
    inbox_run(&loop->inbox);
}

enum status loop_open(struct loop **out)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    if (!loop) return STATUS_UNAVAILABLE;
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->tasks = tasks_new(loop);
    if (!inbox_open(&loop->inbox) || loop->epoll < 0 || !loop->tasks) {
        loop_close(loop);
        return STATUS_UNAVAILABLE;
    }
    note_time(loop);
    loop->inbox_watch.fd = loop->inbox.fd;
    loop->inbox_watch.run = run_posts;
    loop->inbox_watch.context = loop;
    loop_watch(loop, &loop->inbox_watch, LOOP_READ);
    *out = loop;
    return STATUS_OK;
}

void loop_close(struct loop *loop)
{
    assert(!loop->running);
    if (loop->tasks) tasks_free(loop->tasks);
    timers_release(&loop->timers);
    inbox_close(&loop->inbox);
    if (loop->epoll >= 0) close(loop->epoll);
    free(loop);
}

bool loop_is_mine(const struct loop *loop)
{
    return !loop->running || pthread_equal(loop->thread, pthread_self());
}

struct tasks *loop_tasks(struct loop *loop)
{
    return loop->tasks;
}

int64_t loop_now_ms(const struct loop *loop)
{
    return loop->now_ms;
}

int64_t loop_take_lag_us(struct loop *loop)
{
    const int64_t lag_us = loop->lag_us;
    loop->lag_us = 0;
    return lag_us;
}

/* --- descriptors --- */

static uint32_t to_epoll(unsigned interest)
{
    return (interest & LOOP_READ ? EPOLLIN : 0) | (interest & LOOP_WRITE ? EPOLLOUT : 0);
}

static unsigned from_epoll(uint32_t events)
{
    if (events & (EPOLLERR | EPOLLHUP)) return LOOP_READ | LOOP_WRITE;
    return (events & EPOLLIN ? LOOP_READ : 0) | (events & EPOLLOUT ? LOOP_WRITE : 0);
}

void loop_watch(struct loop *loop, struct loop_watch *watch, unsigned interest)
{
    assert(loop_is_mine(loop) && watch->fd >= 0 && watch->run);
    if (watch->interest == interest) return;
    if (interest == 0) {
        loop_unwatch(loop, watch);
        return;
    }
    struct epoll_event event = {.events = to_epoll(interest), .data.ptr = watch};
    int result =
        epoll_ctl(loop->epoll, watch->interest ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, watch->fd, &event);
    /* A library that owns the descriptor may have closed it and opened another with the same number;
       closing took the old one out of epoll. */
    if (result != 0 && watch->interest != 0 && errno == ENOENT)
        result = epoll_ctl(loop->epoll, EPOLL_CTL_ADD, watch->fd, &event);
    if (result != 0) loop_die("cannot watch a descriptor");
    watch->interest = interest;
}

void loop_unwatch(struct loop *loop, struct loop_watch *watch)
{
    assert(loop_is_mine(loop));
    if (watch->interest == 0) return;
    watch->interest = 0;
    struct epoll_event unused = {0};
    if (epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, &unused) != 0 && errno != EBADF &&
        errno != ENOENT) /* closed already: closing has removed it */
        loop_die("cannot unwatch a descriptor");
    for (int i = loop->event_next; i < loop->event_count; i++)
        if (loop->events[i].data.ptr == watch) loop->events[i].data.ptr = NULL;
}

static void dispatch(struct loop *loop)
{
    while (loop->event_next < loop->event_count) {
        const struct epoll_event *event = &loop->events[loop->event_next++];
        struct loop_watch *watch = event->data.ptr;
        if (!watch) continue;
        const unsigned ready = from_epoll(event->events);
        const bool broken = event->events & (EPOLLERR | EPOLLHUP);
        if (broken || (ready & watch->interest)) watch->run(watch->context, ready);
    }
    loop->event_next = loop->event_count = 0;
    timers_run(&loop->timers, loop->now_ms);
}

/* --- timers --- */

void loop_timer_start(struct loop *loop, struct loop_timer *timer, int64_t at_ms)
{
    assert(loop_is_mine(loop) && timer->run);
    timers_start(&loop->timers, timer, at_ms);
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
    assert(loop_is_mine(loop));
    timers_stop(&loop->timers, timer);
}

/* --- hooks --- */

void loop_add_hook(struct loop *loop, struct loop_hook *hook)
{
    assert(loop_is_mine(loop) && hook->run);
    struct loop_hook **end = &loop->hooks;
    while (*end)
        end = &(*end)->next;
    hook->next = NULL;
    *end = hook;
}

void loop_remove_hook(struct loop *loop, struct loop_hook *hook)
{
    assert(loop_is_mine(loop));
    struct loop_hook **place = &loop->hooks;
    while (*place && *place != hook)
        place = &(*place)->next;
    if (!*place) return;
    *place = hook->next;
    if (loop->hook_next == hook) loop->hook_next = hook->next;
}

static void run_hooks(struct loop *loop)
{
    for (struct loop_hook *hook = loop->hooks; hook; hook = loop->hook_next) {
        loop->hook_next = hook->next;
        hook->run(hook->context);
    }
}

/* --- from other threads --- */

void loop_post(struct loop *loop, struct loop_post *post)
{
    inbox_put(&loop->inbox, post);
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stop, true);
    inbox_wake(&loop->inbox);
}

/* --- the turn --- */

/* Tasks, then hooks, again while a hook has made tasks ready. True when some had to be put off. */
static bool run_tasks(struct loop *loop)
{
    int left = RESUMES_PER_TURN_MAX;
    do {
        left = tasks_run(loop->tasks, left);
        run_hooks(loop);
    } while (left > 0 && tasks_are_ready(loop->tasks));
    return tasks_are_ready(loop->tasks);
}

static void wait_for_events(struct loop *loop, bool busy)
{
    const int64_t now_us = clock_monotonic_us();
    if (now_us - loop->woke_us > loop->lag_us) loop->lag_us = now_us - loop->woke_us;
    const int64_t next_ms = timers_next_ms(&loop->timers);
    int timeout_ms = -1;
    if (busy || next_ms <= now_us / 1000)
        timeout_ms = 0;
    else if (next_ms != INT64_MAX)
        timeout_ms =
            (int)(next_ms - now_us / 1000 < WAIT_MAX_MS ? next_ms - now_us / 1000 : WAIT_MAX_MS);
    const int count = epoll_wait(loop->epoll, loop->events, EVENTS_MAX, timeout_ms);
    if (count < 0 && errno != EINTR) loop_die("epoll_wait");
    loop->event_count = count > 0 ? count : 0;
    note_time(loop);
}

void loop_run(struct loop *loop)
{
    assert(!loop->running);
    loop->thread = pthread_self();
    loop->running = true;
    note_time(loop);
    for (;;) {
        const bool busy = run_tasks(loop);
        log_flush();
        if (atomic_load(&loop->stop)) break;
        wait_for_events(loop, busy);
        dispatch(loop);
    }
    atomic_store(&loop->stop, false);
    loop->running = false;
}
