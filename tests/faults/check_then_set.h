/* Bookings with the mistake that the real ones exist to avoid; for the test that must catch it. */
#ifndef STAGECRAFT_TESTS_CHECK_THEN_SET_H
#define STAGECRAFT_TESTS_CHECK_THEN_SET_H

#include "common/modules/bookings/bookings.h"

/* Replaces the hold of bookings that bookings_pg_new() made. */
void check_then_set_install(struct bookings *bookings);

#endif
