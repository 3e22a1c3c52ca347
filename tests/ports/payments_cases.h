/* The subject of the payments suite: the port, and the provider it talks to, which does as it is told.
 */
#ifndef STAGECRAFT_TESTS_PAYMENTS_CASES_H
#define STAGECRAFT_TESTS_PAYMENTS_CASES_H

#include "common/modules/payments/payments.h"
#include "tests/ports/harness.h"
#include "tests/ports/provider_double.h"

/* `payments` waits for an answer as long as a busy machine may need. `impatient` is for requests that get
   none: the same port, at the same provider, with a time-out that a test can sit through. */
struct payments_subject {
    struct payments *payments, *impatient;
    struct provider_double *provider;
};

extern const struct port_suite payments_suite, payments_unknown_suite;

void *make_payments_provider(struct harness *harness);

#endif
