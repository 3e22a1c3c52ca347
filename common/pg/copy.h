/* Loading many rows: COPY … FROM STDIN, blocking, for programs that fill a database (never inside a loop).
 *
 * One struct pg_copy is one connection; several may load several tables side by side. Rows go out in
 * blocks of COPY_BLOCK_BYTES. A failure is kept and told by pg_copy_finish(), so that a generator need not
 * look after every field:
 *
 *   pg_copy_begin(copy, "catalog.categories (id, slug, name)");
 *   pg_copy_int64(copy, 1); pg_copy_text(copy, "tours"); pg_copy_text(copy, "Tours"); pg_copy_end_row(copy);
 *   status = pg_copy_finish(copy, error);
 */
#ifndef STAGECRAFT_PG_COPY_H
#define STAGECRAFT_PG_COPY_H

#include "common/base/arena.h"
#include "common/base/status.h"

#include <stdint.h>

enum { COPY_BLOCK_BYTES = 256 * 1024 };

struct pg_copy;

/* Connects within `timeout_ms`. `out` lives in the arena, the connection until pg_copy_close(). */
enum status pg_copy_open(struct arena *arena, const char *url, int64_t timeout_ms,
                         struct pg_copy **out, char error[512]);
void pg_copy_close(struct pg_copy *copy);

/* Starts loading "schema.table (column, …)". */
void pg_copy_begin(struct pg_copy *copy, const char *target);

/* One field each, in the order of the columns. Text is escaped; NULL is SQL null. */
void pg_copy_int64(struct pg_copy *copy, int64_t value);
void pg_copy_text(struct pg_copy *copy, const char *text);
void pg_copy_end_row(struct pg_copy *copy);

/* Ends the load; the rows are there only if this answers STATUS_OK. */
enum status pg_copy_finish(struct pg_copy *copy, char error[512]);

/* Runs statements without rows, or with one number as answer (`out` may be NULL). */
enum status pg_copy_run(struct pg_copy *copy, const char *sql, int64_t timeout_ms, int64_t *out,
                        char error[512]);

#endif
