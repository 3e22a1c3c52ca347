/* What every list of the API has in common: `limit` and `cursor` in the query, and the answer
 * {"items": [...], "next_cursor": "..."}. What a cursor holds is the module's business.
 */
#ifndef STAGECRAFT_HTTP_LIST_H
#define STAGECRAFT_HTTP_LIST_H

#include "common/http/handler.h"

enum { LIST_LIMIT_DEFAULT = 20 };

/* `limit` (1 to limit_max, else the default) and `cursor` (NULL: the first page) as the client sent
   them. Wrong ones are recorded as call fields. */
void list_read(struct call *call, const struct request *request, int limit_max, int *limit,
               const char **cursor);

/* Starts a 200 answer; the caller then writes the items, each without a member name. */
void list_begin(struct response *response, struct json_writer *json);

/* Ends it. `next_cursor` NULL: this was the last page. */
void list_end(struct json_writer *json, const char *next_cursor);

#endif
