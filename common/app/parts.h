/* Parts that every stage makes the same way from the settings, so that wire.c stays one page.
 */
#ifndef STAGECRAFT_APP_PARTS_H
#define STAGECRAFT_APP_PARTS_H

#include "common/app/app.h"
#include "common/pg/pg.h"

/* Calls `close(object)` when the loop has stopped, the newest first: for whatever wire() opens. The
   functions below do it for what they open. */
void app_at_close(struct app *app, void (*close)(void *object), void *object);
void app_close_parts(struct app *app);

/* A pool on the configured database; connects in the background. */
enum status app_open_pool(struct app *app, struct pg_pool **out, char error[256]);

/* One with other options than the settings'; its url, connections and time limits are the caller's. */
enum status app_open_pool_with(struct app *app, const struct pg_options *options,
                               struct pg_pool **out, char error[256]);

/* What app_open_pool() opens with. */
struct pg_options app_pool_options(struct app *app);

/* Outgoing HTTP and SMTP. */
enum status app_open_transfers(struct app *app, struct transfers **out, char error[256]);

/* SMTP, or the port that discards when mail is off. */
struct mail *app_mail(struct app *app);

/* The pictures, with threads of their own to scale them. */
struct media *app_media(struct app *app);

/* The payment provider and the orders, from app's ports made before. */
struct payments *app_payments(struct app *app);
struct orders *app_orders(struct app *app);

/* Invoices by the seller of the settings. */
struct invoices *app_invoices(struct app *app);
struct reports *app_reports(struct app *app);

#endif
