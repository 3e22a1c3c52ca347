/* cmocka with what it wants included before itself, and the groups of this folder. */
#ifndef STAGECRAFT_TESTS_UNIT_05_QUEUES_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_05_QUEUES_GROUPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_broker_conf(void);
int test_envelope(void);
int test_queue_settings(void);

#endif
