/* The payments port on the provider, with our record of what is certain.
 *
 * The record is written after the provider has answered, never before. So after a crash in between the
 * order is unknown, not wrong, and payments_settle() finds the truth where it is: at the provider, under the
 * order's key. For the same reason a charge that succeeded but could not be recorded answers
 * STATUS_TIMEOUT: unknown to us is what it is.
 */
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/modules/payments/payments.h"
#include "common/modules/payments/provider.h"
#include "common/pg/pg.h"
#include "common/runtime/task.h"
#include "statements.h"

#include <inttypes.h>
#include <string.h>

/* A provider that answers 503 is asked again with the same key after 50, 100, 200 ms, each give or take
   half, as long as the call has time. */
enum { CHARGE_ATTEMPTS_MAX = 4, RETRY_DELAY_MS = 50, TIME_LEFT_MIN_MS = 200 };

struct payments_provider {
    struct payments base;
    struct pg_pool *write;
    struct loop *loop;
    struct provider provider;
};

static struct payments_provider *self_of(struct payments *payments)
{
    return (struct payments_provider *)payments;
}

static const char *outcome_name(enum payment_outcome outcome)
{
    static const char *const names[] = {[PAYMENT_CHARGED] = "charged",
                                        [PAYMENT_DECLINED] = "declined",
                                        [PAYMENT_VOIDED] = "voided"};
    return names[outcome];
}

static bool read_outcome(const char *provider_status, enum payment_outcome *out)
{
    if (strcmp(provider_status, "succeeded") == 0)
        *out = PAYMENT_CHARGED;
    else if (strcmp(provider_status, "declined") == 0)
        *out = PAYMENT_DECLINED;
    else if (strcmp(provider_status, "voided") == 0)
        *out = PAYMENT_VOIDED;
    else
        return false;
    return true;
}

static enum status record(struct payments_provider *self, struct call *call, int64_t order_id,
                          enum payment_outcome outcome, const struct provider_answer *answer,
                          const char *currency)
{
    return pg_write(self->write, call, &payments_record_charge_sql,
                    PG_ARGS(PG_INT(order_id), PG_TEXT(outcome_name(outcome)),
                            PG_INT(answer->amount_cents), PG_TEXT(currency), PG_TEXT(answer->id)),
                    NULL);
}

static void pause_before_retry(struct payments_provider *self, int attempt)
{
    const int64_t delay_ms = (int64_t)RETRY_DELAY_MS << attempt;
    char hex[5];
    bytes_random_hex(hex, 4);
    const int64_t jitter_ms = (int64_t)(bytes_fnv1a(hex, 4) % (uint64_t)delay_ms) - delay_ms / 2;
    task_sleep(self->loop, delay_ms + jitter_ms);
}

/* One answer that is not a 503, or the reason why there is none. */
static enum status charge_with_retries(struct payments_provider *self, struct call *call,
                                       const struct payment_charge *charge,
                                       struct provider_answer *answer)
{
    enum status status = STATUS_OK;
    for (int attempt = 0;; attempt++) {
        status = provider_charge(&self->provider, call, charge, answer);
        const bool again =
            (status == STATUS_OK && answer->http == 503) || status == STATUS_UNAVAILABLE;
        if (!again) return status;
        if (attempt + 1 == CHARGE_ATTEMPTS_MAX || call_remaining_ms(call) < TIME_LEFT_MIN_MS) break;
        call_forgive(call);
        pause_before_retry(self, attempt);
    }
    if (status == STATUS_OK)
        status = call_fail(call, STATUS_UNAVAILABLE, "the payment provider is busy");
    return status;
}

/* 422 is what a card gets that the provider does not know, and what a key gets that was used for another
   request: then the first one may have been charged. What stands under the key tells them apart. */
static enum status explain_refusal(struct payments_provider *self, struct call *call,
                                   const struct payment_charge *charge,
                                   struct provider_answer *answer)
{
    if (provider_find(&self->provider, call, charge->order_id, answer) != STATUS_OK)
        return call_fail(call, STATUS_TIMEOUT, "the payment provider could not be asked again");
    if (answer->http == 404)
        return call_fail(call, STATUS_DECLINED, "the payment provider does not accept this card");
    return STATUS_OK;
}

