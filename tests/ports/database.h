/* The database of the port suites, emptied before each case.
 *
 * Plain blocking libpq, because this is preparation and not what is being tested. It refuses a database
 * without "test" in its name: emptying means TRUNCATE. (libpq's header and pg.h cannot be included
 * together: both name something pg_int64.)
 */
#ifndef STAGECRAFT_TESTS_DATABASE_H
#define STAGECRAFT_TESTS_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

struct database;

/* False, with a sentence on standard error, when the name of the database does not say that it is for
   tests. Asked before anything is migrated. */
bool database_is_for_tests(const char *url);

/* Connects to a migrated database; NULL with a sentence on standard error when that fails. `schemas` are
   those to be emptied; a name twice, or of a schema that is not there, does no harm. `url` is borrowed. */
struct database *database_open(const char *url, const char *const *schemas, size_t count);
void database_close(struct database *database);

const char *database_url(const struct database *database);

/* Empties every table of those schemas and restarts their identities. */
bool database_empty(struct database *database);

/* Runs statements; false, with the server's message on standard error, when one fails. */
bool database_run(struct database *database, const char *sql);

#endif
