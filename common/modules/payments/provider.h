/* The provider's API as functions: one signed request each, its answer as a status and a small struct.
 *
 * Private to payments. What the answers mean for an order is decided in payments_provider.c.
 */
#ifndef STAGECRAFT_PAYMENTS_PROVIDER_H
#define STAGECRAFT_PAYMENTS_PROVIDER_H

#include "common/modules/payments/payments.h"
#include "common/outgoing/http_client.h"

struct provider {
    struct transfers *transfers;     /* borrowed */
    struct payments_options options; /* borrowed texts */
};

struct provider_answer {
    int http;       /* status code */
    const char *id; /* of the charge or refund; "" when the body has none */
    const char
        *status; /* of the charge: "succeeded", "declined", "voided"; "" when there is none */
    int64_t amount_cents;
};

/* Each: STATUS_OK when the provider answered with JSON (see `http`), STATUS_UNAVAILABLE when the request
   surely did not arrive, STATUS_TIMEOUT when it may have. */
enum status provider_charge(struct provider *provider, struct call *call,
                            const struct payment_charge *charge, struct provider_answer *out);
enum status provider_find(struct provider *provider, struct call *call, int64_t order_id,
                          struct provider_answer *out);
enum status provider_void(struct provider *provider, struct call *call, int64_t order_id,
                          struct provider_answer *out);
enum status provider_refund(struct provider *provider, struct call *call, int64_t order_id,
                            const char *key, int64_t amount_cents, struct provider_answer *out);

#endif
