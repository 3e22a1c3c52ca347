/* The unit tests of stage 05: what needs neither a database nor a broker. */
#include "common/base/bytes.h"
#include "tests/unit/05-queues/groups.h"

int main(void)
{
    bytes_open();
    return test_broker_conf() + test_envelope() + test_queue_settings() == 0 ? 0 : 1;
}
