/* The implementations of stage 01: every port on PostgreSQL. */
#ifndef STAGECRAFT_TESTS_ON_POSTGRES_H
#define STAGECRAFT_TESTS_ON_POSTGRES_H

#include "tests/ports/harness.h"

void *make_users_pg(struct harness *harness);
void *make_sessions_pg(struct harness *harness);
void *make_catalog_pg(struct harness *harness);
void *make_bookings_pg(struct harness *harness);
void *make_media_pg(struct harness *harness);
void *make_orders_pg(struct harness *harness);   /* orders_cases.c */
void *make_invoices_pg(struct harness *harness); /* invoices_suite.c */
void *make_reports_pg(struct harness *harness);  /* reports_cases.c */

#endif
