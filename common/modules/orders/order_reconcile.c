/* The background work: every pending order comes to an end, every refund is made, every hold that was
 * abandoned is let go, every receipt is found.
 *
 * An order is pending because a process died, or because the provider's answer never came. Nothing is
 * guessed from that: payments_settle() asks the provider, and closes the charge there if it has not been
 * made. Both are round trips to another company, so a few orders are settled side by side: one after the other, an
 * hour in which the provider was away would take hours to be settled. When the provider cannot be reached the
 * round ends, so that a hundred orders do not wait a hundred time-outs, and the next round goes on behind the
 * orders that failed, so that those the provider cannot make up its mind about keep nobody else waiting. Refunds come
 * first and pending orders use two thirds of a round's time, so neither can starve the other.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/modules/orders/order_pg.h"
#include "common/modules/orders/order_saga.h"
#include "common/runtime/task.h"

#include <inttypes.h>

enum { SETTLE_TOGETHER = 10, STEPS_PER_ROUND = 20, SETTLE_ARENA_MAX = 1 << 20 };

/* Those that are settled side by side: who waits for them, and how many it waits for. */
struct party {
    struct task *host;
    int running;
};

/* One of them, in a task of its own. */
struct guest {
    struct orders *orders;
    struct party *party;
    int64_t id, deadline_ms;
    enum status status;
};

static enum status settle_one(struct orders *orders, struct call *call, int64_t id)
{
    struct order order;
    enum payment_outcome outcome = PAYMENT_CHARGED;
    enum status status = orders_find_any(orders, call, id, &order);
    if (status != STATUS_OK || order.state != ORDER_PENDING) return status;
    if (order.total_cents > 0)
        status = payments_settle(orders->options.payments, call, id, &outcome);
    if (status == STATUS_OK) status = order_settle(orders, call, &order, outcome);
    return status;
}

static void settle_guest(void *argument)
{
    struct guest *guest = argument;
    struct arena arena;
    struct call call;
    arena_init(&arena, SETTLE_ARENA_MAX);
    call_init(&call, &arena, 0);
    call.deadline_ms = guest->deadline_ms;
    guest->status = settle_one(guest->orders, &call, guest->id);
    if (guest->status != STATUS_OK)
        log_warn("order_not_settled", &call, LOG_INT("order_id", guest->id),
                 LOG_TEXT("status", status_name(guest->status)));
    arena_release(&arena);
    if (--guest->party->running == 0) task_wake(guest->party->host);
}

/* Until all have ended: they stand on this stack. The first failure, in their order. */
static enum status settle_together(struct orders *orders, struct call *call, const int64_t *ids,
                                   int count, int *settled)
{
    struct loop *loop = orders->options.loop;
    struct party party = {.host = task_current(loop), .running = count};
    struct guest guests[SETTLE_TOGETHER];
    enum status first = STATUS_OK;
    for (int i = 0; i < count; i++) {
        guests[i] = (struct guest){orders, &party, ids[i], call->deadline_ms, STATUS_OK};
        if (task_start(loop, settle_guest, &guests[i]) != STATUS_OK) settle_guest(&guests[i]);
    }
    while (party.running > 0)
        (void)task_park(loop, INT64_MAX);
    for (int i = 0; i < count; i++) {
        if (guests[i].status == STATUS_OK) (*settled)++;
        if (guests[i].status != STATUS_OK && first == STATUS_OK)
            first =
                call_fail(call, guests[i].status, "order %" PRId64 " could not be settled", ids[i]);
    }
    return first;
}

static enum status settle_pending(struct orders *orders, struct call *call, int *settled)
{
    const int64_t until_ms = clock_monotonic_ms() + call_remaining_ms(call) * 2 / 3;
    enum status status = STATUS_OK;
    bool more = true;
    for (int step = 0; step < STEPS_PER_ROUND && more && status == STATUS_OK; step++) {
        int64_t ids[SETTLE_TOGETHER];
        int count = 0;
        struct low_water *walk = &orders->pending;
        if (clock_monotonic_ms() >= until_ms) break;
        status = order_pg_find_work(orders->options.write, call, ORDER_WORK_PENDING, walk,
                                    orders->options.settle_after_ms, SETTLE_TOGETHER, ids, &count,
                                    &more);
        if (status != STATUS_OK || count == 0) continue;
        status = settle_together(orders, call, ids, count, settled);
        if (status != STATUS_OK) walk->next = ids[count - 1]; /* the next round goes on behind it */
    }
    return status;
}

static enum status finish_cancellations(struct orders *orders, struct call *call,
                                        struct booking_page *stuck, int *settled)
{
    enum status first = STATUS_OK;
    for (int i = 0; i < stuck->count; i++) {
        enum status status = order_finish_cancelling(orders, call, &stuck->bookings[i]);
        if (status == STATUS_OK) (*settled)++;
        if (status != STATUS_OK) first = status;
        if (status == STATUS_UNAVAILABLE || status == STATUS_TIMEOUT) break;
    }
    return first;
}

enum status orders_reconcile(struct orders *orders, struct call *call, int *settled)
{
    struct booking_page stuck = {0};
    int released = 0;
    *settled = 0;
    enum status status =
        bookings_sweep(orders->options.bookings, call,
                       clock_wall_ms() - orders->options.settle_after_ms, &released, &stuck);
    if (status == STATUS_OK && released > 0)
        log_info("holds_expired", call, LOG_INT("count", released));
    if (status != STATUS_OK) return status;
    const enum status refunds = finish_cancellations(orders, call, &stuck, settled);
    status = settle_pending(orders, call, settled);
    return status != STATUS_OK ? status : refunds;
}

/* --- receipts --- */

enum status orders_receipts_due(struct orders *orders, struct call *call, int64_t older_than_ms,
                                int limit, int64_t *ids, int *count)
{
    bool more = true;
    enum status status = STATUS_OK;
    *count = 0;
    for (int step = 0; step < STEPS_PER_ROUND && more && *count == 0 && status == STATUS_OK; step++)
        status = order_pg_find_work(orders->options.write, call, ORDER_WORK_RECEIPTS,
                                    &orders->receipts, older_than_ms, limit, ids, count, &more);
    return status;
}

enum status orders_receipt_sent(struct orders *orders, struct call *call, int64_t id)
{
    return order_pg_receipt_sent(orders->options.write, call, id);
}

enum status orders_receipt_again(struct orders *orders, struct call *call, int64_t id)
{
    return order_pg_receipt_again(orders->options.write, call, id);
}
