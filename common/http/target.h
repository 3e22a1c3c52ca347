/* The request target, "/v1/products?q=tea%20house": decoded strictly, so that one thing has one
 * address and nothing behind sees a byte that is not text. Private to the server.
 */
#ifndef STAGECRAFT_HTTP_TARGET_H
#define STAGECRAFT_HTTP_TARGET_H

#include "common/http/handler.h"

/* Sets request->path from the raw path (without the query; an absolute "http://host/path" is cut
   to its path). STATUS_MALFORMED, with request->path "", for bad escapes, NUL, spaces, controls,
   encoded slashes, and what is not UTF-8. */
enum status target_read_path(struct call *call, const char *raw, struct request *request);

/* Adds one query parameter: '+' has become a space, %-escapes still stand. `value` may be NULL.
   STATUS_MALFORMED as above, and for a name that was there before, or more than
   REQUEST_QUERY_MAX. */
enum status target_add_query(struct call *call, const char *name, const char *value,
                             struct request *request);

#endif
