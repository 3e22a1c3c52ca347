/* Blocking PostgreSQL for start-up, before there is a loop: each step waits in poll(2) with a limit.
 *
 * Migrations and loads (copy.h) use this. Errors are sentences for the person who starts the program;
 * they never hold the url.
 */
#ifndef STAGECRAFT_PG_SCRIPT_H
#define STAGECRAFT_PG_SCRIPT_H

#include "common/pg/pg_internal.h"

enum { PG_SCRIPT_ERROR = 400 };

/* Connects, trying again until the deadline (monotonic): a database that is just starting is waited for.
   NULL with a reason in `error`. */
PGconn *pg_script_connect(const struct pg_session *session, int64_t deadline_ms,
                          char error[PG_SCRIPT_ERROR]);

/* Sends one text, which may hold several statements, and waits for all results. Returns the last one,
   or the one that failed; NULL when the deadline passed (the connection is then of no use). */
PGresult *pg_script_run(PGconn *libpq, const char *sql, int64_t deadline_ms);

/* The same for one statement with text parameters. */
PGresult *pg_script_run_with(PGconn *libpq, const char *sql, int count, const char *const *values,
                             int64_t deadline_ms);

/* Waits for the results of what was sent by other means; the same answer. PGRES_COPY_IN ends it too. */
PGresult *pg_script_collect(PGconn *libpq, int64_t deadline_ms);

/* True when a result is one of success. */
bool pg_script_ok(const PGresult *result);

/* Writes "what: why" and answers STATUS_INTERNAL when the server said no, STATUS_UNAVAILABLE when it said
   nothing. */
enum status pg_script_failed(const PGresult *result, char error[512], const char *what);

/* Where a statement of a script ends: `*end` is one past its semicolon, or the end of the text. False
   when nothing but white space and comments is left. Knows quotes, dollar quotes and comments. */
bool pg_script_next(const char *sql, const char **end);

#endif
