/* The unit tests of the load generator.
 */
#include "common/base/bytes.h"
#include "tests/unit/load/groups.h"

int main(void)
{
    bytes_open();
    const int failed = test_histogram() + test_schedule() + test_http_reader() + test_naps() +
                       test_values() + test_mix() + test_mix_errors() + test_target() +
                       test_tally();
    return failed == 0 ? 0 : 1;
}
