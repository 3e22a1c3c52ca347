/* What the build makes of the .sql files and of the checkout: tables that programs link.
 *
 * The sources are written by infra/make (statements.awk, migrations.awk, build.mk) for each stage.
 */
#ifndef STAGECRAFT_APP_GENERATED_H
#define STAGECRAFT_APP_GENERATED_H

#include "common/pg/migrate.h"
#include "common/pg/pg.h"

/* Every named statement, by its index. */
extern const struct pg_statement *const statements_all[];
extern const int statements_count;

/* Every migration, in the order in which they are applied. */
extern const struct pg_migration migrations_all[];
extern const size_t migrations_count;

extern const char build_stage[];   /* "01-monolith" */
extern const char build_version[]; /* "a1b2c3d", or "unknown" outside a checkout */

#endif
