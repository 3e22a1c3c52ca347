/* COPY's text format: fields apart by tab, rows by newline, \N for null, and a backslash before the four
 * bytes that would be mistaken for these. libpq's buffer has no limit of its own, so a block is sent and
 * flushed before the next is filled.
 */
#include "common/pg/copy.h"

#include "common/base/clock.h"
#include "common/pg/script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pg_copy {
    PGconn *libpq;
    bool field_before; /* in this row */
    bool failed;       /* the server stopped listening; the reason comes at the end */
    size_t length;
    char block[COPY_BLOCK_BYTES];
};

enum status pg_copy_open(struct arena *arena, const char *url, int64_t timeout_ms,
                         struct pg_copy **out, char error[512])
{
    struct pg_copy *copy = arena_new(arena, struct pg_copy);
    char reason[PG_SCRIPT_ERROR] = "";
    const struct pg_session session = {.url = url, .application_name = "load"};
    copy->libpq = pg_script_connect(&session, clock_monotonic_ms() + timeout_ms, reason);
    if (copy->libpq == NULL) {
        snprintf(error, 512, "cannot reach the database: %s", reason);
        return STATUS_UNAVAILABLE;
    }
    *out = copy;
    return STATUS_OK;
}

void pg_copy_close(struct pg_copy *copy)
{
    if (copy) PQfinish(copy->libpq);
}

void pg_copy_begin(struct pg_copy *copy, const char *target)
{
    char sql[512];
    snprintf(sql, sizeof(sql), "COPY %s FROM STDIN", target);
    PGresult *result = PQexec(copy->libpq, sql);
    copy->failed = PQresultStatus(result) != PGRES_COPY_IN;
    copy->length = 0;
    copy->field_before = false;
    PQclear(result);
}

static void send_block(struct pg_copy *copy)
{
    if (!copy->failed && copy->length > 0)
        copy->failed = PQputCopyData(copy->libpq, copy->block, (int)copy->length) != 1;
    copy->length = 0;
}

static void add_byte(struct pg_copy *copy, char byte)
{
    if (copy->length == sizeof(copy->block)) send_block(copy);
    copy->block[copy->length++] = byte;
}

static void begin_field(struct pg_copy *copy)
{
    if (copy->field_before) add_byte(copy, '\t');
    copy->field_before = true;
}

void pg_copy_int64(struct pg_copy *copy, int64_t value)
{
    char digits[24];
    const int length = snprintf(digits, sizeof(digits), "%" PRId64, value);
    begin_field(copy);
    for (int i = 0; i < length; i++)
        add_byte(copy, digits[i]);
}

/* What stands behind the backslash for a byte that needs one, else 0. */
static char escape_letter(char byte)
{
    switch (byte) {
    case '\\':
        return '\\';
    case '\t':
        return 't';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    default:
        return 0;
    }
}

void pg_copy_text(struct pg_copy *copy, const char *text)
{
    begin_field(copy);
    if (text == NULL) {
        add_byte(copy, '\\');
        add_byte(copy, 'N');
        return;
    }
    for (; *text; text++) {
        const char letter = escape_letter(*text);
        if (letter) add_byte(copy, '\\');
        add_byte(copy, letter ? letter : *text);
    }
}

void pg_copy_end_row(struct pg_copy *copy)
{
    add_byte(copy, '\n');
    copy->field_before = false;
}

enum status pg_copy_finish(struct pg_copy *copy, char error[512])
{
    send_block(copy);
    if (PQputCopyEnd(copy->libpq, NULL) != 1) copy->failed = true;
    PGresult *result = PQgetResult(copy->libpq);
    const bool loaded = PQresultStatus(result) == PGRES_COMMAND_OK && !copy->failed;
    if (!loaded) {
        snprintf(error, 512, "the database refused the rows: %s", PQerrorMessage(copy->libpq));
        error[strcspn(error, "\n")] = '\0';
    }
    while (result) {
        PQclear(result);
        result = PQgetResult(copy->libpq);
    }
    return loaded ? STATUS_OK : STATUS_INTERNAL;
}

enum status pg_copy_run(struct pg_copy *copy, const char *sql, int64_t timeout_ms, int64_t *out,
                        char error[512])
{
    PGresult *result = pg_script_run(copy->libpq, sql, clock_monotonic_ms() + timeout_ms);
    enum status status = STATUS_OK;
    if (!pg_script_ok(result))
        status = pg_script_failed(result, error, "a statement of the load failed");
    else if (out && PQntuples(result) == 1)
        *out = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return status;
}
