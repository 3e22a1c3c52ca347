/* Migrations: numbered SQL files per module, applied once, in order, recorded with a checksum.
 *
 * Files are embedded at build from common/modules/<module>/migrations/NNN_name.sql and from the stage's
 * own migrations/ folder. Forward only. Each runs in a transaction of its own under an advisory lock, so
 * that several instances may start together; a file whose first line is "-- no transaction" (for CREATE
 * INDEX CONCURRENTLY) runs bare, statement by statement, and must be repeatable; an index that an
 * interrupted run left invalid is dropped and built anew. A lock others queue behind is waited for one
 * second at a time, up to thirty times. A file that has changed since it was applied refuses to start:
 * write a new one. An applied migration that this program does not know (an older stage on a newer
 * schema) is reported and left alone.
 *
 * Runs before the loops start, on the caller's thread, with blocking libpq and timeouts.
 */
#ifndef STAGECRAFT_PG_MIGRATE_H
#define STAGECRAFT_PG_MIGRATE_H

#include "common/base/status.h"

#include <stddef.h>
#include <stdint.h>

struct pg_migration {
    const char *module; /* "catalog", or "02-indexing" for a stage's own */
    const char *name;   /* "001_schema.sql" */
    const char *sql;
};

/* Applies what is missing, in table order. STATUS_UNAVAILABLE when the server cannot be reached within
   `timeout_ms`, STATUS_CONFLICT for a changed file, STATUS_INTERNAL when a statement fails; `error` says which
   file, why, and what to do. `applied` counts. */
enum status pg_migrate(const char *url, const struct pg_migration *migrations, size_t count,
                       int64_t timeout_ms, int *applied, char error[512]);

#endif
