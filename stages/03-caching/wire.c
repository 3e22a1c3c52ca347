/* Stage 03, the whole architecture on one page: as before, with a cache in front of the catalog.
 *
 * Read it top to bottom: what the shop stands on, then its modules, each given exactly what it may use,
 * then the routes. Later stages have the same page with a few lines changed; the diff is their lesson.
 */
#include "common/app/app.h"
#include "common/app/operations_http.h"
#include "common/app/parts.h"
#include "common/events/events.h"
#include "common/modules/bookings/bookings.h"
#include "common/modules/bookings/bookings_http.h"
#include "common/modules/bookings/capacity.h"
#include "common/modules/catalog/catalog.h"
#include "common/modules/catalog/catalog_http.h"
#include "common/modules/invoices/invoices_http.h"
#include "common/modules/media/media_http.h"
#include "common/modules/notifications/notifications.h"
#include "common/modules/orders/orders_http.h"
#include "common/modules/reports/reports.h"
#include "common/modules/reports/reports_http.h"
#include "common/modules/users/sessions.h"
#include "common/modules/users/users.h"
#include "common/modules/users/users_http.h"
#include "common/web/web_http.h"
#include "stages/03-caching/cache_parts.h"

enum status wire(struct app *app, char error[256])
{
    /* what it stands on */
    enum status status = app_open_pool(app, &app->write, error);
    if (status == STATUS_OK) status = app_open_transfers(app, &app->transfers, error);
    if (status != STATUS_OK) return status;
    app->read = app->write;
    struct kv *kv;
    status = cache_open_kv(app, &kv, error);
    if (status != STATUS_OK) return status;
    app->mail = app_mail(app);
    app->events = events_bus_new(app->arena);

    /* the modules */
    app->users = users_pg_new(app->arena, app->read, app->write);
    app->sessions = sessions_pg_new(app->arena, app->read, app->write);
    app->bookings = bookings_pg_new(app->arena, app->read, app->write, app->events);
    app->capacity = capacity_pg_new(app->arena, app->read, app->write);
    struct catalog *on_pg = catalog_pg_new(app->arena, app->read, app->write, app->bookings,
                                           app->settings->shop.currency);
    struct catalog_cache *cache = cache_catalog(app, kv, on_pg);
    app->catalog = catalog_cache_port(cache);
    app->media = app_media(app);
    app->payments = app_payments(app);
    app->orders = app_orders(app);
    app->reports = app_reports(app); /* before whoever makes the shopper wait for mail */
    app->documents = reports_documents(app->reports);
    app->invoices = app_invoices(app);
    app->notifications = notifications_new(app->arena, app->events, app->orders, app->invoices,
                                           app->users, app->mail);

    /* the routes */
    app->router = router_new(app->arena, sessions_identify, app->sessions);
    operations_http_add(app->router, app);
    users_http_add(app->router, app);
    catalog_http_add(app->router, app);
    media_http_add(app->router, app);
    bookings_http_add(app->router, app);
    orders_http_add(app->router, app);
    invoices_http_add(app->router, app);
    reports_http_add(app->router, app);
    web_http_add(app->router, app->arena);
    app->handler = cache_answers(app, cache, router_handler(app->router));
    app->handler = web_http_around(app->arena, app->handler);
    return STATUS_OK;
}
