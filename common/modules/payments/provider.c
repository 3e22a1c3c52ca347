/* Requests to the provider: signed, keyed, bounded in time, never logged with their card token.
 *
 * An answer that is not the JSON we expect is treated as "it may have happened": a proxy's error page must
 * not decide about money.
 */
#include "common/modules/payments/provider.h"

#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/modules/payments/signature.h"

#include <inttypes.h>

enum { REQUEST_BODY_MAX = 1024, ANSWER_BODY_MAX = 16 * 1024, REQUEST_HEADERS = 4 };

static const char *order_path(struct call *call, int64_t order_id, const char *ending)
{
    return arena_printf(call->arena, "/v1/charges/by-key/order-%" PRId64 "%s", order_id, ending);
}

static void read_member(const json_t *object, const char *name, const char **out)
{
    const char *text = json_string_value(json_object_get(object, name));
    *out = text ? text : "";
}

static enum status read_answer(struct call *call, const struct http_incoming *incoming,
                               struct provider_answer *out)
{
    json_t *body = NULL;
    *out = (struct provider_answer){.http = incoming->status};
    if (json_parse(call, incoming->body, incoming->body_length, &body) != STATUS_OK ||
        !json_is_object(body)) {
        call_forgive(call);
        return call_fail(call, STATUS_TIMEOUT, "the payment provider's answer was not understood");
    }
    read_member(body, "id", &out->id);
    read_member(body, "status", &out->status);
    out->amount_cents = json_integer_value(json_object_get(body, "amount_cents"));
    return STATUS_OK;
}

static enum status send(struct provider *provider, struct call *call, const char *method,
                        const char *path, const char *key, const struct strbuf *body,
                        struct provider_answer *out)
{
    const char *text = body ? body->text : "";
    const size_t length = body ? body->length : 0;
    const int64_t now_seconds = clock_wall_ms() / 1000;
    char signature[BYTES_SHA256_HEX];
    signature_make(call->arena, provider->options.signing_key, now_seconds, method, path, text,
                   length, signature);
    struct http_header headers[REQUEST_HEADERS] = {
        {"X-Timestamp", arena_printf(call->arena, "%" PRId64, now_seconds)},
        {"X-Signature", signature},
        {"Content-Type", "application/json"},
        {"Idempotency-Key", key},
    };
    const struct http_outgoing outgoing = {
        .method = method,
        .url = arena_printf(call->arena, "%s%s", provider->options.provider_url, path),
        .headers = headers,
        .header_count = key ? REQUEST_HEADERS : REQUEST_HEADERS - 1,
        .body = body ? text : NULL,
        .body_length = length,
        .timeout_ms = provider->options.timeout_ms,
        .body_max = ANSWER_BODY_MAX,
    };
    struct http_incoming incoming = {0};
    enum status status = http_client_send(provider->transfers, call, &outgoing, &incoming);
    if (status == STATUS_TOO_LARGE) /* it was sent: what became of it is not known */
        return call_fail(call, STATUS_TIMEOUT, "the payment provider's answer was not understood");
    if (status != STATUS_OK) return status;
    return read_answer(call, &incoming, out);
}

enum status provider_charge(struct provider *provider, struct call *call,
                            const struct payment_charge *charge, struct provider_answer *out)
{
    struct strbuf body;
    struct json_writer json;
    strbuf_init(&body, call->arena, REQUEST_BODY_MAX);
    json_writer_init(&json, &body);
    const char *key = arena_printf(call->arena, "order-%" PRId64, charge->order_id);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "amount_cents", charge->amount_cents);
    json_add_text(&json, "currency", charge->currency);
    json_add_text(&json, "card_token", charge->card_token);
    json_add_text(&json, "reference", key);
    json_end_object(&json);
    return send(provider, call, "POST", "/v1/charges", key, &body, out);
}

enum status provider_find(struct provider *provider, struct call *call, int64_t order_id,
                          struct provider_answer *out)
{
    return send(provider, call, "GET", order_path(call, order_id, ""), NULL, NULL, out);
}

enum status provider_void(struct provider *provider, struct call *call, int64_t order_id,
                          struct provider_answer *out)
{
    struct strbuf body;
    strbuf_init(&body, call->arena, REQUEST_BODY_MAX);
    const char *key = arena_printf(call->arena, "order-%" PRId64 "-void", order_id);
    return send(provider, call, "POST", order_path(call, order_id, "/void"), key, &body, out);
}

enum status provider_refund(struct provider *provider, struct call *call, int64_t order_id,
                            const char *key, int64_t amount_cents, struct provider_answer *out)
{
    struct strbuf body;
    struct json_writer json;
    strbuf_init(&body, call->arena, REQUEST_BODY_MAX);
    json_writer_init(&json, &body);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "amount_cents", amount_cents);
    json_end_object(&json);
    return send(provider, call, "POST", order_path(call, order_id, "/refunds"), key, &body, out);
}
