/* A job lies on the stack of the task that waits for it, so nothing is allocated; the price is that a
 * job which a thread has begun must be waited for, whatever the deadline says. A job still in the queue
 * when its deadline passes is taken out by its own task; the thread that finds an overdue job first
 * (the loop may be late) gives it back unrun.
 */
#include "common/runtime/offload.h"

#include "common/base/clock.h"
#include "common/runtime/task.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { THREAD_STACK_BYTES = 1 << 20, THREADS_MAX = 64 };

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_SKIPPED, JOB_DONE };

struct job {
    void (*work)(void *argument);
    void *argument;
    int64_t deadline_ms;
    struct loop *loop;
    struct task *task;
    struct loop_post post;
    struct job *next;
    enum job_state state; /* under the lock until the post has run, then the task's */
    bool back;            /* the post has run; the loop's thread only */
};

struct offload {
    pthread_mutex_t lock; /* guards all below, and the jobs in the queue */
    pthread_cond_t changed;
    struct job *first, *last;
    int queued, queue_max;
    bool closing;
    int thread_count;
    pthread_t threads[];
};

/* --- on the threads --- */

/* The next job, now running; NULL: the end. */
static struct job *take_job(struct offload *offload)
{
    struct job *job = NULL;
    pthread_mutex_lock(&offload->lock);
    while (!offload->first && !offload->closing)
        pthread_cond_wait(&offload->changed, &offload->lock);
    if (!offload->closing) {
        job = offload->first;
        offload->first = job->next;
        offload->queued--;
        job->state = JOB_RUNNING;
    }
    pthread_mutex_unlock(&offload->lock);
    return job;
}

static void *run_jobs(void *argument)
{
    struct offload *offload = argument;
    for (struct job *job = take_job(offload); job; job = take_job(offload)) {
        enum job_state state = JOB_SKIPPED;
        if (clock_monotonic_ms() < job->deadline_ms) {
            job->work(job->argument);
            state = JOB_DONE;
        }
        pthread_mutex_lock(&offload->lock);
        job->state = state;
        pthread_mutex_unlock(&offload->lock);
        loop_post(job->loop, &job->post); /* from here on the job may be gone */
    }
    return NULL;
}

/* --- opening and closing --- */

/* Signals are for the main thread: the new ones start with all of them blocked. */
static bool start_threads(struct offload *offload, int threads)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_attr_setstacksize(&attributes, THREAD_STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    while (offload->thread_count < threads &&
           pthread_create(&offload->threads[offload->thread_count], &attributes, run_jobs,
                          offload) == 0)
        pthread_setname_np(offload->threads[offload->thread_count++], "offload");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return offload->thread_count == threads;
}

enum status offload_open(struct offload **out, int threads, int queue_max)
{
    assert(threads > 0 && threads <= THREADS_MAX && queue_max > 0);
    struct offload *offload =
        calloc(1, sizeof(*offload) + (size_t)threads * sizeof(offload->threads[0]));
    if (!offload) return STATUS_UNAVAILABLE;
    pthread_mutex_init(&offload->lock, NULL);
    pthread_cond_init(&offload->changed, NULL);
    offload->queue_max = queue_max;
    if (!start_threads(offload, threads)) {
        offload_close(offload);
        return STATUS_UNAVAILABLE;
    }
    *out = offload;
    return STATUS_OK;
}

void offload_close(struct offload *offload)
{
    pthread_mutex_lock(&offload->lock);
    offload->closing = true;
    pthread_cond_broadcast(&offload->changed);
    pthread_mutex_unlock(&offload->lock);
    for (int i = 0; i < offload->thread_count; i++)
        pthread_join(offload->threads[i], NULL);
    pthread_cond_destroy(&offload->changed);
    pthread_mutex_destroy(&offload->lock);
    free(offload);
}

/* --- on the loops --- */

static bool enqueue(struct offload *offload, struct job *job)
{
    pthread_mutex_lock(&offload->lock);
    const bool room = offload->queued < offload->queue_max && !offload->closing;
    if (room) {
        *(offload->first ? &offload->last->next : &offload->first) = job;
        offload->last = job;
        offload->queued++;
        pthread_cond_signal(&offload->changed);
    }
    pthread_mutex_unlock(&offload->lock);
    return room;
}

/* Takes the job out of the queue; false when a thread has it. */
static bool withdraw(struct offload *offload, struct job *job)
{
    pthread_mutex_lock(&offload->lock);
    const bool queued = job->state == JOB_QUEUED;
    if (queued) {
        struct job *before = NULL;
        for (struct job *each = offload->first; each != job; each = each->next)
            before = each;
        *(before ? &before->next : &offload->first) = job->next;
        if (offload->last == job) offload->last = before;
        offload->queued--;
        job->state = JOB_SKIPPED;
    }
    pthread_mutex_unlock(&offload->lock);
    return queued;
}

static void come_back(void *context)
{
    struct job *job = context;
    job->back = true;
    task_wake(job->task);
}

enum status offload_run(struct offload *offload, struct loop *loop, struct call *call,
                        void (*work)(void *argument), void *argument)
{
    struct job job = {
        .work = work,
        .argument = argument,
        .deadline_ms = call->deadline_ms,
        .loop = loop,
        .task = task_current(loop),
        .post = {.run = come_back, .context = &job},
    };
    assert(job.task);
    if (!enqueue(offload, &job))
        return call_fail(call, STATUS_UNAVAILABLE, "too much work is waiting, try again soon");
    for (int64_t until_ms = call->deadline_ms; !job.back;) {
        if (task_park(loop, until_ms) == STATUS_OK) continue;
        if (withdraw(offload, &job)) break;
        until_ms = INT64_MAX; /* it runs: from now on its end is all that counts */
    }
    if (job.state == JOB_DONE) return STATUS_OK;
    return call_fail(call, STATUS_TIMEOUT, "the time was over before the work could begin");
}
