/* The test groups of common/base, one per file there, and what they share. cmocka's header wants
 * four others before it; this is the place where that is known.
 */
#ifndef STAGECRAFT_TESTS_UNIT_BASE_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_BASE_GROUPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_arena(void);
int test_bytes(void);
int test_call(void);
int test_clock(void);
int test_config(void);
int test_config_yaml(void);
int test_json_read(void);
int test_json_write(void);
int test_log(void);
int test_low_water(void);
int test_status(void);
int test_strbuf(void);
int test_csv(void);
int test_text(void);

/* Runs `run` in a child process; fails unless it aborts and has printed `message` on standard
   error. */
void expect_abort(void (*run)(void), const char *message);

/* cmocka's string comparison, for `const char *` that may be NULL. */
void expect_text(const char *actual, const char *expected);

/* Fails unless `text` contains `part`. */
void expect_part(const char *text, const char *part);

#endif
