/* The outbox in the port suites, with a relay and a worker of the tests' own: no broker, one after the other. */
#ifndef STAGECRAFT_TESTS_05_QUEUES_CASES_H
#define STAGECRAFT_TESTS_05_QUEUES_CASES_H

#include "stages/05-queues/subscriptions.h"
#include "tests/ports/orders_cases.h"
#include "tests/ports/suites.h"

/* What brings the events. */
struct short_way {
    struct subscriptions *subscriptions;
    int times; /* each is delivered so often: as a broker does in doubt */
};

/* The outbox and its short way, one delivery each. */
struct events_subject *make_outbox(struct harness *harness);
void *make_events_outbox(struct harness *harness);

/* How many events wait. */
int waiting(struct harness *harness);

/* Takes all that waits to the subscribers, until nothing does; a subscriber may publish. Answers how many deliveries
   failed. */
int bring_all(struct harness *harness, struct short_way *way);

extern const struct port_suite outbox_suite; /* subject: struct events_subject */
extern const struct port_suite inbox_suite;  /* no subject */

/* Orders on the outbox. */
struct queued_orders {
    struct orders_subject *shop;
    struct short_way *way;
};
void *make_queued_orders(struct harness *harness);
extern const struct port_suite queued_orders_suite;

/* Pictures and reports by way of the outbox, with somebody who brings the events meanwhile; subjects: struct media *, struct
   report_documents *. */
void *make_queued_media(struct harness *harness);
void *make_queued_documents(struct harness *harness);

/* The same, and nobody who does. */
struct lonely_errands {
    struct media *media;
    struct report_documents *documents;
    struct short_way *way;
};
void *make_lonely_errands(struct harness *harness);
extern const struct port_suite lonely_errands_suite;

void *make_nothing(struct harness *harness);

#endif
