/* Mistakes with money. The provider is real enough to notice none of them: it takes what it is told.
 */
#include "tests/audit/mutants/mutants.h"

#include "common/modules/payments/payments.h"

enum { ANOTHER_KEY = 1000000000 }; /* "order-1000000007" instead of "order-7" */

static const struct payments_ops *original;

/* A copy of the operations to change one of; loops share it, and make the same of it. */
static struct payments_ops *changed(struct app *app)
{
    static struct payments_ops ops;
    if (app->payments->ops != &ops) original = app->payments->ops;
    ops = *original;
    app->payments->ops = &ops;
    return &ops;
}

/* --- charges --- */

static enum status more(struct payments *payments, struct call *call,
                        const struct payment_charge *charge)
{
    struct payment_charge wrong = *charge;
    wrong.amount_cents++;
    return original->charge(payments, call, &wrong);
}

void charge_a_cent_more(struct app *app)
{
    changed(app)->charge = more;
}

static enum status pretend(struct payments *payments, struct call *call,
                           const struct payment_charge *charge)
{
    (void)payments, (void)call, (void)charge;
    return STATUS_OK;
}

void charge_left_out(struct app *app)
{
    changed(app)->charge = pretend;
}

/* No answer does not mean that nothing has happened. With the same key this would be right. */
static enum status again(struct payments *payments, struct call *call,
                         const struct payment_charge *charge)
{
    enum status status = original->charge(payments, call, charge);
    if (status != STATUS_TIMEOUT) return status;
    struct payment_charge anew = *charge;
    anew.order_id += ANOTHER_KEY;
    call_forgive(call);
    return original->charge(payments, call, &anew);
}

void charge_again_unkeyed(struct app *app)
{
    changed(app)->charge = again;
}

/* Not an error, so it went well. */
static enum status cheer(struct payments *payments, struct call *call,
                         const struct payment_charge *charge)
{
    enum status status = original->charge(payments, call, charge);
    if (status != STATUS_DECLINED) return status;
    call_forgive(call);
    return STATUS_OK;
}

void declined_confirmed(struct app *app)
{
    changed(app)->charge = cheer;
}

/* --- refunds --- */

static enum status keep(struct payments *payments, struct call *call, int64_t order_id,
                        const char *key, int64_t amount_cents)
{
    (void)payments, (void)call, (void)order_id, (void)key, (void)amount_cents;
    return STATUS_OK;
}

void refund_left_out(struct app *app)
{
    changed(app)->refund = keep;
}

static enum status twice(struct payments *payments, struct call *call, int64_t order_id,
                         const char *key, int64_t amount_cents)
{
    enum status status = original->refund(payments, call, order_id, key, amount_cents);
    if (status != STATUS_OK) return status;
    return original->refund(payments, call, order_id, arena_printf(call->arena, "%s-again", key),
                            amount_cents);
}

void refund_twice(struct app *app)
{
    changed(app)->refund = twice;
}

static enum status less(struct payments *payments, struct call *call, int64_t order_id,
                        const char *key, int64_t amount_cents)
{
    return original->refund(payments, call, order_id, key, amount_cents - 1);
}

void refund_a_cent_less(struct app *app)
{
    changed(app)->refund = less;
}
