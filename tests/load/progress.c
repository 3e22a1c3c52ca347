/* Drawing costs about fifty microseconds (two quantiles are looked for), twice a second: not in anybody's way.
 */
#include "tests/load/progress.h"

#include "common/base/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { BAR_MS = 500, LIST_MS = 5000 };

const char *progress_time(int64_t us, char out[24])
{
    const double ms = (double)us / 1000;
    if (ms < 9.995)
        snprintf(out, 24, "%.2f ms", ms);
    else if (ms < 99.95)
        snprintf(out, 24, "%.1f ms", ms);
    else if (ms < 9999.5)
        snprintf(out, 24, "%.0f ms", ms);
    else
        snprintf(out, 24, "%.1f s", ms / 1000);
    return out;
}

static void draw(struct progress *progress)
{
    struct histogram *recent = &progress->tally->recent;
    const int64_t now_us = clock_monotonic_us();
    const double interval_s = (double)(now_us - progress->drawn_us + 1) / 1e6;
    const int64_t gone_s = (now_us - progress->begin_us) / 1000000;
    const int64_t left_s = (progress->end_us - now_us + 999999) / 1000000;
    char p50[24], p99[24], left[48];
    if (left_s > 0)
        snprintf(left, sizeof(left), "%" PRId64 ":%02" PRId64 " left", left_s / 60, left_s % 60);
    else
        snprintf(left, sizeof(left), "waiting for the last answers");
    fprintf(stderr,
            "%s%" PRId64 ":%02" PRId64 " gone, %s  %.0f req/s  p50 %s  p99 %s  %" PRIu64
            " errors  %" PRIu64 " visits under way%s",
            progress->is_bar ? "\r" : "load: ", gone_s / 60, gone_s % 60, left,
            (double)recent->count / interval_s, progress_time(histogram_quantile(recent, 0.5), p50),
            progress_time(histogram_quantile(recent, 0.99), p99), progress->tally->failed,
            *progress->under_way, progress->is_bar ? "\033[K" : "\n");
    histogram_clear(recent);
    progress->drawn_us = now_us;
    progress->drawn = true;
}

static int64_t interval_ms(const struct progress *progress)
{
    return progress->is_bar ? BAR_MS : LIST_MS;
}

static void run(void *context)
{
    struct progress *progress = context;
    draw(progress);
    loop_timer_start(progress->loop, &progress->timer,
                     clock_monotonic_ms() + interval_ms(progress));
}

void progress_init(struct progress *progress, struct loop *loop, struct tally *tally,
                   const uint64_t *under_way, bool quiet)
{
    const bool is_terminal = isatty(STDERR_FILENO);
    *progress = (struct progress){.loop = loop,
                                  .tally = tally,
                                  .under_way = under_way,
                                  .timer = {.run = run},
                                  .is_bar = is_terminal && !quiet,
                                  .is_list = !is_terminal && !quiet};
    progress->timer.context = progress;
}

void progress_say(struct progress *progress, const char *format, ...)
{
    if (!progress->is_bar) return;
    va_list arguments;
    va_start(arguments, format);
    fputs("\r", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\033[K", stderr);
    va_end(arguments);
    progress->drawn = true;
}

void progress_begin(struct progress *progress, int64_t begin_us, int64_t end_us)
{
    progress->begin_us = progress->drawn_us = begin_us;
    progress->end_us = end_us;
    if (progress->is_bar || progress->is_list)
        loop_timer_start(progress->loop, &progress->timer, begin_us / 1000 + interval_ms(progress));
}

void progress_end(struct progress *progress)
{
    loop_timer_stop(progress->loop, &progress->timer);
    if (progress->drawn && progress->is_bar) fputs("\r\033[K", stderr);
    progress->drawn = false;
}
