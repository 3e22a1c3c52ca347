/* Applying one migration file; the rest is in migrate.c. */
#ifndef STAGECRAFT_PG_MIGRATE_APPLY_H
#define STAGECRAFT_PG_MIGRATE_APPLY_H

#include "common/pg/migrate.h"
#include "common/pg/pg_internal.h"

enum {
    PG_MIGRATE_ERROR = 512,
    PG_MIGRATION_TIMEOUT_MS = 3600000 /* one file, or one statement of a bare one */
};

/* Runs the file and records it. The connection is in a failed transaction afterwards when a statement of
   the file failed. */
enum status pg_migrate_apply(PGconn *libpq, const struct pg_migration *migration,
                             char error[PG_MIGRATE_ERROR]);

#endif
