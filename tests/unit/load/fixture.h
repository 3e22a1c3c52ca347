/* What the tests of mixes share: reading one from a text, and writing one of its requests' parts.
 */
#ifndef STAGECRAFT_TESTS_UNIT_LOAD_FIXTURE_H
#define STAGECRAFT_TESTS_UNIT_LOAD_FIXTURE_H

#include "tests/load/mix.h"
#include "tests/unit/load/groups.h"

struct mix_fixture {
    struct arena arena;
    struct mix mix;
    char error[MIX_ERROR_MAX];
};

int mix_fixture_open(void **state);
int mix_fixture_close(void **state);

/* As the file "m.yaml". `set` may be NULL. */
bool mix_fixture_read(struct mix_fixture *fixture, const char *yaml, const char *set);

/* The test fails unless this is refused with "m.yaml" and what follows. */
void mix_fixture_refuse(struct mix_fixture *fixture, const char *yaml, const char *message);

#endif
