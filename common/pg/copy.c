/* COPY's text format: fields apart by tab, rows by newline, \N for null, and a backslash before the
 * four bytes that would be mistaken for these. libpq's buffer has no limit of its own, so a block
 * is handed to the kernel before the next is filled. The server says nothing while all is well:
 * when something arrives early, it is the reason why the load has failed.
 */
#include "common/pg/copy.h"

#include "common/base/clock.h"
#include "common/pg/script.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

struct pg_copy {
    PGconn *libpq;
    bool field_before; /* in this row */
    bool failed;       /* the reason comes at the end … */
    bool stalled;      /* … or is this … */
    bool spoken; /* the server said something while we waited to send: it is in libpq's buffer */
    PGresult *refusal; /* … or this: COPY was refused as a whole */
    size_t length;
    char block[COPY_BLOCK_BYTES];
};

enum status pg_copy_open(struct arena *arena, const char *url, int64_t timeout_ms,
                         struct pg_copy **out, char error[COPY_ERROR])
{
    struct pg_copy *copy = arena_new(arena, struct pg_copy);
    char reason[PG_SCRIPT_ERROR] = "";
    const struct pg_session session = {
        .url = url, .application_name = "load", .unacknowledged_ms = COPY_STALL_MS};
    if (!pg_session_url_is_sane(url)) {
        snprintf(error, COPY_ERROR, "the database url is not one");
        return STATUS_UNAVAILABLE;
    }
    copy->libpq = pg_script_connect(&session, clock_monotonic_ms() + timeout_ms, reason);
    if (copy->libpq == NULL) {
        snprintf(error, COPY_ERROR, "cannot reach the database: %s", reason);
        return STATUS_UNAVAILABLE;
    }
    PQsetnonblocking(copy->libpq, 1);
    *out = copy;
    return STATUS_OK;
}

void pg_copy_close(struct pg_copy *copy)
{
    if (!copy) return;
    PQclear(copy->refusal);
    PQfinish(copy->libpq);
}

/* --- sending --- */

/* Waits for the socket; false when the server neither takes nor says anything for too long. */
static bool await_socket(struct pg_copy *copy, int64_t deadline_ms)
{
    struct pollfd socket = {.fd = PQsocket(copy->libpq), .events = POLLIN | POLLOUT};
    const int64_t left_ms = deadline_ms - clock_monotonic_ms();
    const int ready = left_ms > 0 ? poll(&socket, 1, (int)left_ms) : 0;
    if (ready > 0 && socket.revents & POLLIN) {
        copy->spoken = true;
        return PQconsumeInput(copy->libpq) == 1;
    }
    return ready != 0; /* a signal is not a failure */
}

/* Everything libpq has goes to the kernel. */
static void flush_all(struct pg_copy *copy)
{
    const int64_t deadline_ms = clock_monotonic_ms() + COPY_STALL_MS;
    int left = 1;
    while ((left = PQflush(copy->libpq)) == 1)
        if (!await_socket(copy, deadline_ms)) {
            copy->failed = copy->stalled = true;
            return;
        }
    if (left < 0) copy->failed = true;
}

static bool has_something_to_say(struct pg_copy *copy)
{
    struct pollfd socket = {.fd = PQsocket(copy->libpq), .events = POLLIN};
    return poll(&socket, 1, 0) > 0;
}

static void send_block(struct pg_copy *copy)
{
    if (!copy->failed && copy->length > 0) {
        copy->spoken =
            has_something_to_say(copy); /* before libpq, which also reads while it sends */
        copy->failed = PQputCopyData(copy->libpq, copy->block, (int)copy->length) != 1;
        if (!copy->failed) flush_all(copy);
        if (copy->spoken || has_something_to_say(copy)) copy->failed = true;
    }
    copy->length = 0;
}

void pg_copy_begin(struct pg_copy *copy, const char *target, const char *options)
{
    char sql[COPY_ERROR];
    snprintf(sql, sizeof(sql), "COPY %s FROM STDIN %s", target, options);
    copy->stalled = false;
    copy->length = 0;
    copy->field_before = false;
    PGresult *result = pg_script_run(copy->libpq, sql, clock_monotonic_ms() + COPY_STALL_MS);
    copy->failed = PQresultStatus(result) != PGRES_COPY_IN;
    PQclear(copy->refusal);
    copy->refusal = copy->failed ? result : NULL;
    if (!copy->failed) PQclear(result);
}

