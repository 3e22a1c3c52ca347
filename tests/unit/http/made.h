/* A request made by hand, and what is needed around it: arena, call, headers.
 */
#ifndef STAGECRAFT_TESTS_UNIT_HTTP_MADE_H
#define STAGECRAFT_TESTS_UNIT_HTTP_MADE_H

#include "common/http/handler.h"

enum { MADE_HEADERS_MAX = 8 };

struct made {
    struct header_source source; /* first */
    struct arena arena;
    struct call call;
    struct request request;
    struct response response;
    struct request_pair headers[MADE_HEADERS_MAX];
    int header_count;
};

void made_init(struct made *made, enum method method, const char *path);
void made_release(struct made *made);
void made_header(struct made *made, const char *name, const char *value);
void made_query(struct made *made, const char *name, const char *value);
void made_body(struct made *made, const char *body);

/* The wrong fields so far, "name: message; name: message". */
const char *made_fields(struct made *made);

#endif
