/* The test groups of tests/load; what the program does as a whole is in tests/load/test_load.py.
 */
#ifndef STAGECRAFT_TESTS_UNIT_LOAD_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_LOAD_GROUPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_histogram(void);
int test_schedule(void);
int test_http_reader(void);
int test_naps(void);
int test_values(void);
int test_mix(void);
int test_mix_errors(void);
int test_target(void);
int test_tally(void);

#endif
