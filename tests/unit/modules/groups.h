/* The test groups of the modules' rules, one per file there. Rules are tested without a database: ports are
 * stand-ins, and what must run in a task gets one.
 */
#ifndef STAGECRAFT_TESTS_UNIT_MODULES_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_MODULES_GROUPS_H

#include "common/base/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_accounts(void);
int test_bookings(void);
int test_catalog_changes(void);
int test_catalog_cursors(void);
int test_orders(void);
int test_passwords(void);
int test_receipt(void);
int test_reports(void);
int test_sessions(void);

/* A call with an arena of its own; both start anew each time. Released by call_done(). */
struct call *call_new(void);
void call_done(struct call *call);

/* True when a field of that name has been recorded as wrong. */
bool has_field(const struct call *call, const char *field);

/* "xxxx…": `count` times the same text, in the call's arena. */
const char *repeat(struct call *call, const char *text, int count);

#endif
