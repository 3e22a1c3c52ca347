/* The unit tests of common/base: every group, one after the other; the exit code tells whether one
 * failed.
 */
#include "common/base/bytes.h"
#include "tests/unit/base/groups.h"

int main(void)
{
    bytes_open();
    int failed = test_status() + test_arena() + test_strbuf() + test_bytes() + test_clock();
    failed += test_call() + test_text() + test_log() + test_low_water();
    failed += test_json_read() + test_json_write() + test_csv();
    failed += test_config() + test_config_yaml();
    return failed == 0 ? 0 : 1;
}
