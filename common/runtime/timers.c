/* Timers live in a binary heap: the first due is at the root, starting and stopping cost log2(n) swaps,
 * and nothing is allocated per timer. Each timer knows its place, so that one in the middle can be
 * stopped: nearly all are, because a deadline is started for every wait and seldom met.
 */
#include "common/runtime/inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { TIMERS_FIRST = 64, TIMERS_MAX = 1 << 20 };

void timers_release(struct timers *timers)
{
    free(timers->heap);
    *timers = (struct timers){0};
}

static void put(struct timers *timers, uint32_t at, struct timer_place place)
{
    timers->heap[at] = place;
    place.timer->slot = at + 1;
}

static void sift_up(struct timers *timers, uint32_t at, struct timer_place place)
{
    while (at > 0) {
        const uint32_t parent = (at - 1) / 2;
        if (timers->heap[parent].at_ms <= place.at_ms) break;
        put(timers, at, timers->heap[parent]);
        at = parent;
    }
    put(timers, at, place);
}

static void sift_down(struct timers *timers, uint32_t at, struct timer_place place)
{
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= timers->count) break;
        if (child + 1 < timers->count && timers->heap[child + 1].at_ms < timers->heap[child].at_ms)
            child++;
        if (place.at_ms <= timers->heap[child].at_ms) break;
        put(timers, at, timers->heap[child]);
        at = child;
    }
    put(timers, at, place);
}

/* Settles a place whose time has changed, or one that was moved there from elsewhere. */
static void settle(struct timers *timers, uint32_t at, struct timer_place place)
{
    if (at > 0 && place.at_ms < timers->heap[(at - 1) / 2].at_ms)
        sift_up(timers, at, place);
    else
        sift_down(timers, at, place);
}

static void grow(struct timers *timers)
{
    const uint32_t capacity = timers->capacity ? 2 * timers->capacity : TIMERS_FIRST;
    struct timer_place *heap = NULL;
    if (capacity <= TIMERS_MAX) heap = realloc(timers->heap, capacity * sizeof(*heap));
    if (!heap) {
        fprintf(stderr, "timers: no room for more than %u\n", timers->capacity);
        abort();
    }
    timers->heap = heap;
    timers->capacity = capacity;
}

void timers_start(struct timers *timers, struct loop_timer *timer, int64_t at_ms)
{
    const struct timer_place place = {.at_ms = at_ms, .timer = timer};
    timer->at_ms = at_ms;
    if (timer->slot != 0) {
        settle(timers, timer->slot - 1, place);
        return;
    }
    if (timers->count == timers->capacity) grow(timers);
    sift_up(timers, timers->count++, place);
}

void timers_stop(struct timers *timers, struct loop_timer *timer)
{
    if (timer->slot == 0) return;
    const uint32_t at = timer->slot - 1;
    assert(at < timers->count && timers->heap[at].timer == timer);
    timer->slot = 0;
    const struct timer_place last = timers->heap[--timers->count];
    if (at < timers->count) settle(timers, at, last);
}

int64_t timers_next_ms(const struct timers *timers)
{
    return timers->count > 0 ? timers->heap[0].at_ms : INT64_MAX;
}

void timers_run(struct timers *timers, int64_t now_ms)
{
    for (uint32_t most = timers->count; most > 0; most--) {
        if (timers_next_ms(timers) > now_ms) break;
        struct loop_timer *timer = timers->heap[0].timer;
        timers_stop(timers, timer);
        timer->run(timer->context); /* may free the timer */
    }
}
