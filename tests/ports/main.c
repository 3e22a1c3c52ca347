/* Runs every port suite on every implementation of its port: one row each. A stage that replaces or wraps
 * a port adds a row; the suite stays as it is.
 *
 *   TEST_POSTGRES_URL=postgres://…/shop_test ports [pattern]      (pattern: "*keyset*")
 */
#include "tests/ports/harness.h"
#include "tests/ports/on_postgres.h"
#include "tests/ports/payments_cases.h"
#include "tests/ports/suites.h"

#include <stdio.h>
#include <stdlib.h>

static const struct implementation implementations[] = {
    {"users on PostgreSQL", &users_suite, make_users_pg},
    {"sessions on PostgreSQL", &sessions_suite, make_sessions_pg},
    {"catalog on PostgreSQL", &catalog_suite, make_catalog_pg},
    {"catalog lists on PostgreSQL", &catalog_list_suite, make_catalog_pg},
    {"catalog changes on PostgreSQL", &catalog_change_suite, make_catalog_pg},
    {"bookings on PostgreSQL", &bookings_suite, make_bookings_pg},
    {"bookings lists on PostgreSQL", &bookings_list_suite, make_bookings_pg},
    {"bookings races on PostgreSQL", &bookings_race_suite, make_bookings_pg},
    {"capacity on PostgreSQL", &capacity_suite, make_bookings_pg},
    {"media on PostgreSQL", &media_suite, make_media_pg},
    {"payments at the provider", &payments_suite, make_payments_provider},
    {"payments of unknown outcome", &payments_unknown_suite, make_payments_provider},
    {"events on the bus", &events_suite, make_events_bus},
    {"events told in haste", &events_suite, make_events_hasty, .must_fail = true},
    {"orders on PostgreSQL", &orders_suite, make_orders_pg},
    {"orders in trouble on PostgreSQL", &orders_trouble_suite, make_orders_pg},
    {"invoices on PostgreSQL", &invoices_suite, make_invoices_pg},
    {"reports on PostgreSQL", &reports_suite, make_reports_pg},
    {"reports on paper", &documents_suite, make_documents_pg},
    {"the books of reports on PostgreSQL", &reports_books_suite, make_reports_pg},
};

int main(int argc, char **argv)
{
    const char *url = getenv("TEST_POSTGRES_URL");
    if (url == NULL || url[0] == '\0') {
        fprintf(stderr, "ports: TEST_POSTGRES_URL must name an empty database for tests\n");
        return 2;
    }
    if (argc > 1) cmocka_set_test_filter(argv[1]);
    int count = (int)(sizeof(implementations) / sizeof(implementations[0]));
    return harness_run(url, implementations, count) == 0 ? 0 : 1;
}
