/* A binary heap of those who sleep, each on its task's own stack. The timerfd is set anew only when the first
 * of them changes, and is never read: setting it clears what has expired.
 */
#include "tests/load/naps.h"

#include "common/base/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct nap {
    int64_t at_us;
    struct task *task;
    bool over;
};

struct naps {
    struct loop *loop;
    struct loop_watch watch;
    int64_t set_us; /* what the timer is set to */
    bool ended;
    uint32_t count;
    struct nap *heap[TASKS_MAX];
};

static void sift_up(struct naps *naps, uint32_t place)
{
    struct nap *nap = naps->heap[place];
    while (place > 0 && nap->at_us < naps->heap[(place - 1) / 2]->at_us) {
        naps->heap[place] = naps->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    naps->heap[place] = nap;
}

static void sift_down(struct naps *naps, struct nap *nap)
{
    uint32_t place = 0, child = 1;
    for (; child < naps->count; child = 2 * place + 1) {
        if (child + 1 < naps->count && naps->heap[child + 1]->at_us < naps->heap[child]->at_us)
            child++;
        if (nap->at_us <= naps->heap[child]->at_us) break;
        naps->heap[place] = naps->heap[child];
        place = child;
    }
    naps->heap[place] = nap;
}

static struct nap *take_first(struct naps *naps)
{
    struct nap *first = naps->heap[0];
    struct nap *last = naps->heap[--naps->count];
    if (naps->count > 0) sift_down(naps, last);
    return first;
}

static void wake_due(struct naps *naps, int64_t now_us)
{
    while (naps->count > 0 && naps->heap[0]->at_us <= now_us) {
        struct nap *nap = take_first(naps);
        nap->over = true;
        task_wake(nap->task);
    }
}

static void set_timer(struct naps *naps)
{
    const int64_t at_us = naps->count > 0 ? naps->heap[0]->at_us : 0;
    if (at_us == naps->set_us) return;
    const struct itimerspec when = {
        .it_value = {.tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000}};
    const int result = timerfd_settime(naps->watch.fd, TFD_TIMER_ABSTIME, &when, NULL);
    assert(result == 0);
    (void)result;
    naps->set_us = at_us;
}

static void run(void *context, unsigned ready)
{
    struct naps *naps = context;
    (void)ready;
    wake_due(naps, clock_monotonic_us());
    naps->set_us = -1; /* it has expired: set it again, even to the same time */
    set_timer(naps);
}

enum status naps_open(struct naps **out, struct loop *loop)
{
    struct naps *naps = calloc(1, sizeof(*naps));
    if (!naps) return STATUS_UNAVAILABLE;
    naps->loop = loop;
    naps->watch.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (naps->watch.fd < 0) {
        free(naps);
        return STATUS_UNAVAILABLE;
    }
    naps->watch.run = run;
    naps->watch.context = naps;
    loop_watch(loop, &naps->watch, LOOP_READ);
    *out = naps;
    return STATUS_OK;
}

void naps_close(struct naps *naps)
{
    assert(naps->count == 0);
    loop_unwatch(naps->loop, &naps->watch);
    close(naps->watch.fd);
    free(naps);
}

bool naps_until(struct naps *naps, int64_t at_us)
{
    if (naps->ended) return false;
    if (at_us <= clock_monotonic_us()) return true;
    struct nap nap = {.at_us = at_us, .task = task_current(naps->loop)};
    assert(nap.task && naps->count < TASKS_MAX);
    naps->heap[naps->count++] = &nap;
    sift_up(naps, naps->count - 1);
    set_timer(naps);
    while (!nap.over) {
        const enum status status = task_park(naps->loop, INT64_MAX);
        (void)status; /* no deadline */
    }
    return !naps->ended;
}

void naps_end(struct naps *naps)
{
    naps->ended = true;
    wake_due(naps, INT64_MAX);
    set_timer(naps);
}
