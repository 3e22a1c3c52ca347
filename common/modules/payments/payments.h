/* payments: money in, money back, and never a guess about which.
 *
 * The provider is another company: slow, sometimes down, sometimes silent after it has charged. Every
 * request to it carries a key of ours ("order-17", "booking-4-refund"), so that repeating is safe and
 * asking is possible. A charge whose outcome is not known stays unknown until payments_settle() has asked.
 */
#ifndef STAGECRAFT_PAYMENTS_PAYMENTS_H
#define STAGECRAFT_PAYMENTS_PAYMENTS_H

#include "common/base/call.h"

enum { PAYMENT_CARD_TOKEN_MAX = 64 };

struct payment_charge {
    int64_t order_id;
    int64_t amount_cents;
    const char *currency;
    const char *card_token; /* the provider's, single use; not logged */
};

enum payment_outcome {
    PAYMENT_CHARGED,
    PAYMENT_DECLINED,
    PAYMENT_VOIDED, /* will never be charged: the provider has closed the key */
};

struct payments;

/* STATUS_OK: charged. STATUS_DECLINED. STATUS_TIMEOUT: unknown, perhaps charged. STATUS_UNAVAILABLE:
   surely not charged by this attempt, the provider could not be reached. Short failures of the provider
   (503) are retried with the same key inside the call's deadline. */
typedef enum status payments_charge_fn(struct payments *payments, struct call *call,
                                       const struct payment_charge *charge);
/* Finds out, for good: asks the provider by key; a charge it has never seen is voided there, so that a
   late one cannot happen. STATUS_UNAVAILABLE/TIMEOUT: ask again later. */
typedef enum status payments_settle_fn(struct payments *payments, struct call *call,
                                       int64_t order_id, enum payment_outcome *out);
/* Gives back part of an order's charge, once per `key`. STATUS_CONFLICT: the provider refuses it, and will again.
   STATUS_UNAVAILABLE/TIMEOUT: try again later. */
typedef enum status payments_refund_fn(struct payments *payments, struct call *call,
                                       int64_t order_id, const char *key, int64_t amount_cents);

struct payments_ops {
    payments_charge_fn *charge;
    payments_settle_fn *settle;
    payments_refund_fn *refund;
};

struct payments {
    const struct payments_ops *ops;
};

static inline enum status payments_charge(struct payments *payments, struct call *call,
                                          const struct payment_charge *charge)
{
    return payments->ops->charge(payments, call, charge);
}

static inline enum status payments_settle(struct payments *payments, struct call *call,
                                          int64_t order_id, enum payment_outcome *out)
{
    return payments->ops->settle(payments, call, order_id, out);
}

static inline enum status payments_refund(struct payments *payments, struct call *call,
                                          int64_t order_id, const char *key, int64_t amount_cents)
{
    return payments->ops->refund(payments, call, order_id, key, amount_cents);
}

struct pg_pool;
struct loop;
struct transfers;

struct payments_options {
    const char *provider_url; /* "http://127.0.0.1:18090" */
    const char *signing_key;  /* secret shared with the provider */
    int64_t timeout_ms;       /* of one attempt */
};

/* The provider over HTTP (infra/sandbox speaks the same), with our record of it in schema payments. */
struct payments *payments_provider_new(struct arena *arena, struct pg_pool *write,
                                       struct transfers *transfers, struct loop *loop,
                                       const struct payments_options *options);

#endif
