/* The checkout. One request runs through it top to bottom:
 *
 *   1. has this key been used?            one read, which also draws the new order's id
 *   2. what do the products cost?         catalog
 *   3. hold the places                    bookings, first commit
 *   4. store the order, pending, and publish order.placed: second commit. Sold out: stored as rejected.
 *   5. on order.placed: charge, confirm, finish. Here that happens inside step 4, right after the commit;
 *      with a broker it happens in a worker and step 6 finds the order still pending.
 *   6. read what has become of it, and answer
 *
 * A crash between 3 and 4 leaves a hold that runs out. From 4 on the order exists, and whatever happens,
 * orders_reconcile() brings it to an end. README.md has the table.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/modules/orders/order_pg.h"
#include "common/modules/orders/order_saga.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* --- what has become of it --- */

/* The key has been used: by this request sent again, or by another one, which is refused. */
static enum status replay(struct orders *orders, struct call *call,
                          const struct order_request *request, const char *body_hash,
                          struct order *out)
{
    if (strcmp(body_hash, request->body_hash) != 0) {
        call_fail_field(call, "Idempotency-Key", "was used for another request");
        return call_check_fields(call);
    }
    out->replayed = true;
    return order_add_lines(orders, call, out);
}

/* The lines are known from placing; what may have changed since is the order's state and its bookings. */
static enum status read_outcome(struct orders *orders, struct call *call, struct order *order)
{
    struct order stored;
    enum status status = order_pg_find(orders->options.write, call, order->id, &stored);
    if (status != STATUS_OK) return status;
    stored.lines = order->lines;
    stored.line_count = order->line_count;
    *order = stored;
    return order_add_bookings(orders, call, order);
}

/* --- before anything is stored --- */

/* Fills the order's lines from the request and the catalog. */
static enum status price_lines(struct orders *orders, struct call *call,
                               const struct order_request *request, struct order *out)
{
    bool missing[BOOKINGS_LINES_MAX] = {false};
    out->lines = arena_array(call->arena, struct order_line, (size_t)request->count);
    out->line_count = request->count;
    for (int i = 0; i < request->count; i++) {
        const struct order_request_line *wanted = &request->lines[i];
        struct product product = {0};
        enum status status =
            catalog_find(orders->options.catalog, call, wanted->product_id, &product);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
        missing[i] = status == STATUS_NOT_FOUND || !product.active;
        if (status == STATUS_NOT_FOUND) call_forgive(call);
        out->lines[i] = (struct order_line){
            .product_id = wanted->product_id,
            .title = product.title,
            .day = wanted->day,
            .quantity = wanted->quantity,
            .unit_price_cents = product.price_cents,
            .amount_cents = product.price_cents * wanted->quantity,
        };
        out->total_cents += out->lines[i].amount_cents;
    }
    for (int i = 0; i < request->count; i++)
        if (missing[i])
            call_fail_field(call, arena_printf(call->arena, "lines[%d].product_id", i),
                            "there is no such product");
    return call_check_fields(call);
}

/* Sold out is not a failure of placing but an order that is rejected: the same key must get the same
   answer later, when there may be places again. */
static enum status hold_places(struct orders *orders, struct call *call, struct order *order)
{
    struct booking_line lines[BOOKINGS_LINES_MAX];
    for (int i = 0; i < order->line_count; i++)
        lines[i] = (struct booking_line){
            .product_id = order->lines[i].product_id,
            .day = order->lines[i].day,
            .quantity = order->lines[i].quantity,
            .amount_cents = order->lines[i].amount_cents,
        };
    const struct booking_hold hold = {
        .order_id = order->id,
        .user_id = order->user_id,
        .expires_ms = order->created_ms + orders->options.hold_ms,
        .lines = lines,
        .count = order->line_count,
    };
    enum status status = bookings_hold(orders->options.bookings, call, &hold);
    if (status != STATUS_SOLD_OUT) return status;
    order->state = ORDER_REJECTED;
    order->reason = STATUS_SOLD_OUT;
    order->detail = call->failure.message;
    order->field = call->failure.fields ? call->failure.fields->field : NULL;
    call_forgive(call);
    return STATUS_OK;
}

/* --- storing --- */

/* One round trip: BEGIN, the order with its lines, COMMIT. The event is dispatched before this returns. */
static enum status store(struct orders *orders, struct call *call,
                         const struct order_request *request, const struct order *order)
{
    struct pg_tx *tx;
    enum status status = pg_begin(orders->options.write, call, &tx);
    if (status == STATUS_OK) status = order_pg_insert(tx, order, request->key, request->body_hash);
    if (status == STATUS_OK) status = order_publish(orders, tx, order, request->card_token);
    if (status == STATUS_OK) return pg_commit(tx);
    pg_rollback(tx);
    return status;
}

