/* The bar goes to standard error, lines to standard output: a log gets no control characters.
 */
#include "infra/seed/progress.h"

#include "common/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Building indexes takes about half as long as loading the rows. */
enum { BAR_WIDTH = 24, DRAW_EVERY_US = 100000, INDEX_PERCENT = 50 };

void progress_init(struct progress *progress, int64_t steps, bool with_indexes, bool quiet)
{
    const bool is_bar = isatty(STDERR_FILENO);
    *progress = (struct progress){.is_bar = is_bar,
                                  .is_list = !is_bar && !quiet,
                                  .began_us = clock_monotonic_us(),
                                  .steps = steps,
                                  .total = steps};
    if (with_indexes) progress->total += steps * INDEX_PERCENT / 100;
}

double progress_seconds(const struct progress *progress)
{
    return (double)(clock_monotonic_us() - progress->began_us) / 1e6;
}

const char *progress_count(int64_t count, char out[32])
{
    char digits[24];
    const int length = snprintf(digits, sizeof(digits), "%" PRId64, count);
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

static int64_t rows_of(const struct table tables[TABLE_COUNT])
{
    int64_t rows = 0;
    for (int id = 0; id < TABLE_COUNT; id++)
        rows += tables[id].rows;
    return rows;
}

void progress_show(struct progress *progress, const struct table tables[TABLE_COUNT],
                   const char *what)
{
    const int64_t now_us = clock_monotonic_us();
    if (!progress->is_bar || now_us - progress->drawn_us < DRAW_EVERY_US) return;
    progress->drawn_us = now_us;
    progress->drawn = true;
    const int64_t total = progress->total > 0 ? progress->total : 1;
    const int64_t done = progress->done < total ? progress->done : total;
    const int64_t elapsed_us = now_us - progress->began_us + 1;
    const int64_t left_s = done > 0 ? elapsed_us * (total - done) / done / 1000000 : 0;
    char bar[BAR_WIDTH + 1], rate[32];
    memset(bar, '.', BAR_WIDTH);
    memset(bar, '#', (size_t)(done * BAR_WIDTH / total));
    bar[BAR_WIDTH] = '\0';
    progress_count(rows_of(tables) * 1000 / (elapsed_us / 1000 + 1), rate);
    fprintf(stderr, "\r[%s] %3d %%  %s rows/s  %d:%02d left  %s\033[K", bar,
            (int)(done * 100 / total), rate, (int)(left_s / 60), (int)(left_s % 60), what);
}

void progress_table(struct progress *progress, const struct table *table)
{
    char rows[32];
    if (!progress->is_list) return;
    printf("%-20s %12s rows  %7.1f s\n", table->name, progress_count(table->rows, rows),
           progress_seconds(progress));
    fflush(stdout);
}

void progress_lane(struct progress *progress, int count)
{
    progress->done += (progress->total - progress->steps) / count;
    progress->drawn_us = 0; /* the next bar at once */
}

void progress_end(struct progress *progress)
{
    if (progress->drawn) fprintf(stderr, "\r\033[K");
    progress->drawn = false;
}
