/* What all routes do alike. A request that is kept silent is a parked task on a list: the server cannot
 * see its client leave while it is being worked on, so after a minute it is let go.
 */
#include "infra/sandbox/sandbox.h"

#include "common/base/clock.h"
#include "common/modules/payments/signature.h"
#include "common/runtime/task.h"

#include <string.h>

struct silent {
    struct task *task;
    struct silent *next;
    bool woken;
};

enum status sandbox_keep_silent(struct sandbox *sandbox, struct call *call)
{
    struct silent silent = {.task = task_current(sandbox->loop), .next = sandbox->silent};
    const int64_t until_ms = clock_monotonic_ms() + SANDBOX_SILENCE_MS;
    sandbox->silent = &silent;
    while (!silent.woken && task_park(sandbox->loop, until_ms) == STATUS_OK)
        continue;
    struct silent **place = &sandbox->silent;
    while (*place != &silent)
        place = &(*place)->next;
    *place = silent.next;
    return call_fail(call, STATUS_UNAVAILABLE, "nobody was meant to wait for this answer");
}

void sandbox_wake_silent(struct sandbox *sandbox)
{
    for (struct silent *silent = sandbox->silent; silent; silent = silent->next) {
        silent->woken = true;
        task_wake(silent->task);
    }
}

enum status sandbox_admit(struct sandbox *sandbox, struct call *call, const struct request *request)
{
    if (sandbox->hang) return sandbox_keep_silent(sandbox, call);
    if (sandbox->down) return call_fail(call, STATUS_UNAVAILABLE, "the provider is down");
    if (!signature_holds(call->arena, sandbox->signing_key, request_header(request, "X-Timestamp"),
                         request_header(request, "X-Signature"), request->method_name,
                         request->path, request->body, request->body_length,
                         clock_wall_ms() / 1000))
        return call_fail(call, STATUS_UNAUTHENTICATED, "the signature does not hold");
    return request_no_query(call, request);
}

void sandbox_linger(struct sandbox *sandbox)
{
    if (sandbox->latency_ms > 1) task_sleep(sandbox->loop, sandbox->latency_ms / 2);
}

static bool is_key(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789._:-";
    const size_t length = strlen(text);
    return length > 0 && length <= LEDGER_KEY_MAX && strspn(text, allowed) == length;
}

const char *sandbox_key_header(struct call *call, const struct request *request)
{
    static const char name[] = "Idempotency-Key";
    const char *key = request_header(request, name);
    if (key && is_key(key)) return key;
    call_fail_field(call, name, key ? "must be 1 to 64 of A-Z a-z 0-9 . _ : -" : "is required");
    return NULL;
}

enum status sandbox_key_path(struct call *call, const struct request *request, const char **out)
{
    *out = request->parameters[0].value;
    return is_key(*out) ? STATUS_OK
                        : call_fail(call, STATUS_NOT_FOUND, "there is no charge with this key");
}

static const char *charge_status(const struct ledger_entry *charge)
{
    if (charge->kind == LEDGER_CHARGE) return "succeeded";
    return charge->kind == LEDGER_DECLINE ? "declined" : "voided";
}

void sandbox_answer_charge(struct response *response, int status, const struct ledger_entry *charge)
{
    struct json_writer json;
    response_json(response, status, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "id", charge->id);
    json_add_text(&json, "key", charge->key);
    json_add_text(&json, "status", charge_status(charge));
    json_add_int64(&json, "amount_cents", charge->amount_cents);
    json_add_text(&json, "currency", charge->currency);
    json_add_text(&json, "reference", charge->reference);
    json_add_int64(&json, "refunded_cents", charge->refunded_cents);
    json_end_object(&json);
}
