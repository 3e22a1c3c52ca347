/* Every port suite, and what it is given.
 *
 * Where a suite needs more than its port (sessions need somebody whom they stand for), the subject is a
 * struct; an implementation's make function fills it.
 */
#ifndef STAGECRAFT_TESTS_SUITES_H
#define STAGECRAFT_TESTS_SUITES_H

#include "common/events/events.h"
#include "common/modules/bookings/bookings.h"
#include "common/modules/bookings/capacity.h"
#include "common/modules/catalog/catalog.h"
#include "common/modules/media/media.h"
#include "common/modules/users/sessions.h"
#include "common/modules/users/users.h"
#include "tests/ports/harness.h"

/* subject: struct users * */
extern const struct port_suite users_suite;

struct sessions_subject {
    struct sessions *sessions;
    struct users *users;
};
extern const struct port_suite sessions_suite;

struct catalog_subject {
    struct catalog *catalog;
    int64_t best_sellers[CATALOG_HOME_PRODUCTS]; /* what bookings will answer */
    int best_seller_count;
};
extern const struct port_suite catalog_suite, catalog_list_suite, catalog_change_suite;

struct bookings_subject {
    struct bookings *bookings;
    struct capacity *capacity;
};
extern const struct port_suite bookings_suite, bookings_list_suite, bookings_race_suite;
extern const struct port_suite capacity_suite;

/* subject: struct media * */
extern const struct port_suite media_suite;

/* subject: struct orders_subject * of orders_cases.h */
extern const struct port_suite orders_suite, orders_trouble_suite;

struct events_subject {
    struct events *events;
    /* Brings what has been published to the subscribers, all of it, as the implementation does. */
    void (*bring)(struct harness *harness, struct events_subject *subject);
    void *way; /* the implementation's own */
};
/* made by make_events_bus() beside its cases */
extern const struct port_suite events_suite;

/* made by make_invoices_pg() beside its cases */
extern const struct port_suite invoices_suite;

/* made by make_reports_pg() beside its cases */
extern const struct port_suite reports_suite, reports_books_suite;

/* subject: struct report_documents *, made by make_documents_pg() */
extern const struct port_suite documents_suite;

#endif
