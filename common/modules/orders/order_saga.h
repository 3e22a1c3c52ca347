/* What the steps of the checkout share. Private to this module.
 *
 * orders.c takes the request as far as the stored, pending order and answers. order_settle.c carries an
 * order whose payment is known to its end, for the event and for the reconciler alike. order_event.c is the
 * text that travels between them. order_read.c looks, order_reconcile.c tidies up, order_cancel.c undoes.
 */
#ifndef STAGECRAFT_ORDERS_ORDER_SAGA_H
#define STAGECRAFT_ORDERS_ORDER_SAGA_H

#include "common/base/low_water.h"
#include "common/modules/orders/orders.h"

struct orders {
    struct orders_options options;
    struct low_water pending;  /* below its mark no order is pending */
    struct low_water receipts; /* below its mark no receipt is due */
};

/* A fifth of the call's remaining time is set aside for what must still be done after a step that may use
   up all it is given (the provider, the mail server): storing and answering. Answers the deadline to put back. */
int64_t order_shorten_deadline(struct call *call);

/* --- order_settle.c --- */

/* The payment's outcome is known: confirms or releases the places, makes the pending order confirmed or
   rejected, publishes that. Charged, but the places are gone: refunds first. `order` has its lines and is
   what it has become, unless somebody else was faster. Repeating is safe. */
enum status order_settle(struct orders *orders, struct call *call, struct order *order,
                         enum payment_outcome outcome);

/* --- order_event.c --- */

/* Publishes "order.placed", "order.confirmed" or "order.rejected", as the order's state says, inside the
   transaction. `card_token` goes along with order.placed only: who charges may be another process. */
enum status order_publish(struct orders *orders, struct pg_tx *tx, const struct order *order,
                          const char *card_token);

/* Reads the payload of order.placed. STATUS_MALFORMED when it is not one. */
enum status order_event_read(struct call *call, const struct event *event, struct order *out,
                             const char **card_token);

/* --- order_read.c --- */

/* Fills in which booking each line has, and its state now. */
enum status order_add_bookings(struct orders *orders, struct call *call, struct order *order);

/* Lines and their bookings. */
enum status order_add_lines(struct orders *orders, struct call *call, struct order *order);
/* The same for every order of a page (order_page.c). A stage may ask for all of them at once instead. */
enum status order_fill_page(struct orders *orders, struct call *call, struct order_page *page);

/* --- order_cancel.c --- */

/* Refunds a cancelling booking and gives its places back. */
enum status order_finish_cancelling(struct orders *orders, struct call *call,
                                    struct booking *booking);

#endif
