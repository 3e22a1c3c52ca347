/* Reports for administrators: the summary as JSON and as PDF, and every single sale as CSV, which is streamed
 * page by page, so that its length costs nothing but time.
 */
#include "common/modules/reports/reports_http.h"

#include "common/base/clock.h"
#include "common/base/csv.h"
#include "common/modules/reports/reports.h"

/* A summary reads all sales there are. With five million that takes seconds, on a busy machine many. */
enum { SUMMARY_TIMEOUT_MS = 120000, EXPORT_PART_TIMEOUT_MS = 20000 };

/* --- the question --- */

static enum status read_range(struct call *call, const struct request *request, int days_max,
                              struct report_range *out)
{
    static const char *const names[] = {"from", "to", NULL};
    *out = (struct report_range){0};
    request_query_only(call, request, names);
    request_query_day(call, request, "from", &out->from);
    request_query_day(call, request, "to", &out->to);
    if (call->failure.field_count == 0) reports_check_range(call, out, days_max);
    return call_check_fields(call);
}

/* "attachment; filename="sales-2026-01-01-2026-01-31.csv"" */
static void name_file(struct call *call, struct response *response, struct report_range range,
                      const char *extension)
{
    char from[CLOCK_DAY_TEXT], to[CLOCK_DAY_TEXT];
    clock_format_day(range.from, from);
    clock_format_day(range.to, to);
    response_header(
        response, "Content-Disposition",
        arena_printf(call->arena, "attachment; filename=\"sales-%s-%s.%s\"", from, to, extension));
}

/* --- the summary --- */

static void write_sums(struct json_writer *json, const struct report_sums *sums)
{
    json_add_int64(json, "bookings", sums->bookings);
    json_add_int64(json, "quantity", sums->quantity);
    json_add_int64(json, "sold_cents", sums->sold_cents);
    json_add_int64(json, "cancelled_bookings", sums->cancelled_bookings);
    json_add_int64(json, "refunded_cents", sums->refunded_cents);
    json_add_int64(json, "net_cents", sums->sold_cents - sums->refunded_cents);
}

static void write_days(struct json_writer *json, const struct report *report)
{
    json_begin_array(json, "days");
    for (int i = 0; i < report->day_count; i++) {
        const struct report_sums *sums = &report->days[i];
        json_begin_object(json, NULL);
        json_add_day(json, "day", report->range.from + i);
        json_add_int64(json, "bookings", sums->bookings);
        json_add_int64(json, "quantity", sums->quantity);
        json_add_int64(json, "sold_cents", sums->sold_cents);
        json_add_int64(json, "refunded_cents", sums->refunded_cents);
        json_end_object(json);
    }
    json_end_array(json);
}

static void write_products(struct json_writer *json, const struct report *report)
{
    json_begin_array(json, "products");
    for (int i = 0; i < report->product_count; i++) {
        const struct report_product *product = &report->products[i];
        json_begin_object(json, NULL);
        json_add_int64(json, "product_id", product->product_id);
        json_add_text(json, "title", product->title);
        json_add_int64(json, "bookings", product->bookings);
        json_add_int64(json, "quantity", product->quantity);
        json_add_int64(json, "sold_cents", product->sold_cents);
        json_end_object(json);
    }
    json_end_array(json);
}

static enum status get_summary(void *context, struct call *call, const struct request *request,
                               struct response *response)
{
    struct app *app = context;
    struct report_range range;
    struct report report;
    struct json_writer json;
    enum status status = read_range(call, request, REPORT_DAYS_MAX, &range);
    if (status == STATUS_OK) status = reports_summary(app->reports, call, range, &report);
    if (status != STATUS_OK) return status;
    response_json(response, 200, &json);
    json_begin_object(&json, NULL);
    json_add_day(&json, "from", report.range.from);
    json_add_day(&json, "to", report.range.to);
    json_add_text(&json, "currency", report.currency);
    json_begin_object(&json, "totals");
    write_sums(&json, &report.totals);
    json_end_object(&json);
    write_days(&json, &report);
    write_products(&json, &report);
    json_end_object(&json);
    return STATUS_OK;
}

static enum status get_document(void *context, struct call *call, const struct request *request,
                                struct response *response)
{
    struct app *app = context;
    struct report_range range;
    struct pdf_printed printed;
    enum status status = read_range(call, request, REPORT_DAYS_MAX, &range);
    if (status == STATUS_OK) status = report_document(app->documents, call, range, &printed);
    if (status != STATUS_OK) return status;
    response->content_type = "application/pdf";
    name_file(call, response, range, "pdf");
    strbuf_add(&response->body, printed.bytes, printed.length);
    return STATUS_OK;
}

/* --- the sales --- */

struct export
{
    struct reports *reports;
    struct report_range range;
    struct sales_walk walk;
    bool begun;
};

static void write_head(struct csv_writer *csv)
{
    static const char *const names[] = {"booking_id", "order_id",     "product_id", "title",
                                        "sold_at",    "day",          "quantity",   "amount_cents",
                                        "currency",   "cancelled_at", NULL};
    for (int i = 0; names[i] != NULL; i++)
        csv_add_text(csv, names[i]);
    csv_end_row(csv);
}

static void write_sale(struct csv_writer *csv, const struct sale *sale)
{
    csv_add_int64(csv, sale->booking_id);
    csv_add_int64(csv, sale->order_id);
    csv_add_int64(csv, sale->product_id);
    csv_add_text(csv, sale->title);
    csv_add_time(csv, sale->sold_ms);
    csv_add_day(csv, sale->day);
    csv_add_int64(csv, sale->quantity);
    csv_add_int64(csv, sale->amount_cents);
    csv_add_text(csv, sale->currency);
    csv_add_time(csv, sale->cancelled_ms);
    csv_end_row(csv);
}

static enum status write_part(void *context, struct call *call, struct strbuf *part, bool *more)
{
    struct export *export = context;
    struct sales_page page;
    struct csv_writer csv;
    enum status status =
        reports_read_sales(export->reports, call, export->range, &export->walk, &page);
    if (status != STATUS_OK) return status;
    csv_init(&csv, part);
    if (!export->begun) write_head(&csv);
    export->begun = true;
    for (int i = 0; i < page.count; i++)
        write_sale(&csv, &page.sales[i]);
    *more = page.more;
    return STATUS_OK;
}

static enum status get_export(void *context, struct call *call, const struct request *request,
                              struct response *response)
{
    struct app *app = context;
    struct export *export = arena_new(call->arena, struct export);
    *export = (struct export){.reports = app->reports};
    enum status status = read_range(call, request, REPORT_EXPORT_DAYS_MAX, &export->range);
    if (status != STATUS_OK) return status;
    name_file(call, response, export->range, "csv");
    response_stream(response, "text/csv; charset=utf-8", write_part, export);
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/v1/admin/reports/sales", ACCESS_ADMIN, .run = get_summary,
     .timeout_ms = SUMMARY_TIMEOUT_MS},
    {METHOD_GET, "/v1/admin/reports/sales.pdf", ACCESS_ADMIN, .run = get_document,
     .timeout_ms = SUMMARY_TIMEOUT_MS},
    {METHOD_GET, "/v1/admin/reports/sales.csv", ACCESS_ADMIN, .run = get_export,
     .timeout_ms = EXPORT_PART_TIMEOUT_MS},
};

void reports_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
}
