/* Which migrations are missing, and applying them one after the other.
 *
 * The usual start finds nothing to do and costs one SELECT. Otherwise an advisory lock makes instances
 * that start together take turns; it is polled, because a session that waits inside the server would hold
 * up CREATE INDEX CONCURRENTLY, which waits for all older transactions. What is recorded is the file's
 * checksum: a file that was edited after it ran would leave two databases with the same history and
 * different tables, so that refuses to start.
 */
#include "common/pg/migrate.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/pg/migrate_apply.h"
#include "common/pg/script.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    LOCK_TIMEOUT_MS = 1000, /* a migration never queues in front of traffic for longer */
    LOCK_POLL_MS = 50
};

static const char select_applied[] =
    "SELECT module, name, checksum FROM migrations.applied ORDER BY applied_at LIMIT 10000";
static const char create_table[] =
    "CREATE SCHEMA IF NOT EXISTS migrations;"
    "CREATE TABLE IF NOT EXISTS migrations.applied ("
    " module text NOT NULL, name text NOT NULL, checksum text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " PRIMARY KEY (module, name))";
static const char lock[] = "SELECT pg_try_advisory_lock(hashtext('stagecraft migrations'))";

struct migrator {
    PGconn *libpq;
    const struct pg_migration *migrations;
    size_t count;
    int64_t deadline_ms; /* for everything but the migrations themselves */
    PGresult *applied;
    char *error;
};

/* --- what is there --- */

static enum status load_applied(struct migrator *migrator)
{
    PQclear(migrator->applied);
    migrator->applied = pg_script_run(migrator->libpq, select_applied, migrator->deadline_ms);
    if (migrator->applied && pg_script_ok(migrator->applied)) return STATUS_OK;
    const char *sqlstate = PQresultErrorField(migrator->applied, PG_DIAG_SQLSTATE);
    if (sqlstate && strcmp(sqlstate, "42P01") == 0)
        return STATUS_OK; /* no table: nothing applied */
    return pg_script_failed(migrator->applied, migrator->error,
                            "cannot read which migrations were applied");
}

static const char *applied_checksum(const struct migrator *migrator, const char *module,
                                    const char *name)
{
    for (int row = 0; row < PQntuples(migrator->applied); row++)
        if (strcmp(PQgetvalue(migrator->applied, row, 0), module) == 0 &&
            strcmp(PQgetvalue(migrator->applied, row, 1), name) == 0)
            return PQgetvalue(migrator->applied, row, 2);
    return NULL;
}

/* Counts what is missing; a file that has changed since it was applied is a conflict. */
static enum status compare(const struct migrator *migrator, size_t *missing)
{
    *missing = 0;
    for (size_t i = 0; i < migrator->count; i++) {
        const struct pg_migration *migration = &migrator->migrations[i];
        const char *known = applied_checksum(migrator, migration->module, migration->name);
        char checksum[BYTES_SHA256_HEX];
        bytes_sha256_hex(migration->sql, strlen(migration->sql), checksum);
        if (!known)
            ++*missing;
        else if (strcmp(known, checksum) != 0) {
            snprintf(migrator->error, PG_MIGRATE_ERROR,
                     "migration %s/%s has changed since it was applied; restore the file and put "
                     "the change into a new one",
                     migration->module, migration->name);
            return STATUS_CONFLICT;
        }
    }
    return STATUS_OK;
}

static void report_unknown(const struct migrator *migrator)
{
    for (int row = 0; row < PQntuples(migrator->applied); row++) {
        const char *module = PQgetvalue(migrator->applied, row, 0);
        const char *name = PQgetvalue(migrator->applied, row, 1);
        bool known = false;
        for (size_t i = 0; i < migrator->count && !known; i++)
            known = strcmp(migrator->migrations[i].module, module) == 0 &&
                    strcmp(migrator->migrations[i].name, name) == 0;
        if (!known)
            log_info("migration_unknown", NULL, LOG_TEXT("module", module), LOG_TEXT("name", name));
    }
}

/* --- applying --- */

static enum status take_lock(const struct migrator *migrator)
{
    for (;;) {
        PGresult *result = pg_script_run(migrator->libpq, lock, migrator->deadline_ms);
        enum status status = STATUS_OK;
        bool locked = false;
        if (result && pg_script_ok(result))
            locked = *PQgetvalue(result, 0, 0) == 't';
        else
            status = pg_script_failed(result, migrator->error, "cannot take the migration lock");
        PQclear(result);
        if (locked || status != STATUS_OK) return status;
        if (clock_monotonic_ms() + LOCK_POLL_MS >= migrator->deadline_ms) {
            snprintf(migrator->error, PG_MIGRATE_ERROR,
                     "another instance is still migrating; start again when it is done");
            return STATUS_UNAVAILABLE;
        }
        nanosleep(&(struct timespec){.tv_nsec = LOCK_POLL_MS * 1000000L}, NULL);
    }
}

static enum status apply_missing(struct migrator *migrator, int *applied)
{
    enum status status = take_lock(migrator);
    if (status != STATUS_OK) return status;
    PGresult *result = pg_script_run(migrator->libpq, create_table, migrator->deadline_ms);
    if (!result || !pg_script_ok(result))
        status = pg_script_failed(result, migrator->error, "cannot make the table of migrations");
    PQclear(result);
    size_t missing;
    if (status == STATUS_OK) status = load_applied(migrator); /* another one may have been faster */
    if (status == STATUS_OK) status = compare(migrator, &missing);
    for (size_t i = 0; i < migrator->count && status == STATUS_OK; i++) {
        const struct pg_migration *migration = &migrator->migrations[i];
        if (applied_checksum(migrator, migration->module, migration->name)) continue;
        int64_t began_ms = clock_monotonic_ms();
        status = pg_migrate_apply(migrator->libpq, migration, migrator->error);
        if (status != STATUS_OK) break;
        ++*applied;
        log_info("migration_applied", NULL, LOG_TEXT("module", migration->module),
                 LOG_TEXT("name", migration->name), LOG_INT("ms", clock_monotonic_ms() - began_ms));
    }
    return status;
}

enum status pg_migrate(const char *url, const struct pg_migration *migrations, size_t count,
                       int64_t timeout_ms, int *applied, char error[512])
{
    *applied = 0;
    error[0] = '\0';
    if (!pg_session_url_is_sane(url)) {
        snprintf(error, PG_MIGRATE_ERROR, "the database url is not one");
        return STATUS_UNAVAILABLE;
    }
    const struct pg_session session = {.url = url,
                                       .application_name = "shop migrations",
                                       .statement_timeout_ms = PG_MIGRATION_TIMEOUT_MS,
                                       .lock_timeout_ms = LOCK_TIMEOUT_MS};
    struct migrator migrator = {.migrations = migrations,
                                .count = count,
                                .deadline_ms = clock_monotonic_ms() + timeout_ms,
                                .error = error};
    char reason[PG_SCRIPT_ERROR];
    migrator.libpq = pg_script_connect(&session, migrator.deadline_ms, reason);
    if (!migrator.libpq) {
        snprintf(error, PG_MIGRATE_ERROR, "cannot reach the database: %s", reason);
        return STATUS_UNAVAILABLE;
    }
    size_t missing = 0;
    enum status status = load_applied(&migrator);
    if (status == STATUS_OK) status = compare(&migrator, &missing);
    if (status == STATUS_OK && missing > 0) status = apply_missing(&migrator, applied);
    if (status == STATUS_OK) report_unknown(&migrator);
    PQclear(migrator.applied);
    PQfinish(migrator.libpq); /* gives the lock up too */
    return status;
}
