/* The unit tests of the payment sandbox.
 */
#include "common/base/bytes.h"
#include "common/base/log.h"
#include "tests/unit/sandbox/groups.h"

#include <unistd.h>

int main(void)
{
    bytes_open();
    log_open(LOG_ERROR + 1, STDERR_FILENO); /* failures here are made on purpose */
    int failed = test_key_table() + test_ledger();
    return failed == 0 ? 0 : 1;
}
