/* One migration file: in a transaction together with its record, so that both are there or neither; or,
 * for statements that refuse transactions, bare and one by one, with the record last. A failure names the
 * file and the line, since it is read by whoever has just written it.
 */
#include "common/pg/migrate_apply.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/pg/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char bare_mark[] = "-- no transaction";
static const char record[] =
    "INSERT INTO migrations.applied (module, name, checksum) VALUES ($1, $2, $3)";

struct step {
    PGconn *libpq;
    const struct pg_migration *migration;
    char *error;
};

static bool is_bare(const struct pg_migration *migration)
{
    return strncmp(migration->sql, bare_mark, sizeof bare_mark - 1) == 0;
}

/* `position` counts characters from 1, as PostgreSQL does. */
static int line_of(const char *text, long position)
{
    int line = 1;
    for (; *text && position > 1; text++) {
        if (*text == '\n') line++;
        if ((text[1] & 0xC0) != 0x80) position--; /* the next byte begins a character */
    }
    return line;
}

/* `from` is the place in the file that was sent, NULL for statements of ours. */
static enum status explain(const struct step *step, const char *from, const PGresult *result)
{
    const struct pg_migration *migration = step->migration;
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    char what[250], where[40] = "";
    if (position && from) {
        int line = line_of(from, strtol(position, NULL, 10));
        for (const char *at = migration->sql; at < from; at++)
            line += *at == '\n';
        snprintf(where, sizeof where, ", line %d", line);
    }
    snprintf(what, sizeof what, "migration %s/%s%s failed (%s; mend it and start again)",
             migration->module, migration->name, where,
             is_bare(migration) ? "it may be half done" : "nothing of it was kept");
    return pg_script_failed(result, step->error, what);
}

static enum status end_step(const struct step *step, const char *from, PGresult *result)
{
    enum status status = STATUS_OK;
    if (!pg_script_ok(result)) status = explain(step, from, result);
    PQclear(result);
    return status;
}

static enum status run(const struct step *step, const char *from, const char *sql)
{
    int64_t deadline_ms = clock_monotonic_ms() + PG_MIGRATION_TIMEOUT_MS;
    return end_step(step, from, pg_script_run(step->libpq, sql, deadline_ms));
}

static enum status run_bare(const struct step *step)
{
    const char *end;
    enum status status = STATUS_OK;
    for (const char *from = step->migration->sql; status == STATUS_OK && pg_script_next(from, &end);
         from = end) {
        char *sql = strndup(from, (size_t)(end - from));
        status = run(step, from, sql ? sql : ";");
        free(sql);
    }
    return status;
}

static enum status run_record(const struct step *step)
{
    const struct pg_migration *migration = step->migration;
    char checksum[BYTES_SHA256_HEX];
    bytes_sha256_hex(migration->sql, strlen(migration->sql), checksum);
    const char *const row[] = {migration->module, migration->name, checksum};
    int64_t deadline_ms = clock_monotonic_ms() + PG_MIGRATION_TIMEOUT_MS;
    return end_step(step, NULL, pg_script_run_with(step->libpq, record, 3, row, deadline_ms));
}

enum status pg_migrate_apply(PGconn *libpq, const struct pg_migration *migration,
                             char error[PG_MIGRATE_ERROR])
{
    const struct step step = {.libpq = libpq, .migration = migration, .error = error};
    if (is_bare(migration)) {
        enum status status = run_bare(&step);
        return status == STATUS_OK ? run_record(&step) : status;
    }
    enum status status = run(&step, NULL, "BEGIN");
    if (status == STATUS_OK) status = run(&step, migration->sql, migration->sql);
    if (status == STATUS_OK) status = run_record(&step);
    return status == STATUS_OK ? run(&step, NULL, "COMMIT") : status;
}
