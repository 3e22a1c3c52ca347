/* What the server keeps for its administrators is not ours, and a few more are left for migrations, psql and whoever
 * looks at it.
 */
#include "common/pg/budget.h"

#include "common/base/clock.h"
#include "common/pg/script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ASK_MS = 3000, LEFT_FREE = 5 };

static const char room[] = "SELECT current_setting('max_connections')::int"
                           " - current_setting('superuser_reserved_connections')::int";

/* -1 when it cannot be asked. */
static int64_t ask(const char *url)
{
    const int64_t deadline_ms = clock_monotonic_ms() + ASK_MS;
    const struct pg_session session = {.url = url, .application_name = "budget"};
    char reason[PG_SCRIPT_ERROR];
    int64_t answer = -1;
    if (!pg_session_url_is_sane(url)) return -1;
    PGconn *libpq = pg_script_connect(&session, deadline_ms, reason);
    if (!libpq) return -1;
    PGresult *result = pg_script_run(libpq, room, deadline_ms);
    if (result && pg_script_ok(result)) answer = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(libpq);
    return answer;
}

enum status pg_budget_check(const char *url, const struct pg_budget *budget, char error[256])
{
    const int64_t wanted = budget->processes * budget->loops * budget->connections;
    const int64_t there = ask(url);
    if (there < 0 || wanted + LEFT_FREE <= there) return STATUS_OK;
    snprintf(error, 256,
             "%" PRId64 " processes x %" PRId64 " loops x %" PRId64 " connections are %" PRId64
             ", and %d are to stay free, but the database takes %" PRId64
             ": run fewer instances, give each fewer connections, or raise max_connections",
             budget->processes, budget->loops, budget->connections, wanted, LEFT_FREE, there);
    return STATUS_CONFLICT;
}
