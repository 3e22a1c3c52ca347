/* The unit tests of common/outgoing: every group, one after the other.
 */
#include "common/base/bytes.h"
#include "common/base/log.h"
#include "tests/unit/outgoing/groups.h"

int main(void)
{
    bytes_open();
    log_open(LOG_ERROR, 2); /* the failures here are made on purpose */
    int failed = test_http_client() + test_http_repeats() + test_http_limits();
    failed +=
        test_mail_message() + test_mail_attachment() + test_mail_smtp() + test_mail_delivery();
    return failed == 0 ? 0 : 1;
}
