/* What a real provider does not offer, and tests need: reading the ledger, and turning the weather. These
 * routes are neither signed nor slow, and they answer while the provider is "down".
 */
#include "infra/sandbox/sandbox.h"

enum { LEDGER_PAGE_MAX = 1000 };

static enum status get_health(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    struct json_writer json;
    (void)context, (void)call, (void)request;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "status", "ok");
    json_end_object(&json);
    return STATUS_OK;
}

static void write_entry(struct json_writer *json, const struct ledger_entry *entry)
{
    json_begin_object(json, NULL);
    json_add_int64(json, "seq", entry->seq);
    json_add_text(json, "kind", ledger_kind_name(entry->kind));
    json_add_text(json, "key", entry->key);
    if (entry->kind == LEDGER_REFUND) json_add_text(json, "charge_key", entry->charge_key);
    json_add_text(json, "id", entry->id);
    json_add_int64(json, "amount_cents", entry->amount_cents);
    json_add_time(json, "at", entry->at_ms);
    json_end_object(json);
}

static enum status get_ledger(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    static const char *const names[] = {"after", "limit", NULL};
    struct sandbox *sandbox = context;
    const struct ledger_entry *const *entries;
    struct json_writer json;
    int64_t after = 0, limit = LEDGER_PAGE_MAX;
    request_query_only(call, request, names);
    request_query_int64(call, request, "after", 0, INT64_MAX, &after);
    request_query_int64(call, request, "limit", 1, LEDGER_PAGE_MAX, &limit);
    enum status status = call_check_fields(call);
    if (status != STATUS_OK) return status;

    const int count = ledger_list(sandbox->ledger, after, (int)limit, &entries);
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_begin_array(&json, "items");
    for (int i = 0; i < count; i++)
        write_entry(&json, entries[i]);
    json_end_array(&json);
    json_add_int64(&json, "last_seq", count > 0 ? entries[count - 1]->seq : after);
    json_end_object(&json);
    return STATUS_OK;
}

static enum status get_totals(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    struct sandbox *sandbox = context;
    struct ledger_totals totals;
    struct json_writer json;
    enum status status = request_no_query(call, request);
    if (status != STATUS_OK) return status;
    ledger_totals(sandbox->ledger, &totals);
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "charged_cents", totals.charged_cents);
    json_add_int64(&json, "refunded_cents", totals.refunded_cents);
    json_add_int64(&json, "charges", totals.charges);
    json_add_int64(&json, "refunds", totals.refunds);
    json_add_int64(&json, "declines", totals.declines);
    json_add_int64(&json, "voids", totals.voids);
    json_end_object(&json);
    return STATUS_OK;
}

static enum status get_settings(void *context, struct call *call, const struct request *request,
                                struct response *response)
{
    const struct sandbox *sandbox = context;
    struct json_writer json;
    enum status status = request_no_query(call, request);
    if (status != STATUS_OK) return status;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "latency_ms", sandbox->latency_ms);
    json_add_bool(&json, "down", sandbox->down);
    json_add_bool(&json, "hang", sandbox->hang);
    json_end_object(&json);
    return STATUS_OK;
}

/* What is not named stays as it is. */
static enum status put_settings(void *context, struct call *call, const struct request *request,
                                struct response *response)
{
    struct sandbox *sandbox = context;
    struct sandbox wanted = *sandbox;
    json_t *body = NULL;
    enum status status = request_json(call, request, &body);
    if (status != STATUS_OK) return status;
    const struct json_field fields[] = {
        {"latency_ms", JSON_KIND_INT64, &wanted.latency_ms, .optional = true,
         .max = SANDBOX_LATENCY_MAX_MS},
        {"down", JSON_KIND_BOOL, &wanted.down, .optional = true},
        {"hang", JSON_KIND_BOOL, &wanted.hang, .optional = true},
    };
    json_read(call, body, "", fields, sizeof(fields) / sizeof(fields[0]));
    status = call_check_fields(call);
    if (status != STATUS_OK) return status;
    sandbox->latency_ms = wanted.latency_ms;
    sandbox->down = wanted.down;
    sandbox->hang = wanted.hang;
    return get_settings(context, call, request, response);
}

void operations_http_add(struct router *router, struct sandbox *sandbox)
{
    static const struct route routes[] = {
        {METHOD_GET, "/healthz", ACCESS_PUBLIC, get_health, .quiet = true},
        {METHOD_GET, "/v1/ledger", ACCESS_PUBLIC, get_ledger, .quiet = true},
        {METHOD_GET, "/v1/ledger/totals", ACCESS_PUBLIC, get_totals, .quiet = true},
        {METHOD_GET, "/v1/settings", ACCESS_PUBLIC, get_settings, .quiet = true},
        {METHOD_PUT, "/v1/settings", ACCESS_PUBLIC, put_settings, .quiet = true},
    };
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), sandbox);
}