static enum status payments_provider_charge(struct payments *payments, struct call *call,
                                            const struct payment_charge *charge)
{
    struct payments_provider *self = self_of(payments);
    struct provider_answer answer;
    enum status status = charge_with_retries(self, call, charge, &answer);
    if (status != STATUS_OK) return status;
    if (answer.http == 422) status = explain_refusal(self, call, charge, &answer);
    if (status != STATUS_OK) return status;
    enum payment_outcome outcome;
    if (!read_outcome(answer.status, &outcome))
        return call_fail(call, STATUS_TIMEOUT, "the payment provider answered %d", answer.http);
    if (record(self, call, charge->order_id, outcome, &answer, charge->currency) != STATUS_OK) {
        log_warn("charge_not_recorded", call, LOG_INT("order_id", charge->order_id));
        return call_fail(call, STATUS_TIMEOUT, "the outcome of the payment could not be recorded");
    }
    if (outcome == PAYMENT_DECLINED)
        return call_fail(call, STATUS_DECLINED, "the card was declined");
    if (outcome == PAYMENT_VOIDED)
        return call_fail(call, STATUS_DECLINED, "the payment was closed before it was made");
    return STATUS_OK;
}

static enum status find_recorded(struct payments_provider *self, struct call *call,
                                 int64_t order_id, bool *found, enum payment_outcome *out)
{
    struct pg_rows rows;
    enum status status =
        pg_read(self->write, call, &payments_find_charge_sql, PG_ARGS(PG_INT(order_id)), &rows);
    *found = status == STATUS_OK && rows.count > 0;
    if (!*found) return status;
    const char *name = pg_text(&rows, 0, 0);
    for (int outcome = PAYMENT_CHARGED; outcome <= PAYMENT_VOIDED; outcome++)
        if (strcmp(name, outcome_name((enum payment_outcome)outcome)) == 0)
            *out = (enum payment_outcome)outcome;
    return STATUS_OK;
}

static enum status payments_provider_settle(struct payments *payments, struct call *call,
                                            int64_t order_id, enum payment_outcome *out)
{
    struct payments_provider *self = self_of(payments);
    bool found = false;
    enum status status = find_recorded(self, call, order_id, &found, out);
    if (status != STATUS_OK || found) return status;
    struct provider_answer answer;
    status = provider_find(&self->provider, call, order_id, &answer);
    if (status == STATUS_OK && answer.http == 404)
        status = provider_void(&self->provider, call, order_id, &answer);
    if (status != STATUS_OK) return status;
    if (!read_outcome(answer.status, out)) /* a 503, or a 401 for a wrong key: not an outcome */
        return call_fail(call, STATUS_UNAVAILABLE, "the payment provider answered %d", answer.http);
    return record(self, call, order_id, *out, &answer, "");
}

/* Asking again will not help: more than is left, a charge it does not know, a key used for something else. */
static bool is_refused(int http)
{
    return http == 404 || http == 409 || http == 422;
}

static enum status payments_provider_refund(struct payments *payments, struct call *call,
                                            int64_t order_id, const char *key, int64_t amount_cents)
{
    struct payments_provider *self = self_of(payments);
    struct pg_rows rows;
    enum status status =
        pg_read(self->write, call, &payments_find_refund_sql, PG_ARGS(PG_TEXT(key)), &rows);
    if (status != STATUS_OK || rows.count > 0) return status;
    if (amount_cents == 0) return STATUS_OK; /* a free booking: there is nothing to give back */
    struct provider_answer answer;
    status = provider_refund(&self->provider, call, order_id, key, amount_cents, &answer);
    if (status != STATUS_OK) return status;
    if (answer.http != 200 && answer.http != 201)
        return call_fail(call, is_refused(answer.http) ? STATUS_CONFLICT : STATUS_UNAVAILABLE,
                         "the payment provider answered %d to a refund", answer.http);
    return pg_write(
        self->write, call, &payments_record_refund_sql,
        PG_ARGS(PG_TEXT(key), PG_INT(order_id), PG_INT(amount_cents), PG_TEXT(answer.id)), NULL);
}

static const struct payments_ops ops = {
    .charge = payments_provider_charge,
    .settle = payments_provider_settle,
    .refund = payments_provider_refund,
};

struct payments *payments_provider_new(struct arena *arena, struct pg_pool *write,
                                       struct transfers *transfers, struct loop *loop,
                                       const struct payments_options *options)
{
    struct payments_provider *self = arena_new(arena, struct payments_provider);
    self->base.ops = &ops;
    self->write = write;
    self->loop = loop;
    self->provider.transfers = transfers;
    self->provider.options = *options;
    return &self->base;
}
