/* orders: the checkout, from "I want these" to "confirmed" or "rejected", and what can be read of it.
 *
 * Placing an order is a saga of steps that are each one transaction and each idempotent by the order's id:
 *
 *   hold places (bookings) -> store the order, pending, and publish order.placed
 *   on order.placed:  charge (payments) -> confirm the bookings -> confirmed, publish order.confirmed
 *                     declined -> release the bookings -> rejected, publish order.rejected
 *
 * The in-process bus delivers order.placed inside the request, so the answer is usually final; a broker
 * delivers it to a worker, and the answer is `pending`. When the outcome of the charge is unknown the order stays pending and
 * the reconciler (orders_reconcile) settles it later by asking the provider: nothing is guessed.
 */
#ifndef STAGECRAFT_ORDERS_ORDERS_H
#define STAGECRAFT_ORDERS_ORDERS_H

#include "common/events/events.h"
#include "common/modules/bookings/bookings.h"
#include "common/modules/catalog/catalog.h"
#include "common/modules/payments/payments.h"

enum {
    ORDER_KEY_MAX = 64,
    ORDERS_PAGE_MAX = 50,
    ORDER_DAYS_AHEAD_MAX = 365,
    ORDERS_PLACE_TIMEOUT_MS = 15000, /* of the routes that talk to the provider; see README.md */
};

enum order_state { ORDER_PENDING, ORDER_CONFIRMED, ORDER_REJECTED };

/* "pending"; also what the database stores. */
const char *order_state_name(enum order_state state);
/* The other way; the name must be one of those. */
enum order_state order_state_of(const char *name);

struct order_line {
    int64_t product_id;
    const char *title; /* as it was when ordered */
    int32_t day, quantity;
    int64_t unit_price_cents, amount_cents;
    int64_t booking_id;         /* 0 when there is none (rejected before the hold) */
    enum booking_state booking; /* its state now */
};

struct order {
    int64_t id, user_id;
    enum order_state state;
    enum status
        reason; /* why rejected: STATUS_SOLD_OUT, STATUS_DECLINED, STATUS_TIMEOUT (voided) …; else OK */
    const char *detail; /* the sentence that goes with it, or NULL */
    const char *field; /* and the field of the request it is about ("lines[0].quantity"), or NULL */
    bool replayed;     /* by orders_place(): the key had been used before */
    bool receipt_sent;
    int64_t total_cents;
    const char *currency;
    int64_t created_ms, updated_ms;
    struct order_line *lines;
    int line_count;
};

struct order_request_line {
    int64_t product_id;
    int32_t day, quantity;
};

struct order_request {
    const char *key; /* Idempotency-Key, unique per user */
    const char
        *body_hash; /* of what the request means, hex: same key and another hash is refused */
    const char *card_token;
    struct order_request_line lines[BOOKINGS_LINES_MAX];
    int count;
};

struct order_page {
    struct order *orders; /* newest first */
    int count;
    bool more;
};

struct loop;
struct pg_pool;
struct orders;

struct orders_options {
    struct pg_pool *write; /* reads too: an order must be found as soon as it is placed */
    struct catalog *catalog;
    struct bookings *bookings;
    struct payments *payments;
    struct events *events;
    struct loop *loop; /* pending orders are settled in tasks of their own */
    const char *currency;
    int64_t hold_ms;         /* how long places stay held: longer than any charge can take */
    int64_t settle_after_ms; /* age at which a pending order is settled by the reconciler */
};

/* Everything is borrowed. Subscribes to order.placed. */
struct orders *orders_new(struct arena *arena, const struct orders_options *options);

/* Places or repeats. STATUS_OK: `out` is the order, in any state (a repeat answers as the first did);
   STATUS_UNPROCESSABLE: the key was used for another request, or fields are wrong. A rejected order is
   STATUS_OK here: the edge turns its reason into 409 or 402. After any other failure the outcome is not
   known to the caller: repeating with the same key is safe and tells. */
enum status orders_place(struct orders *orders, struct call *call,
                         const struct order_request *request, struct order *out);

/* The caller's own order (admins: anybody's). */
enum status orders_find(struct orders *orders, struct call *call, int64_t id, struct order *out);

/* The caller's orders, newest first, from behind `before_id` (0: from the newest). */
enum status orders_history(struct orders *orders, struct call *call, int64_t before_id, int limit,
                           struct order_page *out);

/* Cancels one booking of the caller (admins: anybody's) and refunds what was paid for it. STATUS_OK with
   state cancelling when the provider has not answered yet: the reconciler goes on with it. Refused
   (CONFLICT) from the day of the booking on. */
enum status orders_cancel_booking(struct orders *orders, struct call *call, int64_t booking_id,
                                  struct booking *out);

/* One round of the background work: settles pending orders that are old enough, drives refunds that got
   stuck, lets expired holds go. `settled` counts. */
enum status orders_reconcile(struct orders *orders, struct call *call, int *settled);

/* Orders confirmed more than `older_than_ms` ago whose receipt has not been sent, oldest first; and the
   mark that it has. Used by notifications: the event asks for the receipt, this finds those the event did
   not reach. Being told is a claim: the same order comes up again only after a delay, which doubles each
   time. */
enum status orders_receipts_due(struct orders *orders, struct call *call, int64_t older_than_ms,
                                int limit, int64_t *ids, int *count);
enum status orders_receipt_sent(struct orders *orders, struct call *call, int64_t id);

/* Counts one more attempt at a receipt, before it is made: by whoever tries without having been told so. */
enum status orders_receipt_again(struct orders *orders, struct call *call, int64_t id);

/* An order without asking whose it is: for background work only. */
enum status orders_find_any(struct orders *orders, struct call *call, int64_t id,
                            struct order *out);

/* --- the rules (order_rules.c) --- */

/* A request against what may be ordered at all; what is wrong becomes call fields. The days are apart,
   because they are judged by today's date, which is not the same when an old order is repeated. Whether the
   products exist and have places is found out later. */
void orders_check_request(struct call *call, const struct order_request *request);
void orders_check_days(struct call *call, const struct order_request *request, int32_t today);

/* Hex SHA-256 of what the request means: two requests with the same one are the same order. */
const char *orders_body_hash(struct call *call, const struct order_request *request);

/* Opaque page cursors of the history. One that is not ours is STATUS_MALFORMED. */
const char *orders_cursor(struct call *call, const struct order *last);
enum status orders_read_cursor(struct call *call, const char *cursor, int64_t *before_id);

#endif
