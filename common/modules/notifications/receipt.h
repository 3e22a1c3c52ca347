/* What a receipt says.
 */
#ifndef STAGECRAFT_NOTIFICATIONS_RECEIPT_H
#define STAGECRAFT_NOTIFICATIONS_RECEIPT_H

#include "common/modules/invoices/invoices.h"
#include "common/modules/orders/orders.h"
#include "common/modules/users/users.h"
#include "common/outgoing/mail.h"

/* Fills `out` with the receipt of a confirmed order, made in the arena. `invoice` is attached; NULL: it
   could not be made, and the receipt does without. */
void receipt_write(struct arena *arena, const struct order *order, const struct user *user,
                   const struct invoice_document *invoice, struct mail_message *out);

#endif
