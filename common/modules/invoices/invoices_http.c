/* An order's invoice as a file. Whose order it is, orders decide.
 */
#include "common/modules/invoices/invoices_http.h"

#include "common/modules/invoices/invoices.h"

static enum status get_invoice(void *context, struct call *call, const struct request *request,
                               struct response *response)
{
    struct app *app = context;
    int64_t id;
    struct order order;
    struct invoice invoice;
    struct invoice_document document;
    enum status status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = request_no_query(call, request);
    if (status == STATUS_OK) status = orders_find(app->orders, call, id, &order);
    if (status == STATUS_OK) status = invoices_issue(app->invoices, call, &order, &invoice);
    if (status == STATUS_OK)
        status = invoices_make_document(app->invoices, call, &invoice, &document);
    if (status != STATUS_OK) return status;
    response->content_type = "application/pdf";
    response_header(response, "Content-Disposition",
                    arena_printf(call->arena, "inline; filename=\"%s\"", document.file_name));
    strbuf_add(&response->body, document.bytes, document.length);
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/v1/orders/{id}/invoice", ACCESS_CUSTOMER, .run = get_invoice},
};

void invoices_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
}
