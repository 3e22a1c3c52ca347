/* A group's hands: who is taken next, who has to wait, and how far the broker is told that all is done.
 *
 * The lanes take turns, one record each, until as many are busy as may be. A record whose key is in hand already waits
 * for that one. A record of a retry topic that is not due yet is held: those behind it are due later still, so its lane
 * is left alone until then. Deliveries end in any order; what counts as done is what lies before the first that is not.
 */
#include "stages/05-queues/worker_inside.h"

#include "common/base/clock.h"
#include "stages/03-caching/counter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    DELIVERY_ARENA_MAX = 32 << 20, /* as a request has */
    LANE_MAX = 64, /* in hand of one lane: those that are done wait here for the first */
    AGAIN_MS = 100,
};

static int64_t now_ms(const struct worker_group *group)
{
    return loop_now_ms(group->worker->options.loop);
}

/* --- the list of a lane --- */

static void append(struct worker_lane *lane, struct delivery *delivery)
{
    *(lane->first ? &lane->last->next : &lane->first) = delivery;
    lane->last = delivery;
    lane->in_hand++;
}

static void drop_first(struct worker_lane *lane)
{
    struct delivery *delivery = lane->first;
    lane->first = delivery->next;
    if (!lane->first) lane->last = NULL;
    lane->in_hand--;
    arena_release(&delivery->arena);
    free(delivery);
}

/* Only the first one's neighbours matter: a lane's list is short. */
static bool has_to_wait(const struct worker_lane *lane, const struct delivery *delivery)
{
    const char *key = delivery->envelope.event.key;
    for (const struct delivery *at = lane->first; at != delivery; at = at->next)
        if (at->state != DELIVERY_DONE && at->envelope.event.key && key &&
            strcmp(at->envelope.event.key, key) == 0)
            return true;
    return false;
}

/* --- ending --- */

static void tell_done(struct worker_lane *lane)
{
    int64_t offset = -1;
    while (lane->first && lane->first->state == DELIVERY_DONE) {
        offset = lane->first->offset + 1;
        drop_first(lane);
    }
    if (offset >= 0) broker_lane_done(lane->from, offset);
}

/* Once nothing of it runs any more. What has not been begun is for whoever gets the partition next. */
static void leave_when_idle(struct worker_lane *lane)
{
    if (lane->running > 0) return;
    while (lane->first) {
        if (lane->first->state == DELIVERY_WAITING) lane->group->busy--;
        drop_first(lane);
    }
    struct broker_lane *from = lane->from;
    lane->from = NULL;
    broker_lane_leave(from);
}

static void run(void *argument)
{
    struct delivery *delivery = argument;
    struct worker_lane *lane = delivery->lane;
    struct worker_group *group = lane->group;
    const bool done = worker_deliver(group, delivery);
    delivery->state = done ? DELIVERY_DONE : DELIVERY_LEFT;
    lane->running--;
    group->busy--;
    counter_add(&group->counters.running, -1);
    worker_hand_fill(group);
}

/* --- beginning --- */

static void wake_later(struct worker_group *group, int64_t at_ms)
{
    if (group->timer.slot == 0 || at_ms < group->timer.at_ms)
        loop_timer_start(group->worker->options.loop, &group->timer, at_ms);
}

static void begin(struct worker_group *group, struct delivery *delivery)
{
    struct worker_lane *lane = delivery->lane;
    if (has_to_wait(lane, delivery)) return;
    delivery->state = DELIVERY_RUNNING;
    lane->running++;
    counter_add(&group->counters.running, 1);
    if (task_start(group->worker->options.loop, run, delivery) == STATUS_OK) return;
    delivery->state = DELIVERY_WAITING; /* no task is left */
    lane->running--;
    counter_add(&group->counters.running, -1);
    wake_later(group, now_ms(group) + AGAIN_MS);
}

/* Of those in hand: who is due now, and whom nobody is before any more. */
static void begin_waiting(struct worker_group *group, struct worker_lane *lane)
{
    struct delivery *at = lane->first;
    while (at) {
        struct delivery *next = at->next;
        if (at->state == DELIVERY_HELD) {
            const int64_t wait_ms = at->envelope.due_ms - clock_wall_ms();
            if (wait_ms > 0) {
                wake_later(group, now_ms(group) + wait_ms);
                return;
            }
            if (group->busy >= group->worker->options.concurrency) return;
            group->busy++;
            at->state = DELIVERY_WAITING;
        }
        if (at->state == DELIVERY_WAITING) begin(group, at);
        at = next;
    }
}

