/* Questions that are one value each. The schema "seed" belongs to this program alone, as a module's
 * does to the module.
 */
#include "infra/seed/record.h"

#include "infra/seed/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ANSWER_MS = 30000, QUESTION_MAX = 2000 };

static const char make_table[] =
    "CREATE SCHEMA IF NOT EXISTS seed;"
    "CREATE TABLE IF NOT EXISTS seed.loads ("
    "  one boolean PRIMARY KEY DEFAULT true CHECK (one),"
    "  size text NOT NULL, seed bigint NOT NULL, today date NOT NULL,"
    "  began_at timestamptz(3) NOT NULL DEFAULT now(), finished_at timestamptz(3))";

static const char describe[] =
    "SELECT format('the %s data set of %s is already there', size, today) FROM seed.loads";

static const char is_finished[] = "SELECT finished_at::text FROM seed.loads";

/* Comma-separated names of the tables for which "`before` name `after`" is true. */
static enum status names_where(struct pg_copy *control, struct arena *arena, const char *before,
                               const char *after, const char **out, char error[COPY_ERROR])
{
    struct table tables[TABLE_COUNT];
    tables_init(tables);
    char sql[QUESTION_MAX] = "SELECT string_agg(name, ', ') FROM (VALUES ";
    size_t used = strlen(sql);
    for (int id = 0; id < TABLE_COUNT; id++)
        used += (size_t)snprintf(sql + used, sizeof(sql) - used, "%s('%s', %s%s%s)", id ? ", " : "",
                                 tables[id].name, before, tables[id].name, after);
    snprintf(sql + used, sizeof(sql) - used, ") AS t (name, holds) WHERE holds");
    return pg_copy_ask(control, arena, sql, ANSWER_MS, out, error);
}

static enum status lock(struct pg_copy *control, struct arena *arena, char error[COPY_ERROR])
{
    const char *locked = NULL;
    const char *sql = "SELECT pg_try_advisory_lock(hashtext('stagecraft seed'))::text";
    enum status status = pg_copy_ask(control, arena, sql, ANSWER_MS, &locked, error);
    if (status != STATUS_OK) return status;
    if (locked && strcmp(locked, "true") == 0) return STATUS_OK;
    snprintf(error, COPY_ERROR, "another load into this database is running");
    return STATUS_CONFLICT;
}

static enum status check_schema(struct pg_copy *control, struct arena *arena,
                                char error[COPY_ERROR])
{
    const char *missing = NULL;
    enum status status =
        names_where(control, arena, "to_regclass('", "') IS NULL", &missing, error);
    if (status != STATUS_OK || !missing) return status;
    snprintf(error, COPY_ERROR, "there is no table %s: migrate first (shop migrate)", missing);
    return STATUS_NOT_FOUND;
}

/* What the tables themselves say. */
struct contents {
    const char *filled, *empty; /* names; NULL: none */
    const char *record, *finished;
};

static enum status look(struct pg_copy *control, struct arena *arena, struct contents *out,
                        char error[COPY_ERROR])
{
    enum status status = lock(control, arena, error);
    if (status == STATUS_OK) status = check_schema(control, arena, error);
    if (status == STATUS_OK)
        status = pg_copy_run(control, make_table, ANSWER_MS, "cannot keep a record", error);
    if (status == STATUS_OK)
        status = pg_copy_ask(control, arena, describe, ANSWER_MS, &out->record, error);
    if (status == STATUS_OK)
        status = pg_copy_ask(control, arena, is_finished, ANSWER_MS, &out->finished, error);
    if (status == STATUS_OK)
        status = names_where(control, arena, "EXISTS (SELECT 1 FROM ", ")", &out->filled, error);
    if (status == STATUS_OK)
        status = names_where(control, arena, "NOT EXISTS (SELECT 1 FROM ", ")", &out->empty, error);
    return status;
}

enum status record_read(struct pg_copy *control, struct arena *arena, enum record_state *state,
                        const char **sentence, char error[COPY_ERROR])
{
    struct contents found = {0};
    enum status status = look(control, arena, &found, error);
    if (status != STATUS_OK) return status;
    if (!found.filled) {
        *state = RECORD_EMPTY;
        *sentence = "the database is empty";
    } else if (!found.record) {
        *state = RECORD_IN_USE;
        *sentence = "the database has rows of its own, nothing loaded";
    } else if (found.finished || !found.empty) { /* only the last word was missing */
        *state = RECORD_LOADED;
        *sentence = found.record;
    } else {
        *state = RECORD_HALF;
        *sentence = arena_printf(arena,
                                 "an earlier load was cut off between its commits: %s are empty. "
                                 "Load again into an empty database (make seed SIZE=… REPLACE=yes)",
                                 found.empty);
    }
    return STATUS_OK;
}

enum status record_begin(struct pg_copy *control, const struct plan *plan, char error[COPY_ERROR])
{
    char sql[COPY_ERROR], today[CLOCK_DAY_TEXT];
    clock_format_day(plan->today, today);
    snprintf(sql, sizeof(sql),
             "DELETE FROM seed.loads;"
             "INSERT INTO seed.loads (size, seed, today) VALUES ('%s', %" PRId64 ", '%s')",
             plan->size.name, (int64_t)plan->seed, today);
    return pg_copy_run(control, sql, ANSWER_MS, "cannot record the load", error);
}

enum status record_finish(struct pg_copy *control, char error[COPY_ERROR])
{
    return pg_copy_run(control, "UPDATE seed.loads SET finished_at = now()", ANSWER_MS,
                       "cannot record that the load is complete", error);
}
