/* The rules of the catalog: what a product may look like, and where a page of a list ends.
 *
 * A page cursor names the last row of the page (the value it was sorted by, and its id), not a number of
 * rows to skip: the next page begins right behind that row, however many came or went meanwhile. Clients
 * get it as base64url so that nobody builds one by hand, but it is no secret and not signed: what comes
 * back is read strictly and bounded, because it goes into a statement.
 */
#include "common/modules/catalog/catalog.h"

#include "common/base/bytes.h"
#include "common/base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CURSOR_MAX = 128 };

/* The end of the year 9999 in milliseconds: no sort value is larger, and PostgreSQL can still read it. */
static const int64_t CURSOR_VALUE_MAX = 253402300799999;

/* --- changes --- */

static void check_text(struct call *call, const char *field, const char *text, size_t max,
                       enum text_kind kind, bool required)
{
    if (text != NULL || required) text_check(call, field, text, max, kind);
}

enum status catalog_check_change(struct call *call, const struct product_change *change,
                                 bool creating)
{
    check_text(call, "category", change->category, CATALOG_SLUG_MAX, TEXT_LINE, creating);
    check_text(call, "title", change->title, CATALOG_TITLE_MAX, TEXT_LINE, creating);
    check_text(call, "summary", change->summary, CATALOG_SUMMARY_MAX, TEXT_LINE, creating);
    check_text(call, "description", change->description, CATALOG_DESCRIPTION_MAX, TEXT_PARAGRAPHS,
               creating);
    if (creating && !change->has_price)
        call_fail_field(call, "price_cents", "is required");
    else if (change->has_price &&
             (change->price_cents < 0 || change->price_cents > CATALOG_PRICE_MAX_CENTS))
        call_fail_field(call, "price_cents", "must be from 0 to %d", CATALOG_PRICE_MAX_CENTS);
    return call_check_fields(call);
}

/* --- cursors: "products1:price:asc:12900:17" --- */

static const char *cursor_prefix(struct call *call, const struct product_query *query)
{
    static const char *const sorts[] = {
        [PRODUCT_SORT_NEWEST] = "newest",
        [PRODUCT_SORT_PRICE] = "price",
        [PRODUCT_SORT_RATING] = "rating",
    };
    return arena_printf(call->arena, "products1:%s:%s:", sorts[query->sort],
                        query->descending ? "desc" : "asc");
}

static const char *cursor_text(struct call *call, const char *prefix, int64_t value, int64_t id)
{
    return arena_printf(call->arena, "%s%" PRId64 ":%" PRId64, prefix, value, id);
}

static int64_t sort_value(const struct product *product, enum product_sort sort)
{
    switch (sort) {
    case PRODUCT_SORT_PRICE:
        return product->price_cents;
    case PRODUCT_SORT_RATING:
        return product->rating_tenths;
    default:
        return product->created_ms;
    }
}

const char *catalog_cursor(struct call *call, const struct product_query *query,
                           const struct product *last)
{
    const char *text =
        cursor_text(call, cursor_prefix(call, query), sort_value(last, query->sort), last->id);
    return bytes_to_base64url(call->arena, text, strlen(text));
}

/* The two numbers behind the prefix. Whatever strtoll() lets pass, only the text that we would have
   written ourselves is a cursor. */
static bool read_position(struct call *call, const char *prefix, const char *text, int64_t *value,
                          int64_t *id)
{
    char *end;
    *value = strtoll(text + strlen(prefix), &end, 10);
    if (*end != ':') return false;
    *id = strtoll(end + 1, NULL, 10);
    if (*value < 0 || *value > CURSOR_VALUE_MAX || *id < 1) return false;
    return strcmp(text, cursor_text(call, prefix, *value, *id)) == 0;
}

enum status catalog_read_cursor(struct call *call, const char *cursor, struct product_query *query)
{
    size_t length = 0;
    const char *text = NULL;
    if (strlen(cursor) <= CURSOR_MAX) text = bytes_from_base64url(call->arena, cursor, &length);
    if (text == NULL || strlen(text) != length || strncmp(text, "products1:", 10) != 0)
        return call_fail(call, STATUS_MALFORMED, "the cursor is not one of ours");
    const char *prefix = cursor_prefix(call, query);
    if (strncmp(text, prefix, strlen(prefix)) != 0)
        return call_fail(call, STATUS_MALFORMED, "the cursor belongs to another sort order");
    int64_t value, id;
    if (!read_position(call, prefix, text, &value, &id))
        return call_fail(call, STATUS_MALFORMED, "the cursor is not one of ours");
    query->has_after = true;
    query->after_value = value;
    query->after_id = id;
    return STATUS_OK;
}
