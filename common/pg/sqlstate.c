/* Where PostgreSQL's words become ours. Five characters of SQLSTATE say what kind of failure it was: a
 * rule of ours that the data broke, a limit of time, a server that cannot now, or a bug. Only the bug is
 * logged, with the statement's name and never with its parameters; the others are weather.
 */
#include "common/base/log.h"
#include "common/pg/pg_internal.h"

#include <string.h>

static const struct {
    const char *prefix;
    enum status status;
} translations[] = {
    {"23505", STATUS_CONFLICT},    /* unique_violation */
    {"23503", STATUS_CONFLICT},    /* foreign_key_violation */
    {"23514", STATUS_CONFLICT},    /* check_violation */
    {"23P01", STATUS_CONFLICT},    /* exclusion_violation */
    {"57014", STATUS_TIMEOUT},     /* query_canceled: statement_timeout */
    {"40001", STATUS_UNAVAILABLE}, /* serialization_failure */
    {"40P01", STATUS_UNAVAILABLE}, /* deadlock_detected */
    {"55P03", STATUS_UNAVAILABLE}, /* lock_not_available: lock_timeout */
    {"57P0", STATUS_UNAVAILABLE},  /* shutting down, starting up, idle too long */
    {"25P03", STATUS_UNAVAILABLE}, /* idle_in_transaction_session_timeout: the session is gone */
    {"53", STATUS_UNAVAILABLE},    /* out of connections, memory, disk */
};

enum status pg_sqlstate_status(const char *sqlstate)
{
    if (!sqlstate) return STATUS_UNAVAILABLE;
    for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++)
        if (strncmp(sqlstate, translations[i].prefix, strlen(translations[i].prefix)) == 0)
            return translations[i].status;
    return STATUS_INTERNAL;
}

/* Messages about bad data (class 22) quote the value: keep what comes before the quote. */
static void log_bug(struct call *call, const struct pg_statement *statement, const char *sqlstate,
                    const char *message)
{
    char *shown = arena_strdup(call->arena, message ? message : "");
    if (strncmp(sqlstate, "22", 2) == 0) shown[strcspn(shown, "\"'")] = '\0';
    log_error("pg_statement_failed", call, LOG_TEXT("statement", statement->name),
              LOG_TEXT("sqlstate", sqlstate), LOG_TEXT("message", shown));
}

enum status pg_sqlstate_fail(struct call *call, const struct pg_statement *statement,
                             const PGresult *failure)
{
    const char *sqlstate = PQresultErrorField(failure, PG_DIAG_SQLSTATE);
    enum status status = pg_sqlstate_status(sqlstate);
    if (status == STATUS_CONFLICT) {
        const char *constraint = PQresultErrorField(failure, PG_DIAG_CONSTRAINT_NAME);
        status = call_fail(call, status, "this does not go with what is stored already");
        call->failure.constraint = constraint ? arena_strdup(call->arena, constraint) : NULL;
        return status;
    }
    if (status == STATUS_TIMEOUT) return pg_fail_timeout(call);
    if (status == STATUS_UNAVAILABLE) return pg_fail_unavailable(call);
    log_bug(call, statement, sqlstate, PQresultErrorField(failure, PG_DIAG_MESSAGE_PRIMARY));
    return call_fail(call, STATUS_INTERNAL, "the database did not accept a statement");
}

enum status pg_fail_unavailable(struct call *call)
{
    return call_fail(call, STATUS_UNAVAILABLE, "the database is not available");
}

enum status pg_fail_busy(struct call *call)
{
    return call_fail(call, STATUS_UNAVAILABLE, "the database has too much to do");
}

enum status pg_fail_timeout(struct call *call)
{
    return call_fail(call, STATUS_TIMEOUT, "the database did not answer in time");
}
