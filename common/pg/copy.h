/* Loading many rows: COPY … FROM STDIN, blocking, for programs that fill a database (never inside a
 * loop).
 *
 * One struct pg_copy is one connection; several may load several tables side by side. Rows go out
 * in blocks of COPY_BLOCK_BYTES, and every wait has an end: a server that takes nothing for
 * COPY_STALL_MS is given up. A failure is kept and told by pg_copy_finish(), so that a generator
 * need not look after every field:
 *
 *   pg_copy_begin(copy, "catalog.categories (id, name)", "");
 *   pg_copy_int64(copy, 1);
 *   pg_copy_text(copy, "Tours");
 *   pg_copy_end_row(copy);
 *   status = pg_copy_finish(copy, error);
 */
#ifndef STAGECRAFT_PG_COPY_H
#define STAGECRAFT_PG_COPY_H

#include "common/base/arena.h"
#include "common/base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum { COPY_BLOCK_BYTES = 256 * 1024, COPY_STALL_MS = 120000, COPY_ERROR = 512 };

struct pg_copy;

/* Connects within `timeout_ms`. `out` lives in the arena, the connection until pg_copy_close().
   Errors are sentences for the person who starts the program; they never hold the url. */
enum status pg_copy_open(struct arena *arena, const char *url, int64_t timeout_ms,
                         struct pg_copy **out, char error[COPY_ERROR]);
void pg_copy_close(struct pg_copy *copy); /* NULL is fine */

/* --- rows --- */

/* Starts loading "schema.table (column, …)", with options of COPY: "", "(FREEZE)". */
void pg_copy_begin(struct pg_copy *copy, const char *target, const char *options);

/* One field each, in the order of the columns. Text is escaped; NULL is SQL null. */
void pg_copy_int64(struct pg_copy *copy, int64_t value);
void pg_copy_text(struct pg_copy *copy, const char *text);
void pg_copy_end_row(struct pg_copy *copy);

/* True when this load cannot succeed any more: a hint to stop making rows. */
bool pg_copy_failed(const struct pg_copy *copy);

/* Ends the load; the rows are there only if this answers STATUS_OK. */
enum status pg_copy_finish(struct pg_copy *copy, char error[COPY_ERROR]);

/* --- statements, between loads --- */

/* Runs statements; `what` begins the error ("cannot take the lock"). */
enum status pg_copy_run(struct pg_copy *copy, const char *sql, int64_t timeout_ms, const char *what,
                        char error[COPY_ERROR]);

/* The same in two steps: while this server process works, others can be served. */
void pg_copy_send(struct pg_copy *copy, const char *sql);
enum status pg_copy_wait(struct pg_copy *copy, int64_t timeout_ms, const char *what,
                         char error[COPY_ERROR]);

/* Asks for one value. It lives in the arena; NULL when there is no row, or it is null. */
enum status pg_copy_ask(struct pg_copy *copy, struct arena *arena, const char *sql,
                        int64_t timeout_ms, const char **out, char error[COPY_ERROR]);

#endif
