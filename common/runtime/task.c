/* A task is a stack and the place where it stands. The struct lies at the top of its own stack, so that
 * a task is one mapping, and a parked one costs the pages it has touched: usually two.
 *
 * A stack is not thrown away when its task ends: under every task lies work_forever(), which runs one
 * body after another. Starting a task is therefore one switch to a stack that waits in the pool.
 * swapcontext() also saves the signal mask, a system call, about 0.25 us each way: measured, and left
 * alone, because the alternative is assembler per processor.
 */
#include "common/runtime/task.h"

#include "common/base/clock.h"
#include "common/runtime/inside.h"
#include "common/runtime/task_sanitizer.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

enum {
    GUARD_BYTES = 16 * 1024, /* more than a page: a large frame must not step over it */
    IDLE_MAX = 256,          /* stacks kept for the next tasks */
};

enum task_state {
    TASK_IDLE,    /* no body: in the pool */
    TASK_RUNNING, /* also while it starts another */
    TASK_PARKED,
    TASK_READY,
};

/* One side of a switch. */
struct side {
    ucontext_t context;
    struct fiber fiber;
};

struct task {
    struct side side;
    struct tasks *tasks;
    void *mapping;
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
    struct side thread;   /* the loop's own stack */
    struct side *left;    /* the side of the last switch away */
    struct task *current; /* NULL: the loop */
    struct task *ready_first, *ready_last;
    struct task *idle;
    struct task *alive; /* newest first */
    size_t alive_count, idle_count;
};

/* --- switching --- */

static void switch_sides(struct tasks *tasks, struct side *from, struct side *to, bool ended)
{
    tasks->left = from;
    fiber_leave(&from->fiber, &to->fiber, ended);
    if (swapcontext(&from->context, &to->context) != 0) abort();
    fiber_arrive(&from->fiber, &tasks->left->fiber);
}

/* Gives the thread back to whoever resumed the task. */
static void leave(struct task *task, bool ended)
{
    struct task *resumer = task->resumer;
    switch_sides(task->tasks, &task->side, resumer ? &resumer->side : &task->tasks->thread, ended);
}

/* The bottom of every task's stack. makecontext() passes ints, so the pointer comes in halves. */
static void work_forever(unsigned high, unsigned low)
{
    struct task *task = (struct task *)((uintptr_t)high << 32 | low);
    fiber_arrive(&task->side.fiber, &task->tasks->left->fiber);
    for (;;) {
        task->body(task->argument);
        task->state = TASK_IDLE;
        leave(task, true);
    }
}

/* --- stacks --- */

static void expire(void *context);

static bool context_init(struct task *task, void *bottom, size_t size)
{
    ucontext_t *context = &task->side.context;
    if (getcontext(context) != 0) return false;
    context->uc_stack.ss_sp = bottom;
    context->uc_stack.ss_size = size;
    const uintptr_t address = (uintptr_t)task;
    makecontext(context, (void (*)(void))work_forever, 2, (unsigned)(address >> 32),
                (unsigned)address);
    /* Only makecontext() reads this. ASan's swapcontext() would take it for a licence to forget what it
       knows of the whole stack, at every switch. */
    context->uc_stack.ss_size = 0;
    return true;
}

static struct task *task_map(struct tasks *tasks)
{
    const size_t size = GUARD_BYTES + task_stack_bytes;
    const size_t usable = (task_stack_bytes - sizeof(struct task)) & ~(size_t)63;
    char *mapping =
        mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (mapping == MAP_FAILED) return NULL;
    char *bottom = mapping + GUARD_BYTES;
    if (mprotect(bottom, task_stack_bytes, PROT_READ | PROT_WRITE) != 0) goto out;
    struct task *task = (struct task *)(bottom + usable);
    task->tasks = tasks;
    task->mapping = mapping;
    task->timer.run = expire;
    task->timer.context = task;
    if (!context_init(task, bottom, usable)) goto out;
    fiber_init(&task->side.fiber, bottom, usable);
    return task;
out:
    munmap(mapping, size);
    return NULL;
}

static void task_unmap(struct task *task)
{
    fiber_release(&task->side.fiber);
    if (munmap(task->mapping, GUARD_BYTES + task_stack_bytes) != 0) abort();
}

static struct task *take_idle(struct tasks *tasks)
{
    struct task *task = tasks->idle;
    if (!task) return task_map(tasks);
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
        task_unmap(task);
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
    if (!resumer) fiber_is_thread(&tasks->thread.fiber);
    task->resumer = resumer;
    task->state = TASK_RUNNING;
    tasks->current = task;
    switch_sides(tasks, resumer ? &resumer->side : &tasks->thread, &task->side, false);
    tasks->current = resumer;
    if (task->state == TASK_IDLE) retire(tasks, task);
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
        task_unmap(task);
    }
    while (tasks->idle) {
        struct task *task = tasks->idle;
        tasks->idle = task->next;
        task_unmap(task);
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
