/* The unit tests of the modules' rules: every group, one after the other.
 */
#include "common/base/bytes.h"
#include "tests/unit/modules/groups.h"

int main(void)
{
    bytes_open();
    int failed = test_accounts() + test_passwords() + test_sessions();
    failed += test_catalog_changes() + test_catalog_cursors();
    failed += test_bookings() + test_orders() + test_receipt() + test_reports();
    return failed == 0 ? 0 : 1;
}
