/* The test groups of infra/sandbox; what the program promises over HTTP is in tests/contract/test_sandbox.py.
 */
#ifndef STAGECRAFT_TESTS_UNIT_SANDBOX_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_SANDBOX_GROUPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_key_table(void);
int test_ledger(void);

#endif
