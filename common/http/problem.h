/* RFC 9457 problem answers: the one shape in which the shop says no.
 *
 * {"type": "/problems/sold-out", "title": "Sold out", "status": 409, "detail": "…",
 *  "request_id": "…", "errors": [{"field": "lines[0].quantity", "message": "…"}]}
 */
#ifndef STAGECRAFT_HTTP_PROBLEM_H
#define STAGECRAFT_HTTP_PROBLEM_H

#include "common/http/handler.h"

/* Replaces whatever the response holds by the problem of `call->failure`. Headers that the
   handler set stay (Allow with 405); 503 and 504 get Retry-After. */
void problem_write(const struct call *call, enum status status, struct response *response);

/* The same with one more member, which says what the problem is about: "order_id": 17. */
void problem_write_about(const struct call *call, enum status status, struct response *response,
                         const char *member, int64_t id);

#endif
