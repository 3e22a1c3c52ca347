/* The first who finds no question out asks for all who come until it is answered; they wait for the one after it, and
 * the first of them to wake asks that. Nobody hands over to anybody: whoever wakes looks for themselves.
 */
#include "stages/04-horizontal/position.h"

#include "common/base/clock.h"
#include "common/pg/follower.h"
#include "common/runtime/task.h"

struct position_waiter {
    struct task *task;
    struct position_waiter *next;
};

static void wake_all(struct position *position)
{
    for (struct position_waiter *waiter = position->waiting; waiter; waiter = waiter->next)
        task_wake(waiter->task);
}

static void take_out(struct position *position, struct position_waiter *waiter)
{
    struct position_waiter **link = &position->waiting;
    while (*link != waiter)
        link = &(*link)->next;
    *link = waiter->next;
}

static bool wait(struct position *position, int64_t until_ms)
{
    struct position_waiter waiter = {.task = task_current(position->loop),
                                     .next = position->waiting};
    position->waiting = &waiter;
    const bool woken = task_park(position->loop, until_ms) == STATUS_OK;
    take_out(position, &waiter);
    return woken;
}

static void ask(struct position *position, struct call *call)
{
    struct pg_rows rows;
    const int64_t deadline_ms = call->deadline_ms;
    const int64_t until_ms = clock_monotonic_ms() + position->timeout_ms;
    const uint64_t number = ++position->asked;
    position->out = true;
    if (until_ms < deadline_ms) call->deadline_ms = until_ms;
    const enum status status =
        pg_read_here(position->pool, call, position->statement, PG_NO_ARGS, &rows);
    call->deadline_ms = deadline_ms;
    position->known = status == STATUS_OK && rows.count == 1;
    if (position->known) position->at = pg_int64(&rows, 0, 0);
    if (status != STATUS_OK) call_forgive(call);
    position->answered = number;
    position->out = false;
    wake_all(position);
}

bool position_ask(struct position *position, struct call *call, int64_t *at)
{
    const uint64_t wanted = position->asked + 1;
    const int64_t until_ms = clock_monotonic_ms() + 2 * position->timeout_ms;
    while (position->answered < wanted) {
        if (!position->out)
            ask(position, call);
        else if (!wait(position, until_ms))
            return false;
    }
    *at = position->at;
    return position->known;
}
