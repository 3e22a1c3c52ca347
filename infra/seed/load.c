/* Four phases. In each, some sources are drained side by side, every one into tables of its own
 * connections; whichever is furthest behind makes the next step, so they end together and no server
 * process waits for another's rows. A connection whose tables are full builds its indexes while the
 * others go on.
 */
#include "infra/seed/load.h"

#include "infra/seed/lane.h"
#include "infra/seed/progress.h"
#include "infra/seed/sources.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIDE_BY_SIDE_MAX = 3, PHASE_TABLES_MAX = 4, STEPS_BETWEEN_LOOKS = 256 };

struct phase {
    const char *what;
    struct source *sources[SIDE_BY_SIDE_MAX];
    enum table_id tables[PHASE_TABLES_MAX];
    int source_count, table_count;
    bool completes[LANE_COUNT]; /* these lanes have all their rows afterwards */
};

struct load {
    const struct plan *plan;
    const char *url;
    bool quiet;
    struct table *tables;
    struct lane lanes[LANE_COUNT];
    struct arena arena; /* of the connections */
    struct progress progress;
    struct checkouts orders, orders_again;
    char *error;
};

/* --- one phase --- */

static void begin_tables(struct load *load, const struct phase *phase)
{
    for (int i = 0; i < phase->table_count && load->url; i++) {
        struct table *table = &load->tables[phase->tables[i]];
        char target[400];
        snprintf(target, sizeof(target), "%s (%s)", table->name, table->columns);
        table->copy = load->lanes[lane_of(phase->tables[i])].copy;
        pg_copy_begin(table->copy, target, "(FREEZE)");
    }
}

/* Ends all of them, also when one has failed; the first failure is the one to tell. */
static enum status finish_tables(struct load *load, const struct phase *phase)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < phase->table_count; i++) {
        struct table *table = &load->tables[phase->tables[i]];
        char reason[COPY_ERROR];
        if (table->copy) {
            const enum status one = pg_copy_finish(table->copy, reason);
            if (one != STATUS_OK && status == STATUS_OK) {
                snprintf(load->error, COPY_ERROR, "%s: %.400s", table->name, reason);
                status = one;
            }
        }
        table->copy = NULL;
        if (status == STATUS_OK) progress_table(&load->progress, table);
    }
    return status;
}

static bool has_failed(const struct load *load, const struct phase *phase)
{
    for (int i = 0; i < phase->table_count; i++) {
        const struct pg_copy *copy = load->tables[phase->tables[i]].copy;
        if (copy && pg_copy_failed(copy)) return true;
    }
    return false;
}

/* The one that has done the smallest part of its work; NULL when all have ended. */
static struct source *furthest_behind(const struct phase *phase)
{
    struct source *found = NULL;
    for (int i = 0; i < phase->source_count; i++) {
        struct source *source = phase->sources[i];
        if (source->done == source->total) continue;
        if (!found || source->done * found->total < found->done * source->total) found = source;
    }
    return found;
}

static void drain(struct load *load, const struct phase *phase)
{
    struct source *source;
    while ((source = furthest_behind(phase)) && !has_failed(load, phase)) {
        const int64_t before = source->done;
        for (int i = 0; i < STEPS_BETWEEN_LOOKS && source->done < source->total; i++)
            source->step(source, load->tables);
        load->progress.done += source->done - before;
        progress_show(&load->progress, load->tables, phase->what);
    }
}

static enum status run_phase(struct load *load, const struct phase *phase)
{
    begin_tables(load, phase);
    drain(load, phase);
    enum status status = finish_tables(load, phase);
    for (int lane = 0; lane < LANE_COUNT && status == STATUS_OK && load->url; lane++)
        if (phase->completes[lane]) lane_restore(&load->lanes[lane]);
    return status;
}

/* --- all of them --- */

enum { PHASES = 4 };

struct sources {
    struct categories_source categories;
    struct pictures_source pictures, files;
    struct products_source products;
    struct accounts_source accounts;
    struct orders_source orders, lines;
    struct days_source days;
};

static void init_sources(struct sources *out, struct load *load)
{
    categories_source_init(&out->categories);
    pictures_source_init(&out->pictures, load->plan);
    files_source_init(&out->files, load->plan);
    products_source_init(&out->products, load->plan);
    accounts_source_init(&out->accounts, load->plan);
    orders_source_init(&out->orders, &load->orders);
    lines_source_init(&out->lines, &load->orders_again);
    days_source_init(&out->days, &load->orders);
}

