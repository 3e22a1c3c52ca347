/* Waiting for PostgreSQL without a loop: libpq's non-blocking calls and poll(2), because its blocking ones
 * know no limit. A database that is just coming up refuses connections for a while; whoever starts both at
 * the same time should not have to write a waiting loop, so connecting is tried until the deadline.
 */
#include "common/pg/script.h"

#include "common/base/clock.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { PAUSE_MIN_MS = 50, PAUSE_MAX_MS = 500 };

/* False when the deadline passed. */
static bool wait_for(PGconn *libpq, short events, int64_t deadline_ms)
{
    int64_t left_ms = deadline_ms - clock_monotonic_ms();
    if (left_ms <= 0) return false;
    struct pollfd socket = {.fd = PQsocket(libpq), .events = events};
    (void)poll(&socket, 1, left_ms > 1000 ? 1000 : (int)left_ms); /* the caller comes back */
    return true;
}

static bool connect_once(PGconn *libpq, int64_t deadline_ms)
{
    if (PQstatus(libpq) == CONNECTION_BAD) return false;
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
        struct pollfd socket = {.fd = PQsocket(libpq),
                                .events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        int64_t left_ms = deadline_ms - clock_monotonic_ms();
        if (left_ms <= 0) return false;
        if (poll(&socket, 1, (int)left_ms) > 0) next = PQconnectPoll(libpq);
    }
    return next == PGRES_POLLING_OK;
}

static void keep_first_line(char error[PG_SCRIPT_ERROR], const char *message)
{
    error[0] = '\0';
    strncat(error, message, PG_SCRIPT_ERROR - 1);
    error[strcspn(error, "\n")] = '\0';
    if (error[0] == '\0') strncat(error, "no answer", PG_SCRIPT_ERROR - 1);
}

static void ignore_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

PGconn *pg_script_connect(const struct pg_session *session, int64_t deadline_ms,
                          char error[PG_SCRIPT_ERROR])
{
    for (int64_t pause_ms = PAUSE_MIN_MS;; pause_ms *= 2) {
        PGconn *libpq = pg_session_start(session);
        if (connect_once(libpq, deadline_ms)) {
            PQsetNoticeReceiver(libpq, ignore_notice, NULL);
            return libpq;
        }
        keep_first_line(error, PQerrorMessage(libpq));
        PQfinish(libpq);
        if (pause_ms > PAUSE_MAX_MS) pause_ms = PAUSE_MAX_MS;
        if (clock_monotonic_ms() + pause_ms >= deadline_ms) return NULL;
        nanosleep(&(struct timespec){.tv_nsec = (long)pause_ms * 1000000}, NULL);
    }
}

bool pg_script_ok(const PGresult *result)
{
    ExecStatusType kind = PQresultStatus(result);
    return kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK || kind == PGRES_EMPTY_QUERY;
}

enum status pg_script_failed(const PGresult *result, char error[512], const char *what)
{
    bool answered = result && PQresultErrorField(result, PG_DIAG_SQLSTATE);
    snprintf(error, 512, "%s: %s", what,
             answered ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)
                      : "the database has not answered");
    return answered ? STATUS_INTERNAL : STATUS_UNAVAILABLE;
}

PGresult *pg_script_collect(PGconn *libpq, int64_t deadline_ms)
{
    PGresult *kept = NULL;
    for (;;) {
        while (PQisBusy(libpq)) {
            if (!wait_for(libpq, POLLIN, deadline_ms)) {
                PQclear(kept);
                return NULL;
            }
            (void)PQconsumeInput(libpq); /* a broken connection shows as a failed result */
            if (PQstatus(libpq) == CONNECTION_BAD) break;
        }
        PGresult *result = PQgetResult(libpq);
        if (!result) return kept;
        if (kept && !pg_script_ok(kept)) {
            PQclear(result); /* the first failure is the one to show */
            continue;
        }
        PQclear(kept);
        kept = result;
        if (PQresultStatus(kept) == PGRES_COPY_IN) return kept; /* would be repeated for ever */
    }
}

PGresult *pg_script_run(PGconn *libpq, const char *sql, int64_t deadline_ms)
{
    if (!PQsendQuery(libpq, sql)) return PQmakeEmptyPGresult(libpq, PGRES_FATAL_ERROR);
    return pg_script_collect(libpq, deadline_ms);
}

PGresult *pg_script_run_with(PGconn *libpq, const char *sql, int count, const char *const *values,
                             int64_t deadline_ms)
{
    if (!PQsendQueryParams(libpq, sql, count, NULL, values, NULL, NULL, 0))
        return PQmakeEmptyPGresult(libpq, PGRES_FATAL_ERROR);
    return pg_script_collect(libpq, deadline_ms);
}
