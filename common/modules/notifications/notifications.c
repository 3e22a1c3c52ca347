/* Two ways lead to a receipt: the event right after the confirmation, and a round that looks for confirmed
 * orders without one. Both end in send_receipt(), which asks the order first, so that a receipt already
 * sent is not sent again. Between the mail server's "250" and our mark a crash may still repeat it: at
 * least once, with the same Message-ID.
 *
 * Delays grow twice. While the mail server is away the rounds come at growing intervals, and each stops at
 * its first failure: a hundred customers do not need a hundred time-outs to learn that it is down. And
 * each order, once tried, is due again only after a delay of its own (orders.h), so that one mailbox that
 * always says "later" does not stand first in every round.
 */
#include "common/modules/notifications/notifications.h"

#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/base/log.h"
#include "common/modules/notifications/receipt.h"

#include <string.h>

enum {
    RECEIPTS_PER_STEP =
        5, /* claimed at a time: few, for a failure leaves the rest of them waiting */
    STEPS_PER_ROUND = 10,
    RETRY_DELAY_MIN_MS = 1000,
    RETRY_DELAY_MAX_MS = 60000,
    RECEIPT_ARENA_MAX = 8 << 20,
};

struct notifications {
    struct orders *orders;
    struct invoices *invoices;
    struct users *users;
    struct mail *mail;
    int64_t retry_delay_ms; /* 0: the last round went well */
    int64_t retry_at_ms;    /* monotonic */
};

/* The order's invoice is issued and made. NULL when it cannot be made at all: a receipt without it is better
   than none, for ever; and with mail off, when nobody would read it. Whatever may pass (no memory, no thread
   in time) fails instead, and the receipt is tried again. */
static enum status make_invoice(struct notifications *notifications, struct call *call,
                                const struct order *order, struct invoice_document *document,
                                const struct invoice_document **out)
{
    struct invoice invoice;
    *out = NULL;
    enum status status = invoices_issue(notifications->invoices, call, order, &invoice);
    if (status == STATUS_OK && notifications->mail->discards) return STATUS_OK;
    if (status == STATUS_OK)
        status = invoices_make_document(notifications->invoices, call, &invoice, document);
    if (status == STATUS_INTERNAL) {
        log_error("invoice_failed", call, LOG_INT("order_id", order->id),
                  LOG_TEXT("detail", call->failure.message));
        call_forgive(call);
        return STATUS_OK;
    }
    if (status == STATUS_OK) *out = document;
    return status;
}

static enum status write_and_send(struct notifications *notifications, struct call *call,
                                  const struct order *order)
{
    struct user user;
    enum status status = users_find(notifications->users, call, order->user_id, &user);
    if (status != STATUS_OK) return status;
    struct mail_message message;
    struct invoice_document document;
    const struct invoice_document *attached;
    status = make_invoice(notifications, call, order, &document, &attached);
    if (status != STATUS_OK) return status;
    receipt_write(call->arena, order, &user, attached, &message);
    return mail_send(notifications->mail, call, &message);
}

/* An order without a reachable customer would come up for ever: a refused address counts as sent, and
   the log says so. The mail server gets four fifths of the time there is: the rest is for whoever waits for
   an answer. */
static enum status send_receipt(struct notifications *notifications, struct call *call,
                                int64_t order_id)
{
    struct order order;
    enum status status = orders_find_any(notifications->orders, call, order_id, &order);
    if (status != STATUS_OK || order.receipt_sent) return status;
    const int64_t deadline_ms = call->deadline_ms;
    call->deadline_ms -= call_remaining_ms(call) / 5;
    status = write_and_send(notifications, call, &order);
    call->deadline_ms = deadline_ms;
    if (status == STATUS_UNPROCESSABLE || status == STATUS_NOT_FOUND) {
        log_warn("receipt_refused", call, LOG_INT("order_id", order_id),
                 LOG_TEXT("detail", call->failure.message));
        call_forgive(call);
        status = STATUS_OK;
    }
    if (status != STATUS_OK) return status;
    return orders_receipt_sent(notifications->orders, call, order_id);
}

static enum status on_order_confirmed(void *context, struct call *call, const struct event *event)
{
    int64_t order_id = 0;
    json_t *payload = NULL;
    enum status status = json_parse(call, event->payload, strlen(event->payload), &payload);
    if (status != STATUS_OK) return status;
    const json_t *id = json_object_get(payload, "order_id");
    if (!json_is_integer(id))
        return call_fail(call, STATUS_INTERNAL, "event '%s' names no order", event->id);
    order_id = json_integer_value(id);
    struct notifications *notifications = context;
    if (event->again) status = orders_receipt_again(notifications->orders, call, order_id);
    return status == STATUS_OK ? send_receipt(notifications, call, order_id) : status;
}

struct notifications *notifications_new(struct arena *arena, struct events *events,
                                        struct orders *orders, struct invoices *invoices,
                                        struct users *users, struct mail *mail)
{
    struct notifications *notifications = arena_new(arena, struct notifications);
    notifications->orders = orders;
    notifications->invoices = invoices;
    notifications->users = users;
    notifications->mail = mail;
    events_subscribe(events, "order.confirmed", "receipt", on_order_confirmed, notifications);
    return notifications;
}

static void wait_longer(struct notifications *notifications)
{
    int64_t delay_ms = notifications->retry_delay_ms * 2;
    if (delay_ms < RETRY_DELAY_MIN_MS) delay_ms = RETRY_DELAY_MIN_MS;
    if (delay_ms > RETRY_DELAY_MAX_MS) delay_ms = RETRY_DELAY_MAX_MS;
    notifications->retry_delay_ms = delay_ms;
    notifications->retry_at_ms = clock_monotonic_ms() + delay_ms;
}

/* One receipt of a round, in memory of its own: fifty of them with their invoices would be too much for the
   round's. */
static enum status send_apart(struct notifications *notifications, struct call *round,
                              int64_t order_id)
{
    struct arena arena;
    struct call call = *round;
    arena_init(&arena, RECEIPT_ARENA_MAX);
    call.arena = &arena;
    enum status status = send_receipt(notifications, &call, order_id);
    if (status != STATUS_OK) (void)call_fail(round, status, "%s", call.failure.message);
    arena_release(&arena);
    return status;
}

/* Sends the next few that are due; `count` is how many those were. */
static enum status send_some(struct notifications *notifications, struct call *call,
                             int64_t older_than_ms, int *count, int *sent)
{
    int64_t ids[RECEIPTS_PER_STEP];
    enum status status = orders_receipts_due(notifications->orders, call, older_than_ms,
                                             RECEIPTS_PER_STEP, ids, count);
    for (int i = 0; i < *count && status == STATUS_OK; i++) {
        status = send_apart(notifications, call, ids[i]);
        if (status == STATUS_OK) (*sent)++;
    }
    return status;
}

enum status notifications_retry(struct notifications *notifications, struct call *call,
                                int64_t older_than_ms, int *sent)
{
    *sent = 0;
    if (clock_monotonic_ms() < notifications->retry_at_ms) return STATUS_OK;
    enum status status = STATUS_OK;
    int count = RECEIPTS_PER_STEP;
    for (int step = 0; step < STEPS_PER_ROUND && count > 0 && status == STATUS_OK; step++)
        status = send_some(notifications, call, older_than_ms, &count, sent);
    if (status != STATUS_OK)
        wait_longer(notifications);
    else
        notifications->retry_delay_ms = 0;
    return status;
}