enum status pg_copy_finish(struct pg_copy *copy, char error[COPY_ERROR])
{
    send_block(copy);
    PGresult *result = copy->refusal;
    copy->refusal = NULL;
    if (!result && !copy->stalled) {
        if (PQputCopyEnd(copy->libpq, copy->failed ? "given up" : NULL) == 1) flush_all(copy);
        result = pg_script_collect(copy->libpq, clock_monotonic_ms() + COPY_STALL_MS);
    }
    const bool done = pg_script_ok(result) && !copy->failed;
    const enum status status =
        done ? STATUS_OK : pg_script_failed(result, error, "the database refused the rows");
    PQclear(result);
    return status;
}

bool pg_copy_failed(const struct pg_copy *copy)
{
    return copy->failed;
}

/* --- rows --- */

static void add_bytes(struct pg_copy *copy, const char *bytes, size_t length)
{
    while (length > 0) {
        if (copy->length == sizeof(copy->block)) send_block(copy);
        const size_t room = sizeof(copy->block) - copy->length;
        const size_t part = length < room ? length : room;
        memcpy(copy->block + copy->length, bytes, part);
        copy->length += part;
        bytes += part;
        length -= part;
    }
}

static void begin_field(struct pg_copy *copy)
{
    if (copy->field_before) add_bytes(copy, "\t", 1);
    copy->field_before = true;
}

void pg_copy_int64(struct pg_copy *copy, int64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) digits[--at] = '-';
    begin_field(copy);
    add_bytes(copy, digits + at, sizeof(digits) - at);
}

/* What stands behind the backslash for a byte that needs one. */
static char escape_letter(char byte)
{
    switch (byte) {
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    default:
        return byte;
    }
}

void pg_copy_text(struct pg_copy *copy, const char *text)
{
    begin_field(copy);
    if (text == NULL) {
        add_bytes(copy, "\\N", 2);
        return;
    }
    for (;;) {
        const size_t plain = strcspn(text, "\\\t\n\r");
        add_bytes(copy, text, plain);
        if (text[plain] == '\0') return;
        add_bytes(copy, (const char[]){'\\', escape_letter(text[plain])}, 2);
        text += plain + 1;
    }
}

void pg_copy_end_row(struct pg_copy *copy)
{
    add_bytes(copy, "\n", 1);
    copy->field_before = false;
}

/* --- statements --- */

void pg_copy_send(struct pg_copy *copy, const char *sql)
{
    copy->stalled = false;
    copy->failed = PQsendQuery(copy->libpq, sql) != 1;
    if (!copy->failed) flush_all(copy);
}

static PGresult *take_result(struct pg_copy *copy, int64_t timeout_ms)
{
    if (copy->failed) return NULL;
    return pg_script_collect(copy->libpq, clock_monotonic_ms() + timeout_ms);
}

enum status pg_copy_wait(struct pg_copy *copy, int64_t timeout_ms, const char *what,
                         char error[COPY_ERROR])
{
    PGresult *result = take_result(copy, timeout_ms);
    const bool done = pg_script_ok(result);
    const enum status status = done ? STATUS_OK : pg_script_failed(result, error, what);
    PQclear(result);
    return status;
}

enum status pg_copy_run(struct pg_copy *copy, const char *sql, int64_t timeout_ms, const char *what,
                        char error[COPY_ERROR])
{
    pg_copy_send(copy, sql);
    return pg_copy_wait(copy, timeout_ms, what, error);
}

enum status pg_copy_ask(struct pg_copy *copy, struct arena *arena, const char *sql,
                        int64_t timeout_ms, const char **out, char error[COPY_ERROR])
{
    *out = NULL;
    pg_copy_send(copy, sql);
    PGresult *result = take_result(copy, timeout_ms);
    enum status status = STATUS_OK;
    if (!pg_script_ok(result))
        status = pg_script_failed(result, error, "the database does not answer a question");
    else if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
        *out = arena_strdup(arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    return status;
}
