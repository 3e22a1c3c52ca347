/* Settings to option structs, nothing else: each function fills one struct and opens one part.
 */
#include "common/app/parts.h"

#include "common/app/generated.h"
#include "common/modules/invoices/invoices.h"
#include "common/modules/media/media.h"
#include "common/modules/orders/orders.h"
#include "common/modules/payments/payments.h"
#include "common/modules/reports/reports.h"
#include "common/outgoing/mail.h"
#include "common/outgoing/transfer.h"

#include <stdio.h>

/* Transfers one loop may have under way: well above any sane number of concurrent checkouts. */
enum { TRANSFERS_CONNECTIONS_MAX = 128, TRANSFERS_WAITING_MAX = 2000 };

struct app_closing {
    void (*close)(void *object);
    void *object;
    struct app_closing *next;
};

void app_at_close(struct app *app, void (*close)(void *object), void *object)
{
    struct app_closing *closing = arena_new(app->arena, struct app_closing);
    *closing = (struct app_closing){close, object, app->closings};
    app->closings = closing;
}

void app_close_parts(struct app *app)
{
    for (struct app_closing *closing = app->closings; closing; closing = closing->next)
        closing->close(closing->object);
    app->closings = NULL;
}

static void close_pool(void *pool)
{
    pg_pool_close(pool);
}

static void close_transfers(void *transfers)
{
    transfers_close(transfers);
}

struct pg_options app_pool_options(struct app *app)
{
    const struct settings *settings = app->settings;
    return (struct pg_options){
        .url = settings->postgres.url,
        .application_name = arena_printf(app->arena, "shop %s", app->instance),
        .shared_connections = (int)settings->postgres.shared_connections,
        .exclusive_connections = (int)settings->postgres.exclusive_connections,
        .waiting_max = (int)settings->postgres.waiting_max,
        .statement_timeout_ms = settings->postgres.statement_timeout_ms,
        .connect_timeout_ms = settings->postgres.connect_timeout_ms,
        .statement_count = statements_count,
    };
}

enum status app_open_pool_with(struct app *app, const struct pg_options *options,
                               struct pg_pool **out, char error[256])
{
    enum status status = pg_pool_open(app->loop, options, out);
    if (status == STATUS_OK)
        app_at_close(app, close_pool, *out);
    else
        snprintf(error, 256, "cannot make a database pool; check its url");
    return status;
}

enum status app_open_pool(struct app *app, struct pg_pool **out, char error[256])
{
    const struct pg_options options = app_pool_options(app);
    return app_open_pool_with(app, &options, out, error);
}

enum status app_open_transfers(struct app *app, struct transfers **out, char error[256])
{
    const struct transfers_options options = {
        .connections_max = TRANSFERS_CONNECTIONS_MAX,
        .waiting_max = TRANSFERS_WAITING_MAX,
    };
    enum status status = transfers_open(app->loop, &options, out);
    if (status == STATUS_OK)
        app_at_close(app, close_transfers, *out);
    else
        snprintf(error, 256, "cannot start outgoing transfers (libcurl)");
    return status;
}

struct mail *app_mail(struct app *app)
{
    const struct settings *settings = app->settings;
    if (settings->mail.smtp_url[0] == '\0') return mail_discard_new(app->arena);
    return mail_smtp_new(app->arena, app->transfers, settings->mail.smtp_url, settings->mail.from,
                         settings->mail.from_name, settings->mail.timeout_ms);
}

struct media *app_media(struct app *app)
{
    const struct media_scaling scaling = {.offload = app->scaling, .loop = app->loop};
    return media_pg_new(app->arena, app->read, app->write, &scaling);
}

struct payments *app_payments(struct app *app)
{
    const struct payments_options options = {
        .provider_url = app->settings->payments.provider_url,
        .signing_key = app->settings->payments.signing_key,
        .timeout_ms = app->settings->payments.timeout_ms,
    };
    return payments_provider_new(app->arena, app->write, app->transfers, app->loop, &options);
}

struct orders *app_orders(struct app *app)
{
    const struct orders_options options = {
        .write = app->write,
        .catalog = app->catalog,
        .bookings = app->bookings,
        .payments = app->payments,
        .events = app->events,
        .loop = app->loop,
        .currency = app->settings->shop.currency,
        .hold_ms = app->settings->shop.hold_seconds * 1000,
        .settle_after_ms = app->settings->shop.settle_after_seconds * 1000,
    };
    return orders_new(app->arena, &options);
}

static struct pdf_press press_of(const struct app *app)
{
    return (struct pdf_press){.offload = app->offload, .loop = app->loop, .fonts = app->fonts};
}

struct invoices *app_invoices(struct app *app)
{
    const struct invoices_options options = {
        .pool = app->write,
        .users = app->users,
        .press = press_of(app),
        .seller_name = app->settings->seller.name,
        .seller_address = app->settings->seller.address,
        .seller_vat_id = app->settings->seller.vat_id,
        .vat_basis_points = app->settings->seller.vat_basis_points,
    };
    return invoices_new(app->arena, &options);
}

struct reports *app_reports(struct app *app)
{
    const struct reports_options options = {
        .read = app->read,
        .write = app->write,
        .sold = sold_pg_new(app->arena, app->read),
        .orders = app->orders,
        .events = app->events,
        .press = press_of(app),
        .seller_name = app->settings->seller.name,
        .currency = app->settings->shop.currency,
        .check_every_ms = app->settings->shop.sales_check_seconds * 1000,
    };
    return reports_new(app->arena, &options);
}
