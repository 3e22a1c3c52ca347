/* GET /v1/orders/{id}/events: an order's state as it changes, as server-sent events.
 *
 * The first event says how the order is now; if that is final the answer ends with it. Else a comment comes every few
 * seconds, so that everybody on the way sees that the connection lives, and an event when the order has been decided,
 * which ends the answer. A client that is cut off asks again: nothing is lost, because each answer begins with the
 * present state. It is for the order's customer and for administrators, as the order is.
 */
#ifndef STAGECRAFT_STAGES_ORDER_EVENTS_HTTP_H
#define STAGECRAFT_STAGES_ORDER_EVENTS_HTTP_H

#include "common/app/app.h"

void order_events_http_add(struct router *router, struct app *app);

#endif
