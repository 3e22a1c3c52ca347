/* See fixture.h.
 */
#include "tests/unit/load/fixture.h"

#include <string.h>

int mix_fixture_open(void **state)
{
    static struct mix_fixture fixture;
    fixture = (struct mix_fixture){0};
    arena_init(&fixture.arena, 64 << 20);
    *state = &fixture;
    return 0;
}

int mix_fixture_close(void **state)
{
    arena_release(&((struct mix_fixture *)*state)->arena);
    return 0;
}

bool mix_fixture_read(struct mix_fixture *fixture, const char *yaml, const char *set)
{
    fixture->error[0] = '\0';
    return mix_parse(&fixture->arena, "m.yaml", yaml, strlen(yaml), &set, set != NULL,
                     &fixture->mix, fixture->error);
}

void mix_fixture_refuse(struct mix_fixture *fixture, const char *yaml, const char *message)
{
    static const char path[] = "m.yaml";
    if (mix_fixture_read(fixture, yaml, NULL)) fail_msg("taken, instead of '%s'", message);
    if (strncmp(fixture->error, path, sizeof(path) - 1) != 0 ||
        strncmp(fixture->error + sizeof(path) - 1, message, strlen(message)) != 0)
        fail_msg("'%s' instead of '%s'", fixture->error, message);
}
