/* Giving money back: once per key, never more than was charged.
 */
#include "infra/sandbox/sandbox.h"

#include <string.h>

enum { REFUND_AMOUNT_MAX = 1000000000 };

static enum status read_refund(struct call *call, const struct request *request,
                               struct ledger_entry *out)
{
    json_t *body = NULL;
    enum status status = request_json(call, request, &body);
    if (status != STATUS_OK) return status;
    const struct json_field fields[] = {
        {"amount_cents", JSON_KIND_INT64, &out->amount_cents, .min = 1, .max = REFUND_AMOUNT_MAX},
    };
    out->key = sandbox_key_header(call, request);
    json_read(call, body, "", fields, sizeof(fields) / sizeof(fields[0]));
    return call_check_fields(call);
}

static enum status refund_once(struct sandbox *sandbox, struct call *call,
                               const struct ledger_entry *refund, const struct ledger_entry **out)
{
    const struct ledger_entry *charge = ledger_find_charge(sandbox->ledger, refund->charge_key);
    *out = ledger_find_refund(sandbox->ledger, refund->key);
    if (*out) {
        if (strcmp((*out)->charge_key, refund->charge_key) == 0 &&
            (*out)->amount_cents == refund->amount_cents)
            return STATUS_OK;
        call_fail_field(call, "Idempotency-Key", "was used for another refund");
        return call_check_fields(call);
    }
    if (!charge) return call_fail(call, STATUS_NOT_FOUND, "there is no charge with this key");
    if (charge->kind != LEDGER_CHARGE)
        return call_fail(call, STATUS_CONFLICT, "nothing was charged with this key");
    if (refund->amount_cents > charge->amount_cents - charge->refunded_cents)
        return call_fail(call, STATUS_CONFLICT, "that is more than is left of the charge");
    return ledger_record(sandbox->ledger, call, refund, out);
}

static void write_refund(struct response *response, const struct ledger_entry *refund,
                         const struct ledger_entry *charge)
{
    struct json_writer json;
    response_json(response, 201, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "id", refund->id);
    json_add_text(&json, "key", refund->key);
    json_add_text(&json, "charge_id", charge->id);
    json_add_int64(&json, "amount_cents", refund->amount_cents);
    json_end_object(&json);
}

static enum status post_refund(void *context, struct call *call, const struct request *request,
                               struct response *response)
{
    struct sandbox *sandbox = context;
    struct ledger_entry refund = {.kind = LEDGER_REFUND, .currency = "", .reference = ""};
    const struct ledger_entry *entry = NULL;
    enum status status = sandbox_admit(sandbox, call, request);
    if (status == STATUS_OK) status = sandbox_key_path(call, request, &refund.charge_key);
    if (status == STATUS_OK) status = read_refund(call, request, &refund);
    if (status != STATUS_OK) return status;
    sandbox_linger(sandbox);
    status = refund_once(sandbox, call, &refund, &entry);
    if (status != STATUS_OK) return status;
    sandbox_linger(sandbox);
    write_refund(response, entry, ledger_find_charge(sandbox->ledger, refund.charge_key));
    return STATUS_OK;
}

void refunds_http_add(struct router *router, struct sandbox *sandbox)
{
    static const struct route routes[] = {
        {METHOD_POST, "/v1/charges/by-key/{key}/refunds", ACCESS_PUBLIC, post_refund,
         .timeout_ms = SANDBOX_ROUTE_MS, .quiet = true},
    };
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), sandbox);
}
