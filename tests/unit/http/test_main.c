/* The unit tests of common/http: every group, one after the other; the exit code tells whether one
 * failed. Log lines of the servers under test go nowhere.
 */
#include "common/base/bytes.h"
#include "common/base/log.h"
#include "tests/unit/http/groups.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>

void expect_text(const char *actual, const char *expected)
{
    assert_non_null(actual);
    assert_string_equal(actual, expected);
}

void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part)) fail_msg("'%s' does not contain '%s'", text, part);
}

void expect_no_part(const char *text, const char *part)
{
    if (strstr(text, part)) fail_msg("'%s' contains '%s'", text, part);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    log_open(LOG_INFO, open("/dev/null", O_WRONLY | O_CLOEXEC));
    bytes_open();
    int failed = test_response() + test_problem() + test_request() + test_target();
    failed += test_listeners() + test_list() + test_conditional() + test_router() + test_metrics() +
              test_slow_guard();
    failed += test_server_requests() + test_server_refusals() + test_server_slowness();
    failed += test_server_waiting() + test_server_drain();
    failed += test_streams() + test_streams_broken() + test_uploads();
    return failed == 0 ? 0 : 1;
}
