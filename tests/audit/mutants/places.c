/* Places that are not given back, or are so too often. The first merely sells less than there is; the second more.
 */
#include "tests/audit/mutants/mutants.h"

#include "common/modules/bookings/bookings_pg.h"
#include "statements.h"

static const struct bookings_ops *original;

/* A copy of the operations to change one of; loops share it, and make the same of it. */
static struct bookings_ops *changed(struct app *app)
{
    static struct bookings_ops ops;
    if (app->bookings->ops != &ops) original = app->bookings->ops;
    ops = *original;
    app->bookings->ops = &ops;
    return &ops;
}

static enum status forget(struct bookings *bookings, struct call *call, int64_t order_id)
{
    (void)bookings, (void)call, (void)order_id;
    return STATUS_OK;
}

void release_forgotten(struct app *app)
{
    changed(app)->release = forget;
}

/* A step of its own beside the one that does it already. */
static enum status give_back_again(struct bookings *bookings, struct call *call, int64_t booking_id,
                                   int64_t user_id, bool done, struct booking *out)
{
    static const char again_sql[] = "UPDATE bookings.days SET taken = taken - $3::integer"
                                    " WHERE product_id = $1::bigint AND day = $2::date";
    /* in the table's place of a statement that is not run meanwhile */
    const struct pg_statement statement = {"again", again_sql, bookings_release_sql.index};
    enum status status = original->cancel(bookings, call, booking_id, user_id, done, out);
    if (status != STATUS_OK || !done) return status;
    return pg_write(
        ((struct bookings_pg *)bookings)->write, call, &statement,
        PG_ARGS(PG_INT(out->product_id), bookings_pg_day(call, out->day), PG_INT(out->quantity)),
        NULL);
}

void places_given_twice(struct app *app)
{
    changed(app)->cancel = give_back_again;
}

/* "It will be done": and then it is not. */
static enum status promise(struct bookings *bookings, struct call *call, int64_t booking_id,
                           int64_t user_id, bool done, struct booking *out)
{
    if (!done) return original->cancel(bookings, call, booking_id, user_id, done, out);
    enum status status = original->cancel(bookings, call, booking_id, user_id, false, out);
    out->state = BOOKING_CANCELLED;
    return status;
}

void told_cancelled(struct app *app)
{
    changed(app)->cancel = promise;
}
