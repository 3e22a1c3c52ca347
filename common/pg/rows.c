/* Results on their way in. A PGresult stays where libpq built it; it is tied to the call's arena, so that
 * texts can be borrowed from it for as long as the call lives and nobody has to free anything. A column
 * that is not what the caller takes it for is a bug in the statement, hence the asserts.
 */
#include "common/base/clock.h"
#include "common/pg/pg_internal.h"

#include <assert.h>
#include <stdlib.h>

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

static const char *value_at(const struct pg_rows *rows, int row, int column)
{
    assert(row >= 0 && row < rows->count && column >= 0 && column < PQnfields(rows->result));
    return PQgetvalue(rows->result, row, column);
}

int64_t pg_int64(const struct pg_rows *rows, int row, int column)
{
    const char *at = value_at(rows, row, column);
    bool negative = *at == '-';
    if (negative) at++;
    uint64_t number = 0;
    for (; *at >= '0' && *at <= '9'; at++)
        number = number * 10 + (uint64_t)(*at - '0');
    assert(*at == '\0');
    return (int64_t)(negative ? -number : number);
}

bool pg_bool(const struct pg_rows *rows, int row, int column)
{
    const char *text = value_at(rows, row, column);
    assert(text[0] == '\0' || ((text[0] == 't' || text[0] == 'f') && text[1] == '\0'));
    return text[0] == 't';
}

const char *pg_text(const struct pg_rows *rows, int row, int column)
{
    const char *text = value_at(rows, row, column);
    return text[0] == '\0' && PQgetisnull(rows->result, row, column) ? NULL : text;
}

int32_t pg_day(const struct pg_rows *rows, int row, int column)
{
    int32_t day = 0;
    const char *text = value_at(rows, row, column);
    [[maybe_unused]] bool parsed = clock_parse_day(text, &day);
    assert(parsed || text[0] == '\0');
    return day;
}

bool pg_is_null(const struct pg_rows *rows, int row, int column)
{
    (void)value_at(rows, row, column);
    return PQgetisnull(rows->result, row, column);
}
