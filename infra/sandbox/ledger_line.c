/* The file is meant to be read by people and by tests too (jq, grep), hence JSON and names instead of
 * numbers. It never holds a card token: only a fingerprint of the request that had it.
 */
#include "infra/sandbox/ledger_line.h"

#include "common/base/json.h"

#include <string.h>

static const char *const kind_names[] = {
    [LEDGER_CHARGE] = "charge",
    [LEDGER_REFUND] = "refund",
    [LEDGER_DECLINE] = "decline",
    [LEDGER_VOID] = "void",
};

const char *ledger_kind_name(enum ledger_kind kind)
{
    return kind_names[kind];
}

void ledger_line_write(const struct ledger_entry *entry, struct strbuf *out)
{
    struct json_writer json;
    json_writer_init(&json, out);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "seq", entry->seq);
    json_add_text(&json, "kind", kind_names[entry->kind]);
    json_add_text(&json, "key", entry->key);
    json_add_text(&json, "id", entry->id);
    json_add_int64(&json, "amount_cents", entry->amount_cents);
    json_add_int64(&json, "at_ms", entry->at_ms);
    json_add_text(&json, "currency", entry->currency);
    json_add_text(&json, "reference", entry->reference);
    json_add_text(&json, "charge_key", entry->charge_key);
    json_add_int64(&json, "fingerprint", (int64_t)entry->fingerprint);
    json_end_object(&json);
    strbuf_add_char(out, '\n');
}

static enum status read_kind(struct call *call, const char *name, enum ledger_kind *out)
{
    for (int kind = LEDGER_CHARGE; kind <= LEDGER_VOID; kind++) {
        if (strcmp(name, kind_names[kind]) != 0) continue;
        *out = (enum ledger_kind)kind;
        return STATUS_OK;
    }
    return call_fail(call, STATUS_MALFORMED, "no kind of entry: '%s'", name);
}

enum status ledger_line_read(struct call *call, const char *line, size_t length,
                             struct ledger_entry *out)
{
    json_t *object = NULL;
    const char *kind = NULL;
    int64_t fingerprint = 0;
    *out = (struct ledger_entry){0};
    enum status status = json_parse(call, line, length, &object);
    if (status != STATUS_OK) return status;
    const struct json_field fields[] = {
        {"seq", JSON_KIND_INT64, &out->seq, .min = 1, .max = LEDGER_ENTRIES_MAX},
        {"kind", JSON_KIND_TEXT, &kind, .min = 1, .max = 16},
        {"key", JSON_KIND_TEXT, &out->key, .min = 1, .max = LEDGER_KEY_MAX},
        {"id", JSON_KIND_TEXT, &out->id, .min = 1, .max = LEDGER_ID_MAX},
        {"amount_cents", JSON_KIND_INT64, &out->amount_cents, .min = 0, .max = LEDGER_AMOUNT_MAX},
        {"at_ms", JSON_KIND_INT64, &out->at_ms},
        {"currency", JSON_KIND_TEXT, &out->currency, .max = LEDGER_CURRENCY_MAX},
        {"reference", JSON_KIND_TEXT, &out->reference, .max = LEDGER_REFERENCE_MAX},
        {"charge_key", JSON_KIND_TEXT, &out->charge_key, .max = LEDGER_KEY_MAX},
        {"fingerprint", JSON_KIND_INT64, &fingerprint},
    };
    json_read(call, object, "", fields, sizeof(fields) / sizeof(fields[0]));
    status = call_check_fields(call);
    if (status != STATUS_OK) return call_fail(call, STATUS_MALFORMED, "no entry of a ledger");
    out->fingerprint = (uint64_t)fingerprint;
    return read_kind(call, kind, &out->kind);
}
