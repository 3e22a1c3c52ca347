/* The payment provider that stands in for a real one: what its routes share.
 *
 * It behaves like another company's server: slow by a settable latency, sometimes down or silent, strict
 * about signatures and keys, and it never forgets a charge. See README.md for the protocol.
 */
#ifndef STAGECRAFT_SANDBOX_SANDBOX_H
#define STAGECRAFT_SANDBOX_SANDBOX_H

#include "common/http/router.h"
#include "common/runtime/loop.h"
#include "infra/sandbox/ledger.h"

enum { SANDBOX_LATENCY_MAX_MS = 60000, SANDBOX_SILENCE_MS = 60000, SANDBOX_ROUTE_MS = 200000 };

struct silent; /* a request that will not be answered */

struct sandbox {
    struct loop *loop;
    struct ledger *ledger;
    const char *signing_key; /* secret */
    int64_t latency_ms;
    bool down; /* answers 503 */
    bool hang; /* answers nothing */
    struct silent *silent;
};

/* The routes. */
void charges_http_add(struct router *router, struct sandbox *sandbox);
void refunds_http_add(struct router *router, struct sandbox *sandbox);
void operations_http_add(struct router *router, struct sandbox *sandbox);

/* --- sandbox.c --- */

/* What every request about money passes first: hanging, being down, the signature, no query. */
enum status sandbox_admit(struct sandbox *sandbox, struct call *call,
                          const struct request *request);

/* Takes half of the latency: once before the work and once after it, so that a client that gives up can
   have given up on either side of the charge. */
void sandbox_linger(struct sandbox *sandbox);

/* Lets the request wait until its client has long gone; then STATUS_UNAVAILABLE. */
enum status sandbox_keep_silent(struct sandbox *sandbox, struct call *call);

/* Ends all silence: the program stops. */
void sandbox_wake_silent(struct sandbox *sandbox);

/* The Idempotency-Key header: missing or malformed is a wrong field. NULL then. */
const char *sandbox_key_header(struct call *call, const struct request *request);

/* The key in the path; STATUS_NOT_FOUND when there can be no such key. */
enum status sandbox_key_path(struct call *call, const struct request *request, const char **out);

/* Answers with a Charge: what has become of a key, charged, declined or voided. */
void sandbox_answer_charge(struct response *response, int status,
                           const struct ledger_entry *charge);

#endif
