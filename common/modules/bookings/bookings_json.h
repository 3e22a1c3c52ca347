/* How bookings look in JSON answers: shared with the orders' route that cancels one. */
#ifndef STAGECRAFT_BOOKINGS_BOOKINGS_JSON_H
#define STAGECRAFT_BOOKINGS_BOOKINGS_JSON_H

#include "common/base/json.h"
#include "common/modules/bookings/bookings.h"

void booking_write(struct json_writer *json, const char *name, const struct booking *booking);

#endif
