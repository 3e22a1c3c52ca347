/* The rules of orders that need no port: what may be ordered, when two requests are the same, the names of
 * the states, and where a page of the history ends.
 */
#include "common/base/bytes.h"
#include "common/base/strbuf.h"
#include "common/modules/orders/orders.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CURSOR_MAX = 128, CANONICAL_MAX = 4096 };

static const char *const state_names[] = {
    [ORDER_PENDING] = "pending",
    [ORDER_CONFIRMED] = "confirmed",
    [ORDER_REJECTED] = "rejected",
};

enum { STATES = sizeof(state_names) / sizeof(state_names[0]) };

const char *order_state_name(enum order_state state)
{
    assert((size_t)state < STATES);
    return state_names[state];
}

enum order_state order_state_of(const char *name)
{
    size_t state = 0;
    while (state < STATES && strcmp(state_names[state], name) != 0)
        state++;
    assert(state < STATES);
    return (enum order_state)state;
}

/* --- a request --- */

static bool key_is_sane(const char *key)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
    if (key == NULL) return false;
    size_t length = strlen(key);
    return length >= 1 && length <= ORDER_KEY_MAX && strspn(key, allowed) == length;
}

static bool card_is_sane(const char *token)
{
    return token != NULL && token[0] != '\0' && strlen(token) <= PAYMENT_CARD_TOKEN_MAX;
}

/* Names a member of a line: "lines[2].day". */
static const char *line_field(struct call *call, int line, const char *member)
{
    return arena_printf(call->arena, "lines[%d].%s", line, member);
}

static void check_line(struct call *call, const struct order_request *request, int i)
{
    const struct order_request_line *line = &request->lines[i];
    if (line->product_id < 1)
        call_fail_field(call, line_field(call, i, "product_id"), "there is no such product");
    if (line->quantity < 1 || line->quantity > BOOKINGS_QUANTITY_MAX)
        call_fail_field(call, line_field(call, i, "quantity"), "must be from 1 to %d",
                        BOOKINGS_QUANTITY_MAX);
    for (int k = 0; k < i; k++) {
        if (request->lines[k].product_id != line->product_id || request->lines[k].day != line->day)
            continue;
        call_fail_field(call, line_field(call, i, "product_id"),
                        "is the same product and day as lines[%d]", k);
        break;
    }
}

void orders_check_request(struct call *call, const struct order_request *request)
{
    if (!key_is_sane(request->key))
        call_fail_field(call, "Idempotency-Key",
                        "must be given as a header, 1 to %d of the characters A-Z a-z 0-9 . _ : -",
                        ORDER_KEY_MAX);
    if (!card_is_sane(request->card_token))
        call_fail_field(call, "payment.card_token", "must have 1 to %d characters",
                        PAYMENT_CARD_TOKEN_MAX);
    if (request->count < 1 || request->count > BOOKINGS_LINES_MAX)
        call_fail_field(call, "lines", "must be 1 to %d", BOOKINGS_LINES_MAX);
    for (int i = 0; i < request->count && i < BOOKINGS_LINES_MAX; i++)
        check_line(call, request, i);
}

void orders_check_days(struct call *call, const struct order_request *request, int32_t today)
{
    for (int i = 0; i < request->count && i < BOOKINGS_LINES_MAX; i++) {
        const int32_t day = request->lines[i].day;
        if (day < today)
            call_fail_field(call, line_field(call, i, "day"), "must not be in the past");
        else if (day > today + ORDER_DAYS_AHEAD_MAX)
            call_fail_field(call, line_field(call, i, "day"), "must be at most %d days ahead",
                            ORDER_DAYS_AHEAD_MAX);
    }
}

/* The text that is hashed names each value in a fixed order, one per line, so that nothing in one value
   can look like another. The order of the lines counts: answers refer to them by number. */
const char *orders_body_hash(struct call *call, const struct order_request *request)
{
    struct strbuf text;
    strbuf_init(&text, call->arena, CANONICAL_MAX);
    strbuf_printf(&text, "order 1\ncard %zu %s\n", strlen(request->card_token),
                  request->card_token);
    for (int i = 0; i < request->count; i++)
        strbuf_printf(&text, "line %" PRId64 " %" PRId32 " %" PRId32 "\n",
                      request->lines[i].product_id, request->lines[i].day,
                      request->lines[i].quantity);
    char *hex = arena_alloc(call->arena, BYTES_SHA256_HEX);
    bytes_sha256_hex(text.text, text.length, hex);
    return hex;
}

/* --- cursors: "orders1:17" --- */

#define CURSOR_PREFIX "orders1:"

static const char *cursor_text(struct call *call, int64_t id)
{
    return arena_printf(call->arena, CURSOR_PREFIX "%" PRId64, id);
}

const char *orders_cursor(struct call *call, const struct order *last)
{
    const char *text = cursor_text(call, last->id);
    return bytes_to_base64url(call->arena, text, strlen(text));
}

enum status orders_read_cursor(struct call *call, const char *cursor, int64_t *before_id)
{
    size_t length = 0;
    const char *text = NULL;
    if (strlen(cursor) <= CURSOR_MAX) text = bytes_from_base64url(call->arena, cursor, &length);
    /* however it reads, only what we would have written ourselves is a cursor */
    bool ours = text != NULL && strlen(text) == length &&
                strncmp(text, CURSOR_PREFIX, strlen(CURSOR_PREFIX)) == 0;
    int64_t id = ours ? strtoll(text + strlen(CURSOR_PREFIX), NULL, 10) : 0;
    if (id < 1 || strcmp(text, cursor_text(call, id)) != 0)
        return call_fail(call, STATUS_MALFORMED, "the cursor is not one of ours");
    *before_id = id;
    return STATUS_OK;
}
