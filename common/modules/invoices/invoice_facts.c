/* The stored form is JSON: readable by a person with psql in ten years, and a later version of the shop may
 * add members without touching old invoices. About 600 bytes for one line, a fortieth of the document.
 */
#include "common/modules/invoices/invoice_facts.h"

#include "common/base/clock.h"
#include "common/base/json.h"

#include <string.h>

const char *invoice_facts_write(struct call *call, const struct invoice *invoice)
{
    struct strbuf text;
    struct json_writer json;
    strbuf_init(&text, call->arena, INVOICE_FACTS_MAX);
    json_writer_init(&json, &text);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "order_id", invoice->order_id);
    json_add_int64(&json, "ordered_ms", invoice->ordered_ms);
    json_add_int64(&json, "paid_ms", invoice->paid_ms);
    json_add_text(&json, "seller_name", invoice->seller_name);
    json_add_text(&json, "seller_address", invoice->seller_address);
    json_add_text(&json, "seller_vat_id", invoice->seller_vat_id);
    json_add_text(&json, "buyer_name", invoice->buyer_name);
    json_add_text(&json, "buyer_email", invoice->buyer_email);
    json_add_text(&json, "currency", invoice->currency);
    json_add_int64(&json, "vat_basis_points", invoice->vat_basis_points);
    json_add_int64(&json, "total_cents", invoice->total_cents);
    json_begin_array(&json, "lines");
    for (int i = 0; i < invoice->line_count; i++) {
        const struct invoice_line *line = &invoice->lines[i];
        json_begin_object(&json, NULL);
        json_add_text(&json, "title", line->title);
        json_add_day(&json, "day", line->day);
        json_add_int64(&json, "quantity", line->quantity);
        json_add_int64(&json, "unit_price_cents", line->unit_price_cents);
        json_add_int64(&json, "amount_cents", line->amount_cents);
        json_end_object(&json);
    }
    json_end_array(&json);
    json_end_object(&json);
    return text.text;
}

static int64_t number_of(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool read_line(const json_t *object, struct invoice_line *out)
{
    const char *day = text_of(object, "day");
    *out = (struct invoice_line){
        .title = text_of(object, "title"),
        .quantity = (int32_t)number_of(object, "quantity"),
        .unit_price_cents = number_of(object, "unit_price_cents"),
        .amount_cents = number_of(object, "amount_cents"),
    };
    return out->title != NULL && day != NULL && clock_parse_day(day, &out->day);
}

enum status invoice_facts_read(struct call *call, const char *facts, struct invoice *out)
{
    json_t *object = NULL;
    if (json_parse(call, facts, strlen(facts), &object) != STATUS_OK) call_forgive(call);
    const json_t *lines = json_object_get(object, "lines");
    const size_t count = json_array_size(lines);
    *out = (struct invoice){
        .order_id = number_of(object, "order_id"),
        .ordered_ms = number_of(object, "ordered_ms"),
        .paid_ms = number_of(object, "paid_ms"),
        .seller_name = text_of(object, "seller_name"),
        .seller_address = text_of(object, "seller_address"),
        .seller_vat_id = text_of(object, "seller_vat_id"),
        .buyer_name = text_of(object, "buyer_name"),
        .buyer_email = text_of(object, "buyer_email"),
        .currency = text_of(object, "currency"),
        .vat_basis_points = number_of(object, "vat_basis_points"),
        .total_cents = number_of(object, "total_cents"),
        .line_count = (int)count,
    };
    bool sane = out->order_id > 0 && out->seller_name && out->seller_address &&
                out->seller_vat_id && out->buyer_name && out->buyer_email && out->currency &&
                count > 0 && count <= INVOICE_LINES_MAX;
    for (size_t i = 0; i < count && sane; i++)
        sane = read_line(json_array_get(lines, i), &out->lines[i]);
    return sane ? STATUS_OK : call_fail(call, STATUS_INTERNAL, "a stored invoice cannot be read");
}
