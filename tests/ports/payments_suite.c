/* payments: charges, settlements and refunds whose outcome the provider states plainly.
 */
#include "tests/ports/payments_cases.h"

#include "common/outgoing/transfer.h"

#include <string.h>

enum { PATIENT_MS = 4500, IMPATIENT_MS = PROVIDER_SILENCE_MS / 2 };

static void close_transfers(void *context)
{
    transfers_close(context);
}

void *make_payments_provider(struct harness *harness)
{
    struct payments_subject *subject = arena_new(harness->arena, struct payments_subject);
    struct transfers *transfers;
    const struct transfers_options limits = {.connections_max = 8, .waiting_max = 64};
    subject->provider = provider_double_new(harness);
    assert_int_equal(transfers_open(harness->loop, &limits, &transfers), STATUS_OK);
    harness_at_end(harness, close_transfers, transfers);
    struct payments_options options = {
        .provider_url = provider_double_url(subject->provider),
        .signing_key = PROVIDER_SIGNING_KEY,
        .timeout_ms = PATIENT_MS,
    };
    subject->payments =
        payments_provider_new(harness->arena, harness->pool, transfers, harness->loop, &options);
    options.timeout_ms = IMPATIENT_MS;
    subject->impatient =
        payments_provider_new(harness->arena, harness->pool, transfers, harness->loop, &options);
    return subject;
}

static const struct payment_charge order_17 = {
    .order_id = 17, .amount_cents = 2500, .currency = "EUR", .card_token = "card_ok"};

static void expect_settled(struct harness *harness, struct payments_subject *subject,
                           enum payment_outcome wanted)
{
    enum payment_outcome outcome;
    struct call *call = harness_call(harness);
    assert_status(call, STATUS_OK, payments_settle(subject->payments, call, 17, &outcome));
    assert_int_equal(outcome, wanted);
}

static void expect_request(const struct payments_subject *subject, int index, const char *line,
                           const char *key)
{
    const struct provider_request *request = &subject->provider->requests[index];
    assert_true(index < subject->provider->request_count);
    assert_string_equal(request->line, line);
    assert_string_equal(request->key, key);
    assert_true(request->signature_holds);
}

static void a_charge_is_keyed_signed_and_recorded(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    provider_answers(subject->provider, 201, PROVIDER_CHARGE("succeeded"));
    assert_status(call, STATUS_OK, payments_charge(subject->payments, call, &order_17));
    expect_request(subject, 0, "POST /v1/charges", "order-17");
    assert_string_equal(subject->provider->requests[0].body,
                        "{\"amount_cents\":2500,\"currency\":\"EUR\",\"card_token\":\"card_ok\","
                        "\"reference\":\"order-17\"}");
    expect_settled(harness, subject, PAYMENT_CHARGED);
    assert_int_equal(subject->provider->request_count, 1); /* the record was enough */
}

static void a_charge_may_be_repeated(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    provider_answers(subject->provider, 201, PROVIDER_CHARGE("succeeded"));
    provider_answers(subject->provider, 201, PROVIDER_CHARGE("succeeded"));
    assert_status(call, STATUS_OK, payments_charge(subject->payments, call, &order_17));
    assert_status(call, STATUS_OK, payments_charge(subject->payments, call, &order_17));
    expect_request(subject, 1, "POST /v1/charges", "order-17");
}

static void a_declined_card_is_recorded_too(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    provider_answers(subject->provider, 402, PROVIDER_CHARGE("declined"));
    assert_status(call, STATUS_DECLINED, payments_charge(subject->payments, call, &order_17));
    expect_settled(harness, subject, PAYMENT_DECLINED);
    assert_int_equal(subject->provider->request_count, 1);
}

static void a_busy_provider_is_asked_again_with_the_same_key(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    provider_answers(subject->provider, 503, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 503, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 201, PROVIDER_CHARGE("succeeded"));
    assert_status(call, STATUS_OK, payments_charge(subject->payments, call, &order_17));
    for (int i = 0; i < 3; i++) {
        expect_request(subject, i, "POST /v1/charges", "order-17");
        assert_string_equal(subject->provider->requests[i].body,
                            subject->provider->requests[0].body);
    }
}

static void a_provider_that_stays_busy_has_charged_nothing(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    for (int i = 0; i < 8; i++)
        provider_answers(subject->provider, 503, PROVIDER_PROBLEM);
    assert_status(call, STATUS_UNAVAILABLE, payments_charge(subject->payments, call, &order_17));
    assert_in_range(subject->provider->request_count, 2, 6);
}

static void a_provider_that_is_away_has_charged_nothing(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    provider_vanishes(subject->provider);
    assert_status(call, STATUS_UNAVAILABLE, payments_charge(subject->payments, call, &order_17));
}

