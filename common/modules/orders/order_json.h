/* How orders look in JSON answers. */
#ifndef STAGECRAFT_ORDERS_ORDER_JSON_H
#define STAGECRAFT_ORDERS_ORDER_JSON_H

#include "common/base/json.h"
#include "common/modules/orders/orders.h"

/* The order with its lines, as an object. */
void order_write(struct json_writer *json, const struct order *order);

#endif
