/* The rules of bookings that need no database: the names of the states, and where a page of a list ends.
 *
 * A cursor names the last booking of the page, by the day and id the list is sorted by. It is encoded so
 * that nobody builds one by hand, not signed: it says nothing that its reader may not ask for.
 */
#include "common/modules/bookings/bookings.h"

#include "common/base/bytes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CURSOR_MAX = 128, DAY_MAX = 400000 /* beyond the year 2999 */ };

static const char *const state_names[] = {
    [BOOKING_HELD] = "held",           [BOOKING_CONFIRMED] = "confirmed",
    [BOOKING_RELEASED] = "released",   [BOOKING_CANCELLING] = "cancelling",
    [BOOKING_CANCELLED] = "cancelled",
};

enum { STATES = sizeof(state_names) / sizeof(state_names[0]) };

const char *booking_state_name(enum booking_state state)
{
    assert((size_t)state < STATES);
    return state_names[state];
}

enum booking_state booking_state_of(const char *name)
{
    size_t state = 0;
    while (state < STATES && strcmp(state_names[state], name) != 0)
        state++;
    assert(state < STATES);
    return (enum booking_state)state;
}

/* --- cursors: "bookings1:20780:17" --- */

#define CURSOR_PREFIX "bookings1:"

static const char *cursor_text(struct call *call, int64_t day, int64_t id)
{
    return arena_printf(call->arena, CURSOR_PREFIX "%" PRId64 ":%" PRId64, day, id);
}

const char *bookings_cursor(struct call *call, const struct booking *last)
{
    const char *text = cursor_text(call, last->day, last->id);
    return bytes_to_base64url(call->arena, text, strlen(text));
}

enum status bookings_read_cursor(struct call *call, const char *cursor, struct booking_query *query)
{
    size_t length = 0;
    const char *text = NULL;
    if (strlen(cursor) <= CURSOR_MAX) text = bytes_from_base64url(call->arena, cursor, &length);
    if (text == NULL || strlen(text) != length ||
        strncmp(text, CURSOR_PREFIX, strlen(CURSOR_PREFIX)) != 0)
        return call_fail(call, STATUS_MALFORMED, "the cursor is not one of ours");
    char *end;
    int64_t day = strtoll(text + strlen(CURSOR_PREFIX), &end, 10);
    int64_t id = *end == ':' ? strtoll(end + 1, NULL, 10) : 0;
    /* whatever strtoll() lets pass, only the text that we would have written is a cursor */
    if (day < 0 || day > DAY_MAX || id < 1 || strcmp(text, cursor_text(call, day, id)) != 0)
        return call_fail(call, STATUS_MALFORMED, "the cursor is not one of ours");
    query->after_day = (int32_t)day;
    query->after_id = id;
    return STATUS_OK;
}
