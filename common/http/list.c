/* Lists are paged by keyset: a page ends with a cursor that says where the next one begins, so that a deep
 * page costs as much as the first, and rows that come or go in between shift nothing. The cursor is
 * opaque to clients; here only its length is bounded.
 */
#include "common/http/list.h"

enum { CURSOR_LENGTH_MAX = 256 };

void list_read(struct call *call, const struct request *request, int limit_max, int *limit,
               const char **cursor)
{
    int64_t wanted = LIST_LIMIT_DEFAULT;
    *cursor = NULL;
    request_query_int64(call, request, "limit", 1, limit_max, &wanted);
    request_query_text(call, request, "cursor", CURSOR_LENGTH_MAX, cursor);
    *limit = (int)wanted;
}

void list_begin(struct response *response, struct json_writer *json)
{
    response_json(response, 200, json);
    json_begin_object(json, NULL);
    json_begin_array(json, "items");
}

void list_end(struct json_writer *json, const char *next_cursor)
{
    json_end_array(json);
    json_add_text(json, "next_cursor", next_cursor);
    json_end_object(json);
}
