/* payments, when the outcome is not known: nothing is guessed, and payments_settle() finds out.
 */
#include "tests/ports/payments_cases.h"

#include <string.h>

static const struct payment_charge order_17 = {
    .order_id = 17, .amount_cents = 2500, .currency = "EUR", .card_token = "card_ok"};

static void expect_charge(struct harness *harness, struct payments *payments, enum status wanted)
{
    struct call *call = harness_call(harness);
    assert_status(call, wanted, payments_charge(payments, call, &order_17));
}

static void expect_settle(struct harness *harness, struct payments_subject *subject,
                          enum payment_outcome wanted)
{
    enum payment_outcome outcome;
    struct call *call = harness_call(harness);
    assert_status(call, STATUS_OK, payments_settle(subject->payments, call, 17, &outcome));
    assert_int_equal(outcome, wanted);
}

/* Once known, the record is enough: settling again asks nobody. */
static void expect_known(struct harness *harness, struct payments_subject *subject,
                         enum payment_outcome wanted)
{
    const int asked = subject->provider->request_count;
    expect_settle(harness, subject, wanted);
    assert_int_equal(subject->provider->request_count, asked);
}

static void expect_line(const struct payments_subject *subject, int index, const char *line)
{
    assert_true(index < subject->provider->request_count);
    assert_string_equal(subject->provider->requests[index].line, line);
    assert_true(subject->provider->requests[index].signature_holds);
}

static void silence_is_unknown_and_was_a_charge(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    provider_answers(subject->provider, 0, NULL);
    provider_answers(subject->provider, 200, PROVIDER_CHARGE("succeeded"));
    expect_charge(harness, subject->impatient, STATUS_TIMEOUT);
    assert_int_equal(subject->provider->request_count, 1); /* not again: that is settle's work */
    expect_settle(harness, subject, PAYMENT_CHARGED);
    expect_line(subject, 1, "GET /v1/charges/by-key/order-17");
    expect_known(harness, subject, PAYMENT_CHARGED);
}

static void a_charge_never_seen_is_voided(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    provider_answers(subject->provider, 404, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 200, PROVIDER_CHARGE("voided"));
    expect_settle(harness, subject, PAYMENT_VOIDED);
    expect_line(subject, 0, "GET /v1/charges/by-key/order-17");
    expect_line(subject, 1, "POST /v1/charges/by-key/order-17/void");
    expect_known(harness, subject, PAYMENT_VOIDED);
}

/* Between the question and the void the charge went through. */
static void a_void_that_comes_too_late_tells_the_truth(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    provider_answers(subject->provider, 404, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 409, PROVIDER_CHARGE("succeeded"));
    expect_settle(harness, subject, PAYMENT_CHARGED);
    expect_known(harness, subject, PAYMENT_CHARGED);
}

static void what_cannot_be_settled_now_is_settled_later(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    enum payment_outcome outcome;
    static const struct {
        int http;
        const char *body;
        enum status status;
    } rows[] = {
        {503, PROVIDER_PROBLEM, STATUS_UNAVAILABLE},
        {0, NULL, STATUS_TIMEOUT},
        {500, PROVIDER_PROBLEM, STATUS_UNAVAILABLE},
        {401, PROVIDER_PROBLEM, STATUS_UNAVAILABLE},
        {200, "<html>", STATUS_TIMEOUT},
        {200, "{}", STATUS_UNAVAILABLE},
    };
    const int count = (int)(sizeof(rows) / sizeof(rows[0]));
    for (int i = 0; i < count; i++)
        provider_answers(subject->provider, rows[i].http, rows[i].body);
    provider_answers(subject->provider, 200, PROVIDER_CHARGE("declined"));
    for (int i = 0; i < count; i++) {
        struct call *call = harness_call(harness);
        struct payments *payments = rows[i].http == 0 ? subject->impatient : subject->payments;
        assert_status(call, rows[i].status, payments_settle(payments, call, 17, &outcome));
    }
    expect_settle(harness, subject, PAYMENT_DECLINED);
}