static void retries_stay_within_the_deadline(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    for (int i = 0; i < 8; i++)
        provider_answers(subject->provider, 503, PROVIDER_PROBLEM);
    call_init(call, harness->arena, 190);
    assert_status(call, STATUS_UNAVAILABLE, payments_charge(subject->payments, call, &order_17));
    assert_true(call_remaining_ms(call) > 0);
}

static void an_unknown_card_is_declined(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    provider_answers(subject->provider, 422, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 404, PROVIDER_PROBLEM);
    assert_status(call, STATUS_DECLINED, payments_charge(subject->payments, call, &order_17));
    expect_request(subject, 1, "GET /v1/charges/by-key/order-17", "");
}

/* The key was used before, for a request with another card: what it did then is what counts. */
static void a_used_key_is_what_it_was_used_for(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    provider_answers(subject->provider, 422, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 200, PROVIDER_CHARGE("succeeded"));
    assert_status(call, STATUS_OK, payments_charge(subject->payments, call, &order_17));
    expect_settled(harness, subject, PAYMENT_CHARGED);
}

static void a_refund_happens_once(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct payments *payments = subject->payments;
    struct call *call = harness_call(harness);
    provider_answers(subject->provider, 201, "{\"id\":\"re_1\",\"key\":\"booking-4-refund\"}");
    for (int i = 0; i < 3; i++)
        assert_status(call, STATUS_OK,
                      payments_refund(payments, call, 17, "booking-4-refund", 900));
    assert_int_equal(subject->provider->request_count, 1);
    expect_request(subject, 0, "POST /v1/charges/by-key/order-17/refunds", "booking-4-refund");
    assert_string_equal(subject->provider->requests[0].body, "{\"amount_cents\":900}");
}

static void a_refund_of_nothing_is_no_request(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    assert_status(call, STATUS_OK,
                  payments_refund(subject->payments, call, 17, "booking-4-refund", 0));
    assert_int_equal(subject->provider->request_count, 0);
}

/* More than is left, a charge it has never heard of, a key of another refund: it will not change its mind. */
static void what_the_provider_will_not_refund_is_refused(struct harness *harness, void *context)
{
    static const int answers[] = {404, 409, 422};
    struct payments_subject *subject = context;
    struct call *call = harness_call(harness);
    for (int i = 0; i < 3; i++) {
        provider_answers(subject->provider, answers[i], PROVIDER_PROBLEM);
        assert_status(call, STATUS_CONFLICT,
                      payments_refund(subject->payments, call, 17, "booking-4-refund", 9000));
        call_forgive(call);
    }
}

static void a_failed_refund_can_be_driven_on(struct harness *harness, void *context)
{
    struct payments_subject *subject = context;
    struct payments *payments = subject->payments;
    struct call *call = harness_call(harness);
    provider_answers(subject->provider, 503, PROVIDER_PROBLEM);
    provider_answers(subject->provider, 0, NULL);
    provider_answers(subject->provider, 201, "{\"id\":\"re_1\",\"key\":\"booking-4-refund\"}");
    assert_status(call, STATUS_UNAVAILABLE,
                  payments_refund(payments, call, 17, "booking-4-refund", 900));
    assert_status(call, STATUS_TIMEOUT,
                  payments_refund(subject->impatient, call, 17, "booking-4-refund", 900));
    assert_status(call, STATUS_OK, payments_refund(payments, call, 17, "booking-4-refund", 900));
    for (int i = 0; i < 3; i++)
        expect_request(subject, i, "POST /v1/charges/by-key/order-17/refunds", "booking-4-refund");
}

static const struct port_case cases[] = {
    {"a charge is keyed, signed and recorded", a_charge_is_keyed_signed_and_recorded},
    {"a charge may be repeated", a_charge_may_be_repeated},
    {"a declined card is recorded too", a_declined_card_is_recorded_too},
    {"a busy provider is asked again with the same key",
     a_busy_provider_is_asked_again_with_the_same_key},
    {"a provider that stays busy has charged nothing",
     a_provider_that_stays_busy_has_charged_nothing},
    {"a provider that is away has charged nothing", a_provider_that_is_away_has_charged_nothing},
    {"retries stay within the deadline", retries_stay_within_the_deadline},
    {"an unknown card is declined", an_unknown_card_is_declined},
    {"a used key is what it was used for", a_used_key_is_what_it_was_used_for},
    {"a refund happens once", a_refund_happens_once},
    {"a refund of nothing is no request", a_refund_of_nothing_is_no_request},
    {"what the provider will not refund is refused", what_the_provider_will_not_refund_is_refused},
    {"a failed refund can be driven on", a_failed_refund_can_be_driven_on},
};

const struct port_suite payments_suite = {cases, sizeof(cases) / sizeof(cases[0])};
