/* The test groups of common/http, one per file there. The groups of the server talk to a real one
 * over sockets (fixture.h); the others call the code with requests made by hand (made.h).
 */
#ifndef STAGECRAFT_TESTS_UNIT_HTTP_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_HTTP_GROUPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_conditional(void);
int test_list(void);
int test_listeners(void);
int test_metrics(void);
int test_problem(void);
int test_request(void);
int test_response(void);
int test_router(void);
int test_slow_guard(void);
int test_target(void);
int test_server_requests(void);
int test_server_refusals(void);
int test_server_slowness(void);
int test_server_waiting(void);
int test_server_drain(void);
int test_streams(void);
int test_streams_broken(void);
int test_uploads(void);

/* cmocka's string comparison, for `const char *` that may be NULL. */
void expect_text(const char *actual, const char *expected);

/* Fail unless `text` contains, or does not contain, `part`. */
void expect_part(const char *text, const char *part);
void expect_no_part(const char *text, const char *part);

#endif
