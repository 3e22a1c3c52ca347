/* What CREATE INDEX CONCURRENTLY needs around it, for migrate_apply.c.
 *
 * It leaves an invalid index behind when it is interrupted: kept up to date by every write and used by no
 * query. IF NOT EXISTS would take that for the index that was wanted, so it is dropped before each attempt.
 */
#ifndef STAGECRAFT_PG_MIGRATE_INDEX_H
#define STAGECRAFT_PG_MIGRATE_INDEX_H

#include "common/pg/pg_internal.h"

/* As written in the statement, schema and all; plain names only. */
struct pg_new_index {
    char name[64], table[130];
};

/* Whether the statement at `sql` (behind white space and comments) builds an index concurrently; which one. */
bool pg_migrate_index_read(const char *sql, struct pg_new_index *out);

/* Drops what an interrupted attempt left; `dropped` says whether there was anything. The result of the step that
   failed, or of the last one; to be cleared by the caller. */
PGresult *pg_migrate_index_clear(PGconn *libpq, const struct pg_new_index *index,
                                 int64_t deadline_ms, bool *dropped);

#endif
