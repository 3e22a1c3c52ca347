/* cmocka with what it wants included before itself, and the groups of this folder. */
#ifndef STAGECRAFT_TESTS_UNIT_03_CACHING_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_03_CACHING_GROUPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_redis_url(void);
int test_cached(void);
int test_catalog_codec(void);
int test_near(void);

#endif
