/* The unit tests of common/events.
 */
#include "common/base/bytes.h"
#include "tests/unit/events/groups.h"

int main(void)
{
    bytes_open();
    return test_events_bus() == 0 ? 0 : 1;
}
