/* What belongs to the orders of a page, order by order: two questions for each, one after the other. That
 * reads well, and is the first thing that shows when histories grow.
 */
#include "common/modules/orders/order_saga.h"

enum status order_fill_page(struct orders *orders, struct call *call, struct order_page *page)
{
    enum status status = STATUS_OK;
    for (int i = 0; i < page->count && status == STATUS_OK; i++)
        status = order_add_lines(orders, call, &page->orders[i]);
    return status;
}
