/* The inbox: which subscriber has done which event.
 *
 * A broker delivers at least once: after a crash, a rebalance, a lost acknowledgement the same event comes again, minutes
 * later and perhaps to another worker. The worker asks here before it calls the handler, and says so here when the handler
 * is done, before it tells the broker. Between the handler's own commit and inbox_add() a crash is still possible, so the
 * handlers stay idempotent by the event's id (events.h asks for it); what the inbox saves is doing for nothing what is
 * known to be done, and asking the provider and the mail server again.
 */
#ifndef STAGECRAFT_STAGES_EVENTS_INBOX_H
#define STAGECRAFT_STAGES_EVENTS_INBOX_H

#include "common/base/call.h"
#include "common/pg/pg.h"

/* Has the subscriber done the event? Asks the primary. */
enum status inbox_has(struct pg_pool *write, struct call *call, const char *subscriber,
                      const char *event_id, bool *done);

/* It has. Saying so twice is no error. */
enum status inbox_add(struct pg_pool *write, struct call *call, const char *subscriber,
                      const char *event_id);

/* Forgets at most `limit` of what was done longer ago than `age_ms`; `swept` is how many those were. */
enum status inbox_sweep(struct pg_pool *write, struct call *call, int64_t age_ms, int limit,
                        int64_t *swept);

#endif
