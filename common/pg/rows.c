/* Results on their way in. A PGresult stays where libpq built it; it is tied to the call's arena, so that
 * texts can be borrowed from it for as long as the call lives and nobody has to free anything. A column
 * that is not what the caller takes it for is a bug in the statement, hence the asserts.
 */
#include "common/pg/pg_internal.h"

#include <assert.h>
#include <stdlib.h>

enum { TYPES_MAX = 3 };

/* pg_type.oid of the built-in types: part of the protocol, they never change */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_VARCHAR = 1043,
    TYPE_DATE = 1082,
    TYPE_TIMESTAMPTZ = 1184,
};

enum { EPOCH_DAYS = 10957 }; /* from 1970-01-01 to PostgreSQL's 2000-01-01 */

static void clear_result(void *result)
{
    PQclear(result);
}

void pg_rows_take(struct call *call, PGresult *result, struct pg_rows *out)
{
    if (!out) {
        PQclear(result);
        return;
    }
    out->result = result;
    out->count = PQntuples(result);
    out->affected = strtoll(PQcmdTuples(result), NULL, 10);
    arena_on_release(call->arena, clear_result, result);
}

/* Checks the place and the type, one of `types` (0: unused). */
static const unsigned char *value_at(const struct pg_rows *rows, int row, int column,
                                     const unsigned types[TYPES_MAX])
{
    assert(row >= 0 && row < rows->count && column >= 0 && column < PQnfields(rows->result));
    const unsigned type = PQftype(rows->result, column);
    bool known = false;
    for (int i = 0; i < TYPES_MAX; i++)
        if (type == types[i]) known = true;
    if (!known) abort();
    return (const unsigned char *)PQgetvalue(rows->result, row, column);
}

/* `length` bytes, most significant first. */
static int64_t signed_number(const unsigned char *bytes, int length)
{
    if (length == 0) return 0; /* null */
    uint64_t number = bytes[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < length; i++)
        number = number << 8 | bytes[i];
    return (int64_t)number;
}

static int64_t number_at(const struct pg_rows *rows, int row, int column,
                         const unsigned types[TYPES_MAX])
{
    const unsigned char *bytes = value_at(rows, row, column, types);
    return signed_number(bytes, PQgetlength(rows->result, row, column));
}

int64_t pg_int64(const struct pg_rows *rows, int row, int column)
{
    static const unsigned types[TYPES_MAX] = {TYPE_INT8, TYPE_INT4, TYPE_INT2};
    return number_at(rows, row, column, types);
}

bool pg_bool(const struct pg_rows *rows, int row, int column)
{
    static const unsigned types[TYPES_MAX] = {TYPE_BOOL};
    return number_at(rows, row, column, types) != 0;
}

const char *pg_text(const struct pg_rows *rows, int row, int column)
{
    static const unsigned types[TYPES_MAX] = {TYPE_TEXT, TYPE_VARCHAR, TYPE_NAME};
    const char *text = (const char *)value_at(rows, row, column, types);
    return text[0] == '\0' && PQgetisnull(rows->result, row, column) ? NULL : text;
}

const void *pg_bytes(const struct pg_rows *rows, int row, int column, size_t *length)
{
    static const unsigned types[TYPES_MAX] = {TYPE_BYTEA};
    const void *bytes = value_at(rows, row, column, types);
    *length = (size_t)PQgetlength(rows->result, row, column);
    return PQgetisnull(rows->result, row, column) ? NULL : bytes;
}

int32_t pg_day(const struct pg_rows *rows, int row, int column)
{
    static const unsigned types[TYPES_MAX] = {TYPE_DATE};
    if (PQgetisnull(rows->result, row, column)) return 0;
    return (int32_t)number_at(rows, row, column, types) + EPOCH_DAYS;
}

int64_t pg_time_ms(const struct pg_rows *rows, int row, int column)
{
    static const unsigned types[TYPES_MAX] = {TYPE_TIMESTAMPTZ};
    if (PQgetisnull(rows->result, row, column)) return 0;
    const int64_t us = number_at(rows, row, column, types) + EPOCH_DAYS * 86400LL * 1000000;
    return us / 1000 - (us % 1000 < 0);
}

bool pg_is_null(const struct pg_rows *rows, int row, int column)
{
    assert(row >= 0 && row < rows->count && column >= 0 && column < PQnfields(rows->result));
    return PQgetisnull(rows->result, row, column);
}