/* Whatever is not an outcome is unknown: never declined, never charged. */
static void answers_that_say_nothing_are_unknown(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    static const struct {
        int http;
        const char *body;
    } rows[] = {
        {500, PROVIDER_PROBLEM},       {401, PROVIDER_PROBLEM},
        {201, "<html>welcome</html>"}, {201, "{}"},
        {201, "[\"succeeded\"]"},      {201, PROVIDER_CHARGE("maybe")},
        {402, PROVIDER_PROBLEM},       {302, ""},
    };
    const int count = (int)(sizeof(rows) / sizeof(rows[0]));
    for (int i = 0; i < count; i++)
        provider_answers(subject->provider, rows[i].http, rows[i].body);
    provider_answers(subject->provider, 200, PROVIDER_CHARGE("succeeded"));
    for (int i = 0; i < count; i++)
        expect_charge(harness, subject->payments, STATUS_TIMEOUT);
    assert_int_equal(subject->provider->request_count, count);
    expect_settle(harness, subject, PAYMENT_CHARGED); /* none of them was recorded */
}

static void a_refused_key_that_cannot_be_looked_up_is_unknown(struct harness *harness,
                                                              void *context)
{
    struct payments_subject *subject = context;
    provider_answers(subject->provider, 422, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 503, PROVIDER_PROBLEM);
    expect_charge(harness, subject->payments, STATUS_TIMEOUT);
    provider_answers(subject->provider, 422, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 0, NULL);
    expect_charge(harness, subject->impatient, STATUS_TIMEOUT);
}

/* The provider has the money and we could not write it down: not declined, and found out later. */
static void a_charge_that_cannot_be_recorded_is_unknown(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    provider_answers(subject->provider, 201, PROVIDER_CHARGE("succeeded"));
    provider_answers(subject->provider, 200, PROVIDER_CHARGE("succeeded"));
    harness_sql(harness,
                "ALTER TABLE payments.charges ADD CONSTRAINT full_up CHECK (false) NOT VALID");
    struct call *call = harness_call(harness);
    enum status status = payments_charge(subject->payments, call, &order_17);
    harness_sql(harness, "ALTER TABLE payments.charges DROP CONSTRAINT full_up");
    assert_status(call, STATUS_TIMEOUT, status);
    expect_settle(harness, subject, PAYMENT_CHARGED);
    expect_known(harness, subject, PAYMENT_CHARGED);
}

static void a_voided_order_is_not_charged_late(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    provider_answers(subject->provider, 404, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 200, PROVIDER_CHARGE("voided"));
    provider_answers(subject->provider, 409, PROVIDER_CHARGE("voided"));
    expect_settle(harness, subject, PAYMENT_VOIDED);
    expect_charge(harness, subject->payments, STATUS_DECLINED);
    expect_known(harness, subject, PAYMENT_VOIDED);
}

static const struct port_case cases[] = {
    {"silence is unknown, and was a charge", silence_is_unknown_and_was_a_charge},
    {"a charge never seen is voided", a_charge_never_seen_is_voided},
    {"a void that comes too late tells the truth", a_void_that_comes_too_late_tells_the_truth},
    {"what cannot be settled now is settled later", what_cannot_be_settled_now_is_settled_later},
    {"answers that say nothing are unknown", answers_that_say_nothing_are_unknown},
    {"a refused key that cannot be looked up is unknown",
     a_refused_key_that_cannot_be_looked_up_is_unknown},
    {"a charge that cannot be recorded is unknown", a_charge_that_cannot_be_recorded_is_unknown},
    {"a voided order is not charged late", a_voided_order_is_not_charged_late},
};

const struct port_suite payments_unknown_suite = {cases, sizeof(cases) / sizeof(cases[0])};
