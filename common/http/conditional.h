/* Conditional GET: an ETag for answers that have none, and 304 when the client's copy is still
   good. */
#ifndef STAGECRAFT_HTTP_CONDITIONAL_H
#define STAGECRAFT_HTTP_CONDITIONAL_H

#include "common/http/handler.h"

/* For a 200 answer to GET or HEAD that is not streamed. JSON without an ETag gets one made of its bytes, unless it says
   no-store. If the request's If-None-Match names the ETag the answer becomes 304 without a body. */
void conditional_apply(const struct call *call, const struct request *request,
                       struct response *response);

/* True when `list`, the value of If-None-Match, is "*" or names `tag`. Weak comparison: W/ is
   ignored (RFC 9110, 8.8.3.2). */
bool conditional_matches(const char *list, const char *tag);

#endif
