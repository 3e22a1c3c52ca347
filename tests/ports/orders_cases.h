/* What the suites of orders share: a shop with a few products, and shorthands to order in it. */
#ifndef STAGECRAFT_TESTS_ORDERS_CASES_H
#define STAGECRAFT_TESTS_ORDERS_CASES_H

#include "common/base/clock.h"
#include "common/modules/orders/orders.h"
#include "tests/ports/payments_stand_in.h"
#include "tests/ports/suites.h"

/* Products of the stand-in catalog; each has ten places a day but where a case says otherwise. */
enum { TOUR = 1, WORKSHOP = 2, FREE_WALK = 3, HIDDEN = 4, PLACELESS = 5, PLACES = 10 };
enum { ADA = 7, BOB = 8, TOUR_CENTS = 2500, WORKSHOP_CENTS = 4999 };

enum { RECORDED_MAX = 256 };

struct recorded_event {
    char id[64], topic[32];
    char payload[1024];
};

struct orders_subject {
    struct orders *orders;
    struct bookings *bookings;
    struct capacity *capacity;
    struct payments_stand_in *payments;
    struct recorded_event recorded[RECORDED_MAX];
    int recorded_count;
    struct events *events;
    bool lose_events;       /* as if the process had died between the commit and the dispatch */
    const char *lose_topic; /* the same for this one only */
};

/* The shop of the suites, with events that go this way (make_orders_pg() takes the bus). */
struct orders_subject *make_orders_on(struct harness *harness, struct events *bus);

/* A call by this customer. */
struct call *call_by(struct harness *harness, int64_t user_id);

/* One line, the day after tomorrow. */
struct order_request order_of(struct call *call, const char *key, const char *card,
                              int64_t product_id, int32_t quantity);

/* The same, placed by Ada; must answer STATUS_OK. */
struct order place(struct harness *harness, struct orders_subject *subject, const char *key,
                   const char *card, int64_t product_id, int32_t quantity);

/* The order as it is now. */
struct order order_now(struct harness *harness, struct orders_subject *subject, int64_t id);

/* Makes every order that nobody is working on look half a minute old: old enough to be settled, too young
   for the low-water mark to pass it, as orders that are still being stored require. */
void age_orders(struct harness *harness);

/* Makes every hold run out. */
void end_holds(struct harness *harness);

/* One round of the reconciler, which must go well; answers how many it settled. */
int reconcile(struct harness *harness, struct orders_subject *subject);

/* Places left on the day of order_of(). */
int32_t left(struct harness *harness, struct orders_subject *subject, int64_t product_id);

/* How often "order.confirmed" was published of this order, "booking.cancelled" of this booking. */
int published(const struct orders_subject *subject, const char *topic, int64_t id);

#endif
