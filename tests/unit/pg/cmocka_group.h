/* cmocka with what it wants included before itself, and the fixture all groups here share: one world. */
#ifndef STAGECRAFT_TESTS_PG_CMOCKA_GROUP_H
#define STAGECRAFT_TESTS_PG_CMOCKA_GROUP_H

#include "tests/unit/pg/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A test is given a world of its own; the server comes in as the initial state. */
int world_setup(void **state);
int world_teardown(void **state);

#define world_test(function, server_)                                        \
    {                                                                        \
        .name = #function, .test_func = function, .setup_func = world_setup, \
        .teardown_func = world_teardown, .initial_state = (server_)          \
    }

#endif
