/* An event that is told by itself: in a transaction of its own, a moment before that of its module, which may come to
 * nothing. Nobody notices as long as all of them come to something.
 */
#include "tests/audit/mutants/mutants.h"

#include "common/events/events.h"
#include "common/pg/pg.h"

static const struct events_ops *original;
static struct pg_pool *pool; /* of the last loop; the mutants run with one */

static enum status publish_by_itself(struct events *events, struct pg_tx *tx,
                                     const struct event *event)
{
    struct pg_tx *own;
    enum status status = pg_begin(pool, pg_tx_call(tx), &own);
    if (status != STATUS_OK) return status;
    status = original->publish(events, own, event);
    if (status == STATUS_OK) return pg_commit(own);
    pg_rollback(own);
    return status;
}

void published_by_itself(struct app *app)
{
    static struct events_ops ops;
    original = app->events->ops;
    pool = app->write;
    ops = *original;
    ops.publish = publish_by_itself;
    app->events->ops = &ops;
}
