/* One migration file: in a transaction together with its record, so that both are there or neither; or,
 * for statements that refuse transactions, bare and one by one, with the record last. A failure names the
 * file and the line, since it is read by whoever has just written it.
 *
 * A migration may run while the shop is open. A lock it waits for makes everybody else wait behind it, so it
 * waits shortly, gives up, and tries again: most of the time the reader in its way has gone by then. Building
 * an index concurrently is the exception: what it waits for are old transactions, and nobody waits behind it.
 */
#include "common/pg/migrate_apply.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/pg/migrate_index.h"
#include "common/pg/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRIES_MAX = 30, PAUSE_SECONDS = 1 };

static const char bare_mark[] = "-- no transaction";
static const char record[] =
    "INSERT INTO migrations.applied (module, name, checksum) VALUES ($1, $2, $3)";
static const char wait_long[] = "SET lock_timeout = '10min'", wait_shortly[] = "RESET lock_timeout";

struct step {
    PGconn *libpq;
    const struct pg_migration *migration;
    char *error;
    bool in_the_way; /* the last failure: somebody else holds a lock, later it may work */
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
static enum status explain(struct step *step, const char *from, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    step->in_the_way =
        sqlstate && (strcmp(sqlstate, "55P03") == 0 || strcmp(sqlstate, "40P01") == 0);
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

static enum status end_step(struct step *step, const char *from, PGresult *result)
{
    enum status status = STATUS_OK;
    if (!pg_script_ok(result)) status = explain(step, from, result);
    PQclear(result);
    return status;
}

static enum status run(struct step *step, const char *from, const char *sql)
{
    int64_t deadline_ms = clock_monotonic_ms() + PG_MIGRATION_TIMEOUT_MS;
    return end_step(step, from, pg_script_run(step->libpq, sql, deadline_ms));
}

/* After a failure: whether to try again, having waited. */
static bool again(struct step *step, int attempt)
{
    if (!step->in_the_way || attempt == TRIES_MAX) return false;
    log_warn("migration_waits", NULL, LOG_TEXT("module", step->migration->module),
             LOG_TEXT("name", step->migration->name), LOG_INT("attempt", attempt));
    step->error[0] = '\0';
    nanosleep(&(struct timespec){.tv_sec = PAUSE_SECONDS}, NULL);
    return true;
}

static enum status build_index(struct step *step, const struct pg_new_index *index,
                               const char *from, const char *sql)
{
    const int64_t deadline_ms = clock_monotonic_ms() + PG_MIGRATION_TIMEOUT_MS;
    bool dropped = false;
    enum status status = run(step, NULL, wait_long);
    if (status != STATUS_OK) return status;
    status =
        end_step(step, NULL, pg_migrate_index_clear(step->libpq, index, deadline_ms, &dropped));
    if (dropped)
        log_warn("migration_index_dropped", NULL, LOG_TEXT("index", index->name),
                 LOG_TEXT("reason", "an interrupted attempt left it invalid"));
    if (status == STATUS_OK) status = run(step, from, sql);
    return status == STATUS_OK ? run(step, NULL, wait_shortly) : status;
}

static enum status run_statement(struct step *step, const char *from, const char *sql)
{
    struct pg_new_index index;
    const bool builds = pg_migrate_index_read(sql, &index);
    for (int attempt = 1;; attempt++) {
        enum status status = builds ? build_index(step, &index, from, sql) : run(step, from, sql);
        if (status == STATUS_OK || !again(step, attempt)) return status;
    }
}

static enum status run_bare(struct step *step)
{
    const char *end;
    enum status status = STATUS_OK;
    for (const char *from = step->migration->sql; status == STATUS_OK && pg_script_next(from, &end);
         from = end) {
        char *sql = strndup(from, (size_t)(end - from));
        status = sql ? run_statement(step, from, sql) : STATUS_UNAVAILABLE;
        free(sql);
    }
    return status;
}

static enum status run_record(struct step *step)
{
    const struct pg_migration *migration = step->migration;
    char checksum[BYTES_SHA256_HEX];
    bytes_sha256_hex(migration->sql, strlen(migration->sql), checksum);
    const char *const row[] = {migration->module, migration->name, checksum};
    int64_t deadline_ms = clock_monotonic_ms() + PG_MIGRATION_TIMEOUT_MS;
    return end_step(step, NULL, pg_script_run_with(step->libpq, record, 3, row, deadline_ms));
}

static enum status run_at_once(struct step *step)
{
    const char *sql = step->migration->sql;
    enum status status = run(step, NULL, "BEGIN");
    if (status == STATUS_OK) status = run(step, sql, sql);
    if (status == STATUS_OK) status = run_record(step);
    return status == STATUS_OK ? run(step, NULL, "COMMIT") : status;
}

enum status pg_migrate_apply(PGconn *libpq, const struct pg_migration *migration,
                             char error[PG_MIGRATE_ERROR])
{
    struct step step = {.libpq = libpq, .migration = migration, .error = error};
    if (is_bare(migration)) {
        enum status status = run_bare(&step);
        return status == STATUS_OK ? run_record(&step) : status;
    }
    for (int attempt = 1;; attempt++) {
        enum status status = run_at_once(&step);
        if (status == STATUS_OK || !again(&step, attempt)) return status;
        PQclear(pg_script_run(libpq, "ROLLBACK", clock_monotonic_ms() + PG_MIGRATION_TIMEOUT_MS));
    }
}
