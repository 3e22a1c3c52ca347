/* A payment provider that answers from a script and remembers what it was asked. It is a real HTTP server on
 * the case's own loop: client and server take turns.
 */
#ifndef STAGECRAFT_TESTS_PROVIDER_DOUBLE_H
#define STAGECRAFT_TESTS_PROVIDER_DOUBLE_H

#include "common/http/handler.h"
#include "common/http/server.h"
#include "tests/ports/harness.h"

enum { PROVIDER_ANSWERS_MAX = 16, PROVIDER_REQUESTS_MAX = 32, PROVIDER_SILENCE_MS = 800 };

#define PROVIDER_SIGNING_KEY "the key of the suite"

struct provider_request {
    char line[128]; /* "POST /v1/charges" */
    char key[65];
    char body[512];
    bool signature_holds;
};

struct provider_double {
    struct handler handler; /* first */
    struct harness *harness;
    struct server *server;
    struct {
        int status; /* 0: no answer for PROVIDER_SILENCE_MS */
        const char *body;
    } answers[PROVIDER_ANSWERS_MAX];
    int answer_count;
    struct provider_request requests[PROVIDER_REQUESTS_MAX];
    int request_count; /* also how many answers were used; after the script it answers 500 */
};

/* Listens on a free port until the case ends. */
struct provider_double *provider_double_new(struct harness *harness);
const char *provider_double_url(struct provider_double *provider);

/* Adds to the script. Bodies are static. */
void provider_answers(struct provider_double *provider, int status, const char *body);

/* From now on nobody listens. */
void provider_vanishes(struct provider_double *provider);

#define PROVIDER_CHARGE(state)                                                  \
    "{\"id\":\"ch_1\",\"key\":\"order-17\",\"status\":\"" state                 \
    "\",\"amount_cents\":2500,\"currency\":\"EUR\",\"reference\":\"order-17\"," \
    "\"refunded_cents\":0}"
#define PROVIDER_PROBLEM "{\"type\":\"/problems/x\",\"title\":\"X\",\"status\":404}"

#endif