static bool may_take(const struct worker_group *group, const struct worker_lane *lane)
{
    return lane->from && !lane->from->leaving && lane->in_hand < LANE_MAX &&
           !(lane->last && lane->last->state == DELIVERY_HELD) &&
           group->busy < group->worker->options.concurrency;
}

/* False when the lane has nothing now. */
static bool take(struct worker_group *group, struct worker_lane *lane)
{
    if (!broker_lane_has(lane->from)) return false;
    struct delivery *delivery = calloc(1, sizeof(*delivery));
    if (!delivery) return false;
    arena_init(&delivery->arena, DELIVERY_ARENA_MAX);
    delivery->lane = lane;
    if (!broker_lane_take(lane->from, &delivery->arena, &delivery->record, &delivery->offset)) {
        arena_release(&delivery->arena);
        free(delivery);
        return false;
    }
    delivery->wrong = envelope_open(&delivery->record, &delivery->envelope);
    delivery->state = DELIVERY_HELD; /* if only for a moment */
    lane->behind_last = delivery->offset + 1;
    append(lane, delivery);
    begin_waiting(group, lane);
    return true;
}

static void take_in_turn(struct worker_group *group)
{
    int idle = 0; /* lanes in a row that had nothing */
    while (idle < group->lane_count && group->busy < group->worker->options.concurrency) {
        struct worker_lane *lane = &group->lanes[group->turn];
        group->turn = (group->turn + 1) % group->lane_count;
        idle = may_take(group, lane) && take(group, lane) ? 0 : idle + 1;
    }
}

/* What has ended since the last time. */
static void clear(struct worker_group *group)
{
    for (int i = 0; i < group->lane_count; i++) {
        struct worker_lane *lane = &group->lanes[i];
        if (!lane->from) continue;
        tell_done(lane);
        if (lane->from->leaving) leave_when_idle(lane);
    }
}

static void begin_all_waiting(struct worker_group *group)
{
    for (int i = 0; i < group->lane_count; i++)
        if (group->lanes[i].from && !group->lanes[i].from->leaving)
            begin_waiting(group, &group->lanes[i]);
}

void worker_hand_fill(struct worker_group *group)
{
    struct worker *worker = group->worker;
    group->again = true;
    if (group->filling) return; /* called by what we have begun, which has ended at once */
    group->filling = true;
    while (group->again) {
        group->again = false;
        clear(group);
        if (worker->stopping) continue;
        if (!pg_pool_ready(worker->options.pool)) { /* nothing could be done: better not begun */
            wake_later(group, now_ms(group) + AGAIN_MS);
            continue;
        }
        begin_all_waiting(group);
        take_in_turn(group);
    }
    group->filling = false;
}

/* --- what the consumer calls --- */

static void opened(void *context, struct broker_lane *from)
{
    struct worker_group *group = context;
    int place = 0;
    while (place < group->lane_count && group->lanes[place].from)
        place++;
    if (place == group->lane_count) group->lane_count++;
    group->lanes[place] = (struct worker_lane){
        .group = group, .from = from, .behind_last = -1, .opened_ms = clock_wall_ms()};
    from->data = &group->lanes[place];
}

static void leaving(void *context, struct broker_lane *from)
{
    (void)context;
    leave_when_idle(from->data);
}

static void came(void *context)
{
    worker_hand_fill(context);
}

const struct broker_taker worker_hand_taker = {.opened = opened, .leaving = leaving, .came = came};

/* --- how far we are --- */

int64_t worker_hand_lag(const struct worker_group *group)
{
    int64_t lag = 0;
    for (int i = 0; i < group->lane_count; i++) {
        const struct worker_lane *lane = &group->lanes[i];
        const int64_t at = lane->first ? lane->first->offset : lane->behind_last;
        if (lane->from && at >= 0) lag += broker_lane_behind(lane->from, at);
    }
    return lag;
}

int worker_hand_lanes(const struct worker_group *group)
{
    int count = 0;
    for (int i = 0; i < group->lane_count; i++)
        count += group->lanes[i].from != NULL;
    return count;
}
