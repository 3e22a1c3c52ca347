/* The unit tests of picture scaling.
 */
#include "common/base/bytes.h"
#include "tests/unit/media/groups.h"

int main(void)
{
    bytes_open();
    int failed = test_pixels() + test_png() + test_jpeg() + test_refusals() + test_memory();
    return failed == 0 ? 0 : 1;
}
