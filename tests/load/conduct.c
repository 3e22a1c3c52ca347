/* The run from beginning to end, as one task: prepare, let visits begin, wait for the last answers.
 *
 * In an open run visits begin when the schedule says so. When the generator itself is behind (it was not
 * scheduled, or the machine is full), all that are due begin at once, and their latencies count from when they were
 * due; but every so often it lets the loop look at its sockets, or answers would wait for arrivals.
 */
#include "tests/load/run.h"

#include "common/base/clock.h"
#include "tests/load/schedule.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { BURST_MAX = 32, LEAD_US = 20000, STREAM_OF_SCHEDULE = 1 };

static void begin_open(struct run *run, int64_t begin_us)
{
    struct schedule schedule;
    schedule_init(&schedule, run->options->arrivals, run->options->rate, begin_us,
                  run->options->seed);
    for (int burst = 0; !run->ended;) {
        const int64_t due_us = schedule_next(&schedule);
        if (due_us >= run->end_us) break;
        burst = due_us > clock_monotonic_us() ? 0 : burst + 1;
        if (!naps_until(run->naps, due_us)) break;
        if (!run_begin_visit(run, due_us) && due_us >= run->tally.begin_us)
            run->tally.errors[TALLY_NOT_STARTED]++;
        if (burst < BURST_MAX) continue;
        burst = 0;
        const enum status status = task_park(run->loop, 0); /* the others once */
        (void)status;
    }
}

static void visit_again_and_again(void *argument)
{
    run_visits(argument);
}

static void begin_closed(struct run *run)
{
    for (int i = 0; i < run->options->saturate; i++) {
        run->under_way++;
        if (task_start(run->loop, visit_again_and_again, run) != STATUS_OK) run->under_way--;
    }
}

static void set_times(struct run *run, int64_t begin_us)
{
    run->tally.begin_us = begin_us + (int64_t)(run->options->warmup_s * 1e6);
    run->end_us = run->tally.begin_us + (int64_t)(run->options->seconds * 1e6);
    run->patience_end_ms = run->end_us / 1000 + RUN_PATIENCE_MS;
    progress_begin(&run->progress, begin_us, run->end_us);
}

void run_end(struct run *run)
{
    run->ended = true;
    run->interrupted = true;
    naps_end(run->naps);
}

/* Nothing begins any more; what is under way has its patience. */
static void wait_for_the_last(struct run *run)
{
    run->ended = true;
    naps_end(run->naps);
    const int64_t patience_end_ms = clock_monotonic_ms() + RUN_PATIENCE_MS;
    if (patience_end_ms < run->patience_end_ms) run->patience_end_ms = patience_end_ms;
    run->conductor = task_current(run->loop);
    while (run->under_way > 0) {
        const enum status status = task_park(run->loop, INT64_MAX); /* each has its deadline */
        (void)status;
    }
}

static void conduct(void *argument)
{
    struct run *run = argument;
    if (run_prepare(run) && !run->ended) {
        const int64_t begin_us = clock_monotonic_us() + LEAD_US;
        set_times(run, begin_us);
        if (run->options->saturate > 0)
            begin_closed(run);
        else
            begin_open(run, begin_us);
        naps_until(run->naps, run->end_us);
        wait_for_the_last(run);
        progress_end(&run->progress);
    } else if (!run->failed) {
        run->failed = true;
        snprintf(run->error, sizeof(run->error), "interrupted before the first visit");
    }
    loop_stop(run->loop);
}

bool run_all(struct run *run)
{
    if (task_start(run->loop, conduct, run) != STATUS_OK) {
        snprintf(run->error, sizeof(run->error), "no memory for the first task");
        return false;
    }
    loop_run(run->loop);
    return !run->failed;
}
