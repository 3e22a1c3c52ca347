/* Emptying all tables with one TRUNCATE is much quicker than making the schemas anew for each case, and as
 * good: migrations make structure, no rows. Which tables there are depends on the stage, so the database
 * is asked once.
 */
#include "tests/ports/database.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SQL_MAX = 16384 };

struct database {
    const char *url; /* borrowed */
    PGconn *connection;
    char empty[SQL_MAX]; /* the TRUNCATE */
};

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

/* Appends the tables of one schema to the statement. */
static bool add_tables(struct database *database, const char *schema)
{
    static const char sql[] =
        "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ' ORDER BY tablename)"
        " FROM pg_tables WHERE schemaname = $1";
    PGresult *result = PQexecParams(database->connection, sql, 1, NULL, &schema, NULL, NULL, 0);
    bool ok = PQresultStatus(result) == PGRES_TUPLES_OK;
    if (ok && !PQgetisnull(result, 0, 0)) {
        char *text = database->empty;
        size_t used = strlen(text);
        int added = snprintf(text + used, SQL_MAX - used, "%s %s", used > 0 ? "," : "TRUNCATE",
                             PQgetvalue(result, 0, 0));
        ok = added < (int)(SQL_MAX - used);
    }
    PQclear(result);
    return ok;
}

struct database *database_open(const char *url, const char *const *schemas, size_t count)
{
    struct database *database = calloc(1, sizeof(*database));
    if (database == NULL) return NULL;
    database->url = url;
    database->connection = PQconnectdb(url);
    bool ok = PQstatus(database->connection) == CONNECTION_OK;
    for (size_t i = 0; ok && i < count; i++) {
        bool again = i > 0 && strcmp(schemas[i], schemas[i - 1]) == 0;
        if (!again) ok = add_tables(database, schemas[i]);
    }
    if (ok) return database;
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
    if (database->empty[0] == '\0') return true;
    char sql[SQL_MAX + 64];
    snprintf(sql, sizeof(sql), "%s RESTART IDENTITY CASCADE", database->empty);
    return database_run(database, sql);
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
