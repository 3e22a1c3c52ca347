/* Charging, asking, voiding. The card token decides what happens, as with the test cards of real
 * providers. While a request sleeps others run, so everything is looked up again after each wait; from the
 * last look to the ledger entry nothing waits.
 */
#include "common/base/bytes.h"
#include "common/runtime/task.h"
#include "infra/sandbox/sandbox.h"

#include <inttypes.h>
#include <string.h>

enum { CARD_TOKEN_MAX = 64, SLOW_MS = 3000, FLAKY_FAILURES = 2, CHARGE_AMOUNT_MAX = 1000000000 };

enum card { CARD_OK, CARD_DECLINED, CARD_SLOW, CARD_TIMEOUT, CARD_FLAKY, CARD_UNKNOWN };

static const char *const card_tokens[CARD_UNKNOWN] = {
    [CARD_OK] = "card_ok",           [CARD_DECLINED] = "card_declined", [CARD_SLOW] = "card_slow",
    [CARD_TIMEOUT] = "card_timeout", [CARD_FLAKY] = "card_flaky",
};

struct charge_request {
    const char *key, *currency, *card_token, *reference;
    int64_t amount_cents;
    enum card card;
    uint64_t fingerprint;
};

static enum card card_of(const char *token)
{
    int card = CARD_OK;
    while (card < CARD_UNKNOWN && strcmp(card_tokens[card], token) != 0)
        card++;
    return (enum card)card;
}

static bool is_currency(const char *text)
{
    return strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

static enum status read_charge(struct call *call, const struct request *request,
                               struct charge_request *out)
{
    json_t *body = NULL;
    *out = (struct charge_request){.currency = "", .card_token = "", .reference = ""};
    enum status status = request_json(call, request, &body);
    if (status != STATUS_OK) return status;
    const struct json_field fields[] = {
        {"amount_cents", JSON_KIND_INT64, &out->amount_cents, .min = 1, .max = CHARGE_AMOUNT_MAX},
        {"currency", JSON_KIND_TEXT, &out->currency, .min = 3, .max = 3},
        {"card_token", JSON_KIND_TEXT, &out->card_token, .min = 1, .max = CARD_TOKEN_MAX},
        {"reference", JSON_KIND_TEXT, &out->reference, .optional = true,
         .max = LEDGER_REFERENCE_MAX},
    };
    out->key = sandbox_key_header(call, request);
    json_read(call, body, "", fields, sizeof(fields) / sizeof(fields[0]));
    out->card = card_of(out->card_token);
    if (out->card_token[0] && out->card == CARD_UNKNOWN)
        call_fail_field(call, "card_token", "is not known");
    if (out->currency[0] && !is_currency(out->currency))
        call_fail_field(call, "currency", "must be three capital letters");
    const char *meaning = arena_printf(call->arena, "%" PRId64 "|%s|%s|%s", out->amount_cents,
                                       out->currency, out->card_token, out->reference);
    out->fingerprint = bytes_fnv1a(meaning, strlen(meaning));
    return call_check_fields(call);
}

/* The entry of this key, made now if there is none. `fresh` tells. */
static enum status find_or_charge(struct sandbox *sandbox, struct call *call,
                                  const struct charge_request *charge,
                                  const struct ledger_entry **out, bool *fresh)
{
    *out = ledger_find_charge(sandbox->ledger, charge->key);
    *fresh = !*out;
    if (*out) return STATUS_OK;
    if (charge->card == CARD_FLAKY &&
        ledger_count_attempt(sandbox->ledger, charge->key) <= FLAKY_FAILURES)
        return call_fail(call, STATUS_UNAVAILABLE, "the provider is busy; try again");
    const struct ledger_entry entry = {
        .kind = charge->card == CARD_DECLINED ? LEDGER_DECLINE : LEDGER_CHARGE,
        .key = charge->key,
        .amount_cents = charge->amount_cents,
        .currency = charge->currency,
        .reference = charge->reference,
        .charge_key = "",
        .fingerprint = charge->fingerprint,
    };
    return ledger_record(sandbox->ledger, call, &entry, out);
}

static enum status post_charge(void *context, struct call *call, const struct request *request,
                               struct response *response)
{
    struct sandbox *sandbox = context;
    struct charge_request charge;
    const struct ledger_entry *entry = NULL;
    bool fresh = false;
    enum status status = sandbox_admit(sandbox, call, request);
    if (status == STATUS_OK) status = read_charge(call, request, &charge);
    if (status != STATUS_OK) return status;

    sandbox_linger(sandbox);
    if (charge.card == CARD_SLOW && !ledger_find_charge(sandbox->ledger, charge.key))
        task_sleep(sandbox->loop, SLOW_MS);
    status = find_or_charge(sandbox, call, &charge, &entry, &fresh);
    if (status != STATUS_OK) return status;
    if (fresh && charge.card == CARD_TIMEOUT) return sandbox_keep_silent(sandbox, call);
    sandbox_linger(sandbox);

    if (entry->kind == LEDGER_VOID) {
        sandbox_answer_charge(response, 409, entry);
        return STATUS_OK;
    }
    if (entry->fingerprint != charge.fingerprint) {
        call_fail_field(call, "Idempotency-Key", "was used for another charge");
        return call_check_fields(call);
    }
    sandbox_answer_charge(response, entry->kind == LEDGER_DECLINE ? 402 : 201, entry);
    return STATUS_OK;
}

static enum status get_charge(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    struct sandbox *sandbox = context;
    const char *key;
    enum status status = sandbox_admit(sandbox, call, request);
    if (status == STATUS_OK) status = sandbox_key_path(call, request, &key);
    if (status != STATUS_OK) return status;
    sandbox_linger(sandbox);
    sandbox_linger(sandbox);
    const struct ledger_entry *entry = ledger_find_charge(sandbox->ledger, key);
    if (!entry) return call_fail(call, STATUS_NOT_FOUND, "there is no charge with this key");
    sandbox_answer_charge(response, 200, entry);
    return STATUS_OK;
}

static enum status post_void(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    struct sandbox *sandbox = context;
    const char *key;
    enum status status = sandbox_admit(sandbox, call, request);
    if (status == STATUS_OK) status = sandbox_key_path(call, request, &key);
    if (status != STATUS_OK) return status;
    sandbox_linger(sandbox);
    const struct ledger_entry *entry = ledger_find_charge(sandbox->ledger, key);
    if (!entry) {
        const struct ledger_entry tombstone = {
            .kind = LEDGER_VOID, .key = key, .currency = "", .reference = "", .charge_key = ""};
        status = ledger_record(sandbox->ledger, call, &tombstone, &entry);
        if (status != STATUS_OK) return status;
    }
    sandbox_linger(sandbox);
    sandbox_answer_charge(response, entry->kind == LEDGER_VOID ? 200 : 409, entry);
    return STATUS_OK;
}

void charges_http_add(struct router *router, struct sandbox *sandbox)
{
    static const struct route routes[] = {
        {METHOD_POST, "/v1/charges", ACCESS_PUBLIC, post_charge, .timeout_ms = SANDBOX_ROUTE_MS,
         .quiet = true},
        {METHOD_GET, "/v1/charges/by-key/{key}", ACCESS_PUBLIC, get_charge,
         .timeout_ms = SANDBOX_ROUTE_MS, .quiet = true},
        {METHOD_POST, "/v1/charges/by-key/{key}/void", ACCESS_PUBLIC, post_void,
         .timeout_ms = SANDBOX_ROUTE_MS, .quiet = true},
    };
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), sandbox);
}
