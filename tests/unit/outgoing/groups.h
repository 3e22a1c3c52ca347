/* The test groups of common/outgoing, and the world they run in: a loop with transfers, and one task in it.
 */
#ifndef STAGECRAFT_TESTS_UNIT_OUTGOING_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_OUTGOING_GROUPS_H

#include "common/outgoing/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_http_client(void);
int test_http_repeats(void);
int test_http_limits(void);
int test_mail_message(void);
int test_mail_attachment(void);
int test_mail_smtp(void);
int test_mail_delivery(void);

struct world {
    struct loop *loop;
    struct transfers *transfers;
    struct arena arena;
    struct call call; /* ten seconds */
    int running;      /* tasks of world_run() */
};

/* For cmocka: state is a struct world with 8 connections per host and 100 transfers. */
int world_setup(void **state);
int world_teardown(void **state);

/* Opens the transfers anew with other limits. */
void world_limit(struct world *world, int connections_max, int waiting_max);

/* Runs `count` tasks with `body(argument)` and turns the loop until all have ended. No assertions in
   there: a failed one jumps to another stack. */
void world_run(struct world *world, int count, void (*body)(void *argument), void *argument);

#endif
