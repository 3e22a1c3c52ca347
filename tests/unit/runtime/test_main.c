/* The unit tests of common/runtime: every group, one after the other.
 */
#include "common/base/bytes.h"
#include "tests/unit/runtime/world.h"

int main(void)
{
    bytes_open();
    int failed = test_timers() + test_loop() + test_watches() + test_posts();
    failed += test_task() + test_task_limits() + test_offload();
    return failed == 0 ? 0 : 1;
}