/* The same key came twice at the same time and the other request was first. Our places go back; should
   that fail, our hold, which belongs to no order, runs out. */
static enum status yield_to_twin(struct orders *orders, struct call *call,
                                 const struct order_request *request, const struct order *ours,
                                 struct order *out)
{
    const char *body_hash;
    int64_t unused;
    call_forgive(call);
    if (ours->state == ORDER_PENDING &&
        bookings_release(orders->options.bookings, call, ours->id) != STATUS_OK) {
        log_warn("twin_not_released", call, LOG_INT("order_id", ours->id),
                 LOG_TEXT("detail", call->failure.message));
        call_forgive(call);
    }
    enum status status = order_pg_by_key(orders->options.write, call, call->user_id, request->key,
                                         out, &body_hash, &unused);
    if (status != STATUS_OK) return status;
    if (out->id == 0) return call_fail(call, STATUS_UNAVAILABLE, "the order is being stored");
    return replay(orders, call, request, body_hash, out);
}

enum status orders_place(struct orders *orders, struct call *call,
                         const struct order_request *request, struct order *out)
{
    const char *body_hash;
    int64_t id;
    orders_check_request(call, request);
    if (call->failure.field_count > 0) orders_check_days(call, request, clock_today());
    enum status status = call_check_fields(call);
    if (status == STATUS_OK)
        status = order_pg_by_key(orders->options.write, call, call->user_id, request->key, out,
                                 &body_hash, &id);
    if (status != STATUS_OK) return status;
    if (out->id != 0) return replay(orders, call, request, body_hash, out);

    orders_check_days(call, request, clock_today());
    status = call_check_fields(call);
    if (status != STATUS_OK) return status;
    struct order order = {
        .id = id,
        .user_id = call->user_id,
        .state = ORDER_PENDING,
        .currency = orders->options.currency,
        .created_ms = clock_wall_ms(),
    };
    status = price_lines(orders, call, request, &order);
    if (status == STATUS_OK) status = hold_places(orders, call, &order);
    if (status != STATUS_OK) return status;

    status = store(orders, call, request, &order);
    if (status == STATUS_CONFLICT && order_pg_key_is_taken(call))
        return yield_to_twin(orders, call, request, &order, out);
    if (status != STATUS_OK) return status;
    *out = order;
    return read_outcome(orders, call, out);
}

/* --- on order.placed --- */

int64_t order_shorten_deadline(struct call *call)
{
    const int64_t deadline_ms = call->deadline_ms;
    call->deadline_ms -= call_remaining_ms(call) / 5;
    return deadline_ms;
}

/* Until the reconciler may ask the provider about it. */
static int64_t left_ms(const struct orders *orders, const struct order *order)
{
    return order->created_ms + orders->options.settle_after_ms - clock_wall_ms();
}

/* Charges within the call's time and within settle_after of the placing: after that a charge under way would
   only make the provider answer twice. */
static enum status charge(struct orders *orders, struct call *call, const struct order *order,
                          const char *card_token)
{
    const struct payment_charge wanted = {
        .order_id = order->id,
        .amount_cents = order->total_cents,
        .currency = order->currency,
        .card_token = card_token,
    };
    if (order->total_cents == 0) return STATUS_OK; /* free: there is nothing to charge */
    const int64_t deadline_ms = order_shorten_deadline(call);
    const int64_t settle_ms = clock_monotonic_ms() + left_ms(orders, order);
    if (call->deadline_ms > settle_ms) call->deadline_ms = settle_ms;
    enum status status = payments_charge(orders->options.payments, call, &wanted);
    call->deadline_ms = deadline_ms;
    return status;
}

static enum status on_placed(void *context, struct call *call, const struct event *event)
{
    struct orders *orders = context;
    struct order order;
    const char *card_token;
    enum status status = order_event_read(call, event, &order, &card_token);
    if (status != STATUS_OK) return status;
    if (left_ms(orders, &order) <= 0) return STATUS_OK; /* too late: the reconciler ends it */
    status = charge(orders, call, &order, card_token);
    if (status == STATUS_OK) return order_settle(orders, call, &order, PAYMENT_CHARGED);
    if (status != STATUS_DECLINED) return status; /* unknown: it stays pending until it is known */
    call_forgive(call);
    return order_settle(orders, call, &order, PAYMENT_DECLINED);
}

struct orders *orders_new(struct arena *arena, const struct orders_options *options)
{
    assert(options->settle_after_ms > 0);
    assert(options->hold_ms > options->settle_after_ms); /* README.md, "Times" */
    struct orders *orders = arena_new(arena, struct orders);
    orders->options = *options;
    events_subscribe(options->events, "order.placed", "payment", on_placed, orders);
    return orders;
}
