/* notifications: the receipt with its invoice, by mail, at least once and recognisably the same when twice.
 *
 * Subscribes to order.confirmed and sends inside the event; what could not be sent is found again by
 * notifications_retry(), a background job. The Message-ID is the order's ("order-17-receipt").
 */
#ifndef STAGECRAFT_NOTIFICATIONS_NOTIFICATIONS_H
#define STAGECRAFT_NOTIFICATIONS_NOTIFICATIONS_H

#include "common/events/events.h"
#include "common/modules/invoices/invoices.h"
#include "common/modules/orders/orders.h"
#include "common/modules/users/users.h"
#include "common/outgoing/mail.h"

struct notifications;

struct notifications *notifications_new(struct arena *arena, struct events *events,
                                        struct orders *orders, struct invoices *invoices,
                                        struct users *users, struct mail *mail);

/* One round: sends receipts that are due and older than `older_than_ms`. `sent` counts. */
enum status notifications_retry(struct notifications *notifications, struct call *call,
                                int64_t older_than_ms, int *sent);

#endif
