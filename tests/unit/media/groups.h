/* The test groups of picture scaling. The pictures are made here (made.h), so that each can be odd in
 * one way only; what the port promises is in tests/ports/media_suite.c.
 */
#ifndef STAGECRAFT_TESTS_UNIT_MEDIA_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_MEDIA_GROUPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_pixels(void);
int test_png(void);
int test_jpeg(void);
int test_refusals(void);
int test_memory(void);

#endif
