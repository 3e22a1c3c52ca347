/* What the two suites of reports share: the shop of orders_cases.h with reports beside it. */
#ifndef STAGECRAFT_TESTS_REPORTS_CASES_H
#define STAGECRAFT_TESTS_REPORTS_CASES_H

#include "common/modules/reports/reports.h"
#include "tests/ports/orders_cases.h"

enum { DAY_MS = 86400000, SALE_DAY = 20700, SALES_MAX = 60000, DOCUMENTS_AT_ONCE = 8 };

struct reports_subject {
    struct reports *reports;
    struct orders_subject *shop;
    struct sale found[SALES_MAX]; /* by walk(); titles live as long as the case */
};

/* The sales of these days, by walking to the end; answers how many. */
int walk(struct harness *harness, struct reports_subject *subject, int32_t from, int32_t to);

/* A summary of these days. */
struct report summary(struct harness *harness, struct reports_subject *subject, int32_t from,
                      int32_t to);

/* Enters one sale: one place of product `product_id` for 1000 cents, at that moment of SALE_DAY. */
void enter(struct harness *harness, struct reports_subject *subject, int64_t booking_id,
           int64_t product_id, int64_t after_midnight_ms);

/* Rounds of catching up until one walk over everything is done; answers how many were recovered. */
int catch_up(struct harness *harness, struct reports_subject *subject);

#endif
