/* The implementations of stage 01: every port on PostgreSQL. */
#ifndef STAGECRAFT_TESTS_ON_POSTGRES_H
#define STAGECRAFT_TESTS_ON_POSTGRES_H

#include "common/pdf/press.h"
#include "tests/ports/harness.h"

void *make_users_pg(struct harness *harness);
void *make_sessions_pg(struct harness *harness);
void *make_catalog_pg(struct harness *harness);
void *make_bookings_pg(struct harness *harness);
void *make_media_pg(struct harness *harness);
void *make_events_bus(struct harness *harness);   /* events_suite.c */
void *make_events_hasty(struct harness *harness); /* the same, with a mistake */
void *make_orders_pg(struct harness *harness);    /* orders_cases.c */
void *make_invoices_pg(struct harness *harness);  /* invoices_suite.c */
void *make_reports_pg(struct harness *harness);   /* reports_cases.c */
void *make_documents_pg(struct harness *harness); /* reports_cases.c */

/* For documents, with so many threads and so many that may wait for one. */
struct pdf_press make_press(struct harness *harness, int threads, int queue);

#endif
