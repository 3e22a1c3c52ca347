/* How a session is opened: the url decides where and as whom, everything else is ours. Time limits, time
 * zone and date style travel in the start-up packet ("options"), which costs no round trip of its own and
 * cannot be forgotten after a reconnect. The TCP settings make the kernel notice a peer that is gone.
 */
#include "common/pg/pg_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { OPTIONS_MAX = 1024, UNACKNOWLEDGED_MS = 10000 };

bool pg_session_url_is_sane(const char *url)
{
    if (!url) return false;
    char *error = NULL; /* quotes the url, hence the password: never shown */
    PQconninfoOption *parts = PQconninfoParse(url, &error);
    PQfreemem(error);
    PQconninfoFree(parts);
    return parts != NULL;
}

/* The url may carry options of its own; they stay, ours come after them and win. */
static void compose_options(const struct pg_session *session, char out[OPTIONS_MAX])
{
    const char *own = "";
    PQconninfoOption *parts = PQconninfoParse(session->url, NULL);
    for (PQconninfoOption *part = parts; part && part->keyword; part++)
        if (strcmp(part->keyword, "options") == 0 && part->val) own = part->val;
    int written = snprintf(out, OPTIONS_MAX,
                           "%s -c statement_timeout=%" PRId64 " -c lock_timeout=%" PRId64
                           " -c idle_in_transaction_session_timeout=%" PRId64
                           " -c TimeZone=UTC -c DateStyle=ISO",
                           own, session->statement_timeout_ms, session->lock_timeout_ms,
                           session->idle_in_transaction_timeout_ms);
    if (written >= OPTIONS_MAX) out[0] = '\0'; /* absurdly long: the server's defaults then */
    PQconninfoFree(parts);
}

PGconn *pg_session_start(const struct pg_session *session)
{
    char options[OPTIONS_MAX], unacknowledged[24];
    compose_options(session, options);
    snprintf(unacknowledged, sizeof(unacknowledged), "%" PRId64,
             session->unacknowledged_ms ? session->unacknowledged_ms : UNACKNOWLEDGED_MS);
    const char *const settings[][2] = {
        {"dbname", session->url}, /* the whole url: expanded by libpq; what follows wins over it */
        {"application_name", session->application_name},
        {"client_encoding", "UTF8"},
        {"options", options},
        {"keepalives", "1"},
        {"keepalives_idle", "10"},
        {"keepalives_interval", "3"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", unacknowledged},
        {NULL, NULL},
    };
    enum { COUNT = sizeof settings / sizeof settings[0] };
    const char *names[COUNT], *values[COUNT];
    for (int i = 0; i < COUNT; i++) {
        names[i] = settings[i][0];
        values[i] = settings[i][1];
    }
    return PQconnectStartParams(names, values, 1);
}
