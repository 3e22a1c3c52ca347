/* Seed: fills an empty database with a shop's year, so that there is something to look at, to
 * search and to measure. What is made is decided by seed, size and day alone; what is there already
 * is left alone.
 */
#include "common/base/bytes.h"
#include "infra/seed/accounts.h"
#include "infra/seed/files.h"
#include "infra/seed/load.h"
#include "infra/seed/options.h"
#include "infra/seed/progress.h"
#include "infra/seed/provider.h"
#include "infra/seed/record.h"

#include <inttypes.h>
#include <stdio.h>

enum { CONNECT_MS = 20000, SMALL_THINGS_BYTES = 2 << 20, EXIT_NOT_EMPTY = 3 };

static int fail(const char *error)
{
    fprintf(stderr, "seed: %s\n", error);
    return 1;
}

static int dry_run(const struct options *options, struct arena *arena)
{
    struct accounts accounts;
    struct plan plan;
    struct table tables[TABLE_COUNT];
    char error[COPY_ERROR];
    accounts_usual(&accounts);
    plan_make(&plan, arena, options->size, options->seed, options->today, accounts.list,
              accounts.count);
    tables_init(tables);
    if (load_run(&plan, NULL, true, tables, error) != STATUS_OK) return fail(error);
    for (int id = 0; id < TABLE_COUNT; id++)
        printf("%-20s %10" PRId64 " %016" PRIx64 "\n", tables[id].name, tables[id].rows,
               tables[id].checksum);
    return 0;
}

static enum status load(struct pg_copy *control, const struct options *options, const char *url,
                        struct arena *arena, struct pictures *pictures, struct provider *provider,
                        char error[COPY_ERROR])
{
    struct accounts accounts;
    struct plan plan;
    struct table tables[TABLE_COUNT];
    char why[PICTURE_WHY_MAX] = "";
    enum status status = accounts_read(&accounts, arena, options->accounts_file,
                                       options->shopper_password_file, error);
    if (status != STATUS_OK) return status;
    plan_make(&plan, arena, options->size, options->seed, options->today, accounts.list,
              accounts.count);
    plan.shopper_password_hash = accounts.shopper_password_hash;
    plan.pictures = pictures;
    plan.provider = options->ledger_file ? provider : NULL;
    tables_init(tables);
    if (plan.provider) status = provider_open(provider, options->ledger_file, error);
    if (status == STATUS_OK) status = record_begin(control, &plan, error);
    if (status == STATUS_OK) status = pictures_draw(pictures, why);
    if (why[0]) snprintf(error, COPY_ERROR, "cannot make the pictures: %s", why);
    if (status == STATUS_OK) status = load_run(&plan, url, false, tables, error);
    if (status == STATUS_OK && plan.provider) status = provider_finish(provider, error);
    if (status == STATUS_OK) status = record_finish(control, error);
    char users[32], bookings[32];
    if (status == STATUS_OK)
        printf("%s: %s users, %s bookings\n", options->size->name,
               progress_count(tables[TABLE_ACCOUNTS].rows, users),
               progress_count(tables[TABLE_BOOKINGS].rows, bookings));
    return status;
}

static int seed(const struct options *options, struct arena *arena)
{
    char url[FILES_TEXT_MAX], error[COPY_ERROR] = "";
    struct pg_copy *control = NULL;
    struct pictures pictures = {0};
    struct provider provider = {0};
    enum record_state state = RECORD_EMPTY;
    const char *sentence = "";
    enum status status = files_read_line(options->url_file, url, error, sizeof(error));
    if (status == STATUS_OK) status = pg_copy_open(arena, url, CONNECT_MS, &control, error);
    if (status == STATUS_OK) status = record_read(control, arena, &state, &sentence, error);
    if (status == STATUS_OK && state == RECORD_EMPTY)
        status = load(control, options, url, arena, &pictures, &provider, error);
    else if (status == STATUS_OK && state != RECORD_HALF)
        printf("%s\n", sentence);
    pictures_release(&pictures);
    provider_close(&provider);
    pg_copy_close(control);
    if (status != STATUS_OK) return fail(error);
    if (state == RECORD_HALF) return fail(sentence);
    return state == RECORD_EMPTY ? 0 : EXIT_NOT_EMPTY;
}

int main(int count, char **arguments)
{
    struct options options;
    struct arena arena;
    int exit_code = 0;
    if (!options_read(&options, count, arguments, &exit_code)) return exit_code;
    bytes_open();
    arena_init(&arena, plan_bytes(options.size) + SMALL_THINGS_BYTES);
    exit_code = options.dry_run ? dry_run(&options, &arena) : seed(&options, &arena);
    arena_release(&arena);
    return exit_code;
}
