/* The unit tests of stage 03: what needs neither a database nor a Redis. */
#include "common/base/bytes.h"
#include "tests/unit/03-caching/groups.h"

int main(void)
{
    bytes_open();
    return test_redis_url() + test_cached() + test_catalog_codec() + test_near() == 0 ? 0 : 1;
}
