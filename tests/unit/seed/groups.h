/* The test groups of the seed, and the small year that most of them look at.
 */
#ifndef STAGECRAFT_TESTS_UNIT_SEED_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_SEED_GROUPS_H

#include "infra/seed/plan.h"
#include "tests/unit/pg/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_random(void);
int test_calendar(void);
int test_checkouts(void);
int test_checksums(void);
int test_accounts_file(void);
int test_pictures(void);
int test_provider(void);
int test_load(struct server *server);

enum { YEAR_TODAY = 20780 }; /* 2026-11-23 */

/* The plan of size "small" with that seed; its text lives until year_release(). */
struct year {
    struct arena arena;
    struct plan plan;
};

void year_make(struct year *year, const char *name, uint64_t seed, int32_t today);
void year_release(struct year *year);

#endif
