/* What stage 05 adds: events that wait in the database, the broker they go to and who brings them there and from there, and
 * the checkout that does not wait for them. */
#include "tests/ports/05-queues/broker_cases.h"
#include "tests/ports/05-queues/cases.h"

static const struct implementation rows[] = {
    {"events in the outbox", &events_suite, make_events_outbox},
    {"the outbox itself", &outbox_suite, make_events_outbox},
    {"the inbox", &inbox_suite, make_nothing},
    {"the broker", &broker_suite, make_broker},
    {"the relay", &relay_suite, make_broker},
    {"the worker", &worker_suite, make_broker},
    {"media by workers", &media_suite, make_queued_media},
    {"reports by workers", &documents_suite, make_queued_documents},
    {"errands without workers", &lonely_errands_suite, make_lonely_errands},
    {"orders through the outbox", &queued_orders_suite, make_queued_orders},
};
const struct implementation_table ports_05_queues = {rows, sizeof(rows) / sizeof(rows[0])};
