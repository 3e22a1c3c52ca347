/* Emptying tables is much quicker than making the schemas anew for each case, and as good: migrations make structure, no
 * rows. Only those that have a file of some length are emptied, because TRUNCATE makes new files for each table and its
 * indexes: a case writes to a few tables of all that there are.
 *
 * A case that failed has left its connections as they were, perhaps in a transaction whose locks would be waited for without
 * end: they are ended first.
 */
#include "tests/ports/database.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct database {
    const char *url; /* borrowed */
    PGconn *connection;
};

/* The tables of the modules and those of the stage's own. */
static const char empty_tables[] =
    "DO $$ DECLARE written text; BEGIN "
    "PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND usename = current_user AND backend_type = 'client backend' AND pid <> pg_backend_pid();"
    "PERFORM set_config('client_min_messages', 'warning', true);" /* not what CASCADE reaches */
    "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO written FROM pg_tables"
    " WHERE schemaname NOT IN ('migrations', 'pg_catalog', 'information_schema')"
    " AND pg_relation_size(format('%I.%I', schemaname, tablename)::regclass) > 0;"
    "IF written IS NOT NULL THEN EXECUTE 'TRUNCATE ' || written || ' RESTART IDENTITY CASCADE';"
    "END IF; END $$";

bool database_is_for_tests(const char *url)
{
    bool answer = false;
    PQconninfoOption *options = PQconninfoParse(url, NULL);
    for (PQconninfoOption *option = options; option && option->keyword; option++)
        if (strcmp(option->keyword, "dbname") == 0 && option->val)
            answer = strstr(option->val, "test") != NULL;
    PQconninfoFree(options);
    if (!answer)
        fprintf(stderr, "ports: the database is emptied, so its name must contain 'test'\n");
    return answer;
}

struct database *database_open(const char *url)
{
    struct database *database = calloc(1, sizeof(*database));
    if (database == NULL) return NULL;
    database->url = url;
    database->connection = PQconnectdb(url);
    if (PQstatus(database->connection) == CONNECTION_OK) return database;
    fprintf(stderr, "ports: %s\n", PQerrorMessage(database->connection));
    database_close(database);
    return NULL;
}

void database_close(struct database *database)
{
    PQfinish(database->connection);
    free(database);
}

const char *database_url(const struct database *database)
{
    return database->url;
}

bool database_empty(struct database *database)
{
    return database_run(database, empty_tables);
}

bool database_run(struct database *database, const char *sql)
{
    PGresult *result = PQexec(database->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!ok) fprintf(stderr, "ports: %s", PQresultErrorMessage(result));
    PQclear(result);
    return ok;
}