static void init_phases(struct phase phases[PHASES], struct sources *sources)
{
    phases[0] = (struct phase){.what = "categories, pictures",
                               .sources = {&sources->categories.base, &sources->pictures.base},
                               .source_count = 2,
                               .tables = {TABLE_CATEGORIES, TABLE_PICTURES},
                               .table_count = 2};
    phases[1] = (struct phase){
        .what = "accounts, products",
        .sources = {&sources->accounts.base, &sources->products.base, &sources->files.base},
        .source_count = 3,
        .tables = {TABLE_ACCOUNTS, TABLE_PRODUCTS, TABLE_CAPACITIES, TABLE_FILES},
        .table_count = 4,
        .completes = {[LANE_USERS] = true, [LANE_CATALOG] = true, [LANE_MEDIA] = true}};
    phases[2] = (struct phase){.what = "orders, bookings, charges",
                               .sources = {&sources->orders.base},
                               .source_count = 1,
                               .tables = {TABLE_ORDERS, TABLE_BOOKINGS, TABLE_CHARGES},
                               .table_count = 3};
    phases[3] = (struct phase){.what = "lines, refunds, sales, days",
                               .sources = {&sources->lines.base, &sources->days.base},
                               .source_count = 2,
                               .tables = {TABLE_LINES, TABLE_REFUNDS, TABLE_SALES, TABLE_DAYS},
                               .table_count = 4,
                               .completes = {[LANE_BOOKINGS] = true,
                                             [LANE_ORDERS] = true,
                                             [LANE_PAYMENTS] = true,
                                             [LANE_REPORTS] = true}};
}

static enum status run_phases(struct load *load)
{
    struct sources sources;
    struct phase phases[PHASES];
    init_sources(&sources, load);
    init_phases(phases, &sources);
    int64_t steps = 0;
    for (int i = 0; i < PHASES; i++)
        for (int j = 0; j < phases[i].source_count; j++)
            steps += phases[i].sources[j]->total;
    progress_init(&load->progress, steps, load->url != NULL, load->quiet);
    enum status status = STATUS_OK;
    for (int i = 0; i < PHASES && status == STATUS_OK; i++)
        status = run_phase(load, &phases[i]);
    return status;
}

static enum status open_lanes(struct load *load)
{
    enum status status = STATUS_OK;
    lanes_init(load->lanes);
    for (int lane = 0; lane < LANE_COUNT && status == STATUS_OK && load->url; lane++)
        status = lane_open(&load->lanes[lane], &load->arena, load->url, load->error);
    return status;
}

/* Everything is in place everywhere before the first commit. */
static enum status commit_lanes(struct load *load)
{
    enum status status = STATUS_OK;
    for (int lane = 0; lane < LANE_COUNT && status == STATUS_OK; lane++) {
        progress_show(&load->progress, load->tables, "indexes, statistics");
        status = lane_await(&load->lanes[lane], load->error);
        progress_lane(&load->progress, LANE_COUNT);
    }
    for (int lane = 0; lane < LANE_COUNT && status == STATUS_OK; lane++)
        status = lane_commit(&load->lanes[lane], load->error);
    return status;
}

enum status load_run(const struct plan *plan, const char *url, bool quiet,
                     struct table tables[TABLE_COUNT], char error[COPY_ERROR])
{
    struct load *load = calloc(1, sizeof(*load));
    if (!load) return STATUS_UNAVAILABLE;
    *load =
        (struct load){.plan = plan, .url = url, .quiet = quiet, .tables = tables, .error = error};
    arena_init(&load->arena, (LANE_COUNT + 1) * (COPY_BLOCK_BYTES + 4096));
    enum status status = checkouts_init(&load->orders, plan);
    if (status == STATUS_OK) status = checkouts_init(&load->orders_again, plan);
    if (status != STATUS_OK) snprintf(error, COPY_ERROR, "there is not enough memory");
    if (status == STATUS_OK) status = open_lanes(load);
    if (status == STATUS_OK) status = run_phases(load);
    if (status == STATUS_OK && url) status = commit_lanes(load);
    progress_end(&load->progress);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        lane_close(&load->lanes[lane]);
    checkouts_release(&load->orders);
    checkouts_release(&load->orders_again);
    arena_release(&load->arena);
    free(load);
    return status;
}
