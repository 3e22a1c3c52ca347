/* The name is read from the statement itself, because that is where the next attempt will look for it. Only an
 * invalid index of that name on that table is dropped: another invalid one may be somebody's work in progress.
 */
#include "common/pg/migrate_index.h"

#include "common/pg/script.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char find_invalid[] =
    "SELECT format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, c.relname)"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relname = $1 AND i.indrelid = to_regclass($2) AND NOT i.indisvalid";

static const char *skip_space(const char *at)
{
    for (;;) {
        const char *end = at;
        at += strspn(at, " \t\r\n");
        if (at[0] == '-' && at[1] == '-')
            at += strcspn(at, "\n");
        else if (at[0] == '/' && at[1] == '*' && (end = strstr(at, "*/")))
            at = end + 2;
        else
            return at;
    }
}

/* Moves past `word` if it comes next. */
static bool takes(const char **at, const char *word)
{
    const size_t length = strlen(word);
    if (strncasecmp(*at, word, length) != 0) return false;
    if (isalnum((unsigned char)(*at)[length]) || (*at)[length] == '_') return false;
    *at = skip_space(*at + length);
    return true;
}

/* A plain name, with a schema before it or not. False when it is none, or too long. */
static bool take_name(const char **at, char *out, size_t size)
{
    size_t length = 0;
    while (isalnum((unsigned char)(*at)[length]) || (*at)[length] == '_' || (*at)[length] == '.')
        length++;
    if (length == 0 || length >= size) return false;
    memcpy(out, *at, length);
    out[length] = '\0';
    *at = skip_space(*at + length);
    return true;
}

bool pg_migrate_index_read(const char *sql, struct pg_new_index *out)
{
    const char *at = skip_space(sql);
    if (!takes(&at, "CREATE")) return false;
    (void)takes(&at, "UNIQUE");
    if (!takes(&at, "INDEX") || !takes(&at, "CONCURRENTLY")) return false;
    if (takes(&at, "IF") && !(takes(&at, "NOT") && takes(&at, "EXISTS"))) return false;
    if (!take_name(&at, out->name, sizeof out->name) || !takes(&at, "ON")) return false;
    (void)takes(&at, "ONLY");
    return take_name(&at, out->table, sizeof out->table);
}

PGresult *pg_migrate_index_clear(PGconn *libpq, const struct pg_new_index *index,
                                 int64_t deadline_ms, bool *dropped)
{
    const char *const names[] = {index->name, index->table};
    PGresult *found = pg_script_run_with(libpq, find_invalid, 2, names, deadline_ms);
    *dropped = false;
    if (!found || !pg_script_ok(found) || PQntuples(found) == 0) return found;
    PGresult *result = pg_script_run(libpq, PQgetvalue(found, 0, 0), deadline_ms);
    PQclear(found);
    *dropped = result && pg_script_ok(result);
    return result;
}
