/* The fixture's route for large bodies, and who may use it.
 *
 *   PUT /upload    {"bytes":…,"hash":"…"}, at most UPLOAD_MAX bytes, for who has one of these tokens:
 *                  "good", or "slowly-good", which takes IDENTIFY_MS to be found out
 *
 * Any other token is wrong; one that begins with "slowly-" takes as long to be found so.
 */
#ifndef STAGECRAFT_TESTS_UNIT_HTTP_UPLOADS_H
#define STAGECRAFT_TESTS_UNIT_HTTP_UPLOADS_H

#include "common/http/router.h"

struct fixture;

enum { UPLOAD_MAX = 1 << 20, IDENTIFY_MS = 150 };

/* For router_new(); the context is the fixture. */
enum status uploads_identify(void *context, struct call *call, const char *token);

void uploads_add(struct router *router, struct fixture *fixture);

#endif
