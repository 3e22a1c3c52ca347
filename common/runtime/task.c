/* Tasks on coroutines: who runs, who waits, who is next.
 *
 * A stack is not thrown away when its task ends: under every task lies work_forever(), which runs one body
 * after another, so starting a task is one switch to a stack that waits in the pool. When it parks or
 * ends, the thread goes back to whoever resumed it: the loop, or the task that started it.
 */
#include "common/runtime/task.h"

#include "common/base/clock.h"
#include "common/runtime/coroutine.h"
#include "common/runtime/inside.h"

#include <assert.h>
#include <stdlib.h>

enum { IDLE_MAX = 256 }; /* stacks kept for the next tasks */

enum task_state {
    TASK_IDLE,    /* no body: in the pool */
    TASK_RUNNING, /* also while it starts another */
    TASK_PARKED,
    TASK_READY,
};

struct task {
    struct coroutine coroutine; /* first: the task is its coroutine */
    struct tasks *tasks;
    void (*body)(void *argument);
    void *argument;
    enum task_state state;
    enum status result; /* of the park it is leaving */
    bool woken;         /* while running: the next park returns at once */
    struct loop_timer timer;
    struct task *resumer;       /* who goes on when it parks or ends: a task, or NULL, the loop */
    struct task *next;          /* in the ready list, or in the pool */
    struct task *older, *newer; /* among those alive */
};

struct tasks {
    struct loop *loop;
    struct coroutine thread; /* the loop's own stack */
    struct task *current;    /* NULL: the loop */
    struct task *ready_first, *ready_last;
    struct task *idle;
    struct task *alive; /* newest first */
    size_t alive_count, idle_count;
};

/* --- stacks --- */

/* Gives the thread back to whoever resumed the task. */
static void leave(struct task *task, bool ended)
{
    struct coroutine *resumer = task->resumer ? &task->resumer->coroutine : &task->tasks->thread;
    coroutine_switch(&task->coroutine, resumer, ended);
}

/* Lies under every body: when one ends, the stack is offered to the next. */
static void work_forever(struct coroutine *self)
{
    struct task *task = (struct task *)self;
    for (;;) {
        task->body(task->argument);
        task->state = TASK_IDLE;
        leave(task, true);
    }
}

static void make_ready(struct task *task, enum status result)
{
    struct tasks *tasks = task->tasks;
    task->state = TASK_READY;
    task->result = result;
    task->next = NULL;
    *(tasks->ready_first ? &tasks->ready_last->next : &tasks->ready_first) = task;
    tasks->ready_last = task;
}

/* The deadline of a park. */
static void expire(void *context)
{
    struct task *task = context;
    assert(task->state == TASK_PARKED); /* a wake stops the timer */
    make_ready(task, STATUS_TIMEOUT);
}

static struct task *task_new(struct tasks *tasks)
{
    struct task *task = (struct task *)coroutine_new(sizeof(*task), work_forever);
    if (!task) return NULL;
    task->tasks = tasks;
    task->timer.run = expire;
    task->timer.context = task;
    return task;
}

static struct task *take_idle(struct tasks *tasks)
{
    struct task *task = tasks->idle;
    if (!task) return task_new(tasks);
    tasks->idle = task->next;
    tasks->idle_count--;
    return task;
}

static void enlist(struct tasks *tasks, struct task *task)
{
    task->newer = NULL;
    task->older = tasks->alive;
    if (tasks->alive) tasks->alive->newer = task;
    tasks->alive = task;
    tasks->alive_count++;
}

/* After its end: off the list, and its stack into the pool when there is room. */
static void retire(struct tasks *tasks, struct task *task)
{
    *(task->newer ? &task->newer->older : &tasks->alive) = task->older;
    if (task->older) task->older->newer = task->newer;
    tasks->alive_count--;
    if (tasks->idle_count == IDLE_MAX) {
        coroutine_free(&task->coroutine);
        return;
    }
    task->next = tasks->idle;
    tasks->idle = task;
    tasks->idle_count++;
}

/* --- running --- */

static void resume(struct tasks *tasks, struct task *task)
{
    struct task *resumer = tasks->current;
    task->resumer = resumer;
    task->state = TASK_RUNNING;
    tasks->current = task;
    coroutine_switch(resumer ? &resumer->coroutine : &tasks->thread, &task->coroutine, false);
    tasks->current = resumer;
    if (task->state == TASK_IDLE) retire(tasks, task);
}

bool tasks_are_ready(const struct tasks *tasks)
{
    return tasks->ready_first != NULL;
}

int tasks_run(struct tasks *tasks, int max)
{
    assert(!tasks->current);
    while (tasks->ready_first && max > 0) {
        struct task *task = tasks->ready_first;
        tasks->ready_first = task->next;
        max--;
        resume(tasks, task);
    }
    return max;
}

struct tasks *tasks_new(struct loop *loop)
{
    struct tasks *tasks = calloc(1, sizeof(*tasks));
    if (tasks) tasks->loop = loop;
    return tasks;
}

void tasks_free(struct tasks *tasks)
{
    assert(!tasks->current);
    while (tasks->alive) {
        struct task *task = tasks->alive;
        tasks->alive = task->older;
        coroutine_free(&task->coroutine);
    }
    while (tasks->idle) {
        struct task *task = tasks->idle;
        tasks->idle = task->next;
        coroutine_free(&task->coroutine);
    }
    free(tasks);
}

/* --- what everybody calls --- */

enum status task_start(struct loop *loop, void (*body)(void *argument), void *argument)
{
    assert(loop_is_mine(loop));
    struct tasks *tasks = loop_tasks(loop);
    if (tasks->alive_count == TASKS_MAX) return STATUS_UNAVAILABLE;
    struct task *task = take_idle(tasks);
    if (!task) return STATUS_UNAVAILABLE;
    task->body = body;
    task->argument = argument;
    task->woken = false;
    enlist(tasks, task);
    resume(tasks, task);
    return STATUS_OK;
}

struct task *task_current(struct loop *loop)
{
    return loop_tasks(loop)->current;
}

size_t task_count(struct loop *loop)
{
    return loop_tasks(loop)->alive_count;
}

enum status task_park(struct loop *loop, int64_t deadline_ms)
{
    struct task *task = loop_tasks(loop)->current;
    assert(task && task->state == TASK_RUNNING && loop_is_mine(loop));
    if (task->woken) {
        task->woken = false;
        return STATUS_OK;
    }
    task->state = TASK_PARKED;
    /* A deadline that has passed is waited for too: what has arrived meanwhile gets its chance. */
    if (deadline_ms != INT64_MAX) loop_timer_start(loop, &task->timer, deadline_ms);
    leave(task, false);
    return task->result;
}

void task_wake(struct task *task)
{
    assert(loop_is_mine(task->tasks->loop) && task->state != TASK_IDLE);
    switch (task->state) {
    case TASK_PARKED:
        loop_timer_stop(task->tasks->loop, &task->timer);
        make_ready(task, STATUS_OK);
        break;
    case TASK_READY: /* its time was up, but it has not run yet: what it waited for has come */
        task->result = STATUS_OK;
        break;
    default:
        task->woken = true;
    }
}

void task_sleep(struct loop *loop, int64_t duration_ms)
{
    const int64_t until_ms = clock_monotonic_ms() + duration_ms; /* the turn may be an old one */
    while (task_park(loop, until_ms) == STATUS_OK)
        continue;
}
