/* The database of the port suites, emptied before each case.
 *
 * Plain blocking libpq, because this is preparation and not what is being tested. It refuses a database
 * without "test" in its name: emptying means TRUNCATE. (libpq's header and pg.h cannot be included
 * together: both name something pg_int64.)
 */
#ifndef STAGECRAFT_TESTS_DATABASE_H
#define STAGECRAFT_TESTS_DATABASE_H

#include <stdbool.h>

struct database;

/* False, with a sentence on standard error, when the name of the database does not say that it is for
   tests. Asked before anything is migrated. */
bool database_is_for_tests(const char *url);

/* Connects to a migrated database; NULL with a sentence on standard error when that fails. `url` is borrowed. */
struct database *database_open(const char *url);
void database_close(struct database *database);

const char *database_url(const struct database *database);

/* Empties every table that there was when it was opened, but for the record of migrations, and restarts the
   identities. */
bool database_empty(struct database *database);

/* Runs statements; false, with the server's message on standard error, when one fails. */
bool database_run(struct database *database, const char *sql);

#endif
