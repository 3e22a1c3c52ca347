/* Each operation waits a moment first, as a real provider does, so that other tasks get between the steps. */
#include "tests/ports/payments_stand_in.h"

#include "common/runtime/task.h"
#include "tests/ports/harness.h"

#include <stdio.h>
#include <string.h>

static struct stand_in_charge *find(struct payments_stand_in *self, int64_t order_id)
{
    for (int i = 0; i < self->charge_count; i++)
        if (self->charges[i].order_id == order_id) return &self->charges[i];
    return NULL;
}

static struct stand_in_charge *add(struct payments_stand_in *self, int64_t order_id,
                                   int64_t amount_cents, enum payment_outcome outcome)
{
    assert_true(self->charge_count < STAND_IN_ENTRIES_MAX);
    struct stand_in_charge *charge = &self->charges[self->charge_count++];
    *charge = (struct stand_in_charge){order_id, amount_cents, 0, outcome};
    return charge;
}

static enum status arrive(struct payments_stand_in *self, struct call *call)
{
    task_sleep(self->loop, 1);
    return self->away ? call_fail(call, STATUS_UNAVAILABLE, "the provider is away") : STATUS_OK;
}

static enum status charge(struct payments *payments, struct call *call,
                          const struct payment_charge *wanted)
{
    struct payments_stand_in *self = (struct payments_stand_in *)payments;
    const char *card = wanted->card_token;
    enum status status = arrive(self, call);
    if (status == STATUS_OK && strcmp(card, "card_away") == 0)
        status = call_fail(call, STATUS_UNAVAILABLE, "the provider is away");
    if (status == STATUS_OK && strcmp(card, "card_lost") == 0)
        status = call_fail(call, STATUS_TIMEOUT, "no answer");
    if (status != STATUS_OK) return status;
    struct stand_in_charge *found = find(self, wanted->order_id);
    if (found == NULL)
        found = add(self, wanted->order_id, wanted->amount_cents,
                    strcmp(card, "card_declined") == 0 ? PAYMENT_DECLINED : PAYMENT_CHARGED);
    assert_string_equal(wanted->currency, "EUR");
    if (strcmp(card, "card_silent") == 0) return call_fail(call, STATUS_TIMEOUT, "no answer");
    if (found->outcome == PAYMENT_CHARGED) return STATUS_OK;
    return call_fail(call, STATUS_DECLINED, "the card was declined");
}

static enum status settle(struct payments *payments, struct call *call, int64_t order_id,
                          enum payment_outcome *out)
{
    struct payments_stand_in *self = (struct payments_stand_in *)payments;
    enum status status = arrive(self, call);
    self->settled++;
    if (status == STATUS_OK && order_id == self->mute_order)
        status = call_fail(call, STATUS_TIMEOUT, "no answer");
    if (status != STATUS_OK) return status;
    struct stand_in_charge *found = find(self, order_id);
    if (found == NULL) found = add(self, order_id, 0, PAYMENT_VOIDED);
    *out = found->outcome;
    return STATUS_OK;
}

static enum status refund(struct payments *payments, struct call *call, int64_t order_id,
                          const char *key, int64_t amount_cents)
{
    struct payments_stand_in *self = (struct payments_stand_in *)payments;
    enum status status = arrive(self, call);
    if (status != STATUS_OK) return status;
    for (int i = 0; i < self->refund_count; i++)
        if (strcmp(self->refund_keys[i], key) == 0) return STATUS_OK;
    struct stand_in_charge *found = find(self, order_id);
    assert_non_null(found);
    assert_int_equal(found->outcome, PAYMENT_CHARGED);
    assert_true(found->refunded_cents + amount_cents <= found->amount_cents);
    assert_true(self->refund_count < STAND_IN_ENTRIES_MAX);
    snprintf(self->refund_keys[self->refund_count++], sizeof(self->refund_keys[0]), "%s", key);
    found->refunded_cents += amount_cents;
    return STATUS_OK;
}

struct payments_stand_in *payments_stand_in_new(struct arena *arena, struct loop *loop)
{
    static const struct payments_ops ops = {charge, settle, refund};
    struct payments_stand_in *self = arena_new(arena, struct payments_stand_in);
    self->port.ops = &ops;
    self->loop = loop;
    return self;
}

const struct stand_in_charge *stand_in_find(const struct payments_stand_in *payments,
                                            int64_t order_id)
{
    const struct stand_in_charge *found = NULL;
    for (int i = 0; i < payments->charge_count; i++) {
        if (payments->charges[i].order_id != order_id) continue;
        assert_null(found);
        found = &payments->charges[i];
    }
    return found;
}

int64_t stand_in_balance(const struct payments_stand_in *payments)
{
    int64_t cents = 0;
    for (int i = 0; i < payments->charge_count; i++)
        if (payments->charges[i].outcome == PAYMENT_CHARGED)
            cents += payments->charges[i].amount_cents - payments->charges[i].refunded_cents;
    return cents;
}
