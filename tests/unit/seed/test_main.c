/* The unit tests of the seed: what decides rows first, then a load into a private PostgreSQL.
 */
#include "common/base/bytes.h"
#include "infra/seed/accounts.h"
#include "tests/unit/seed/groups.h"

#include <stdio.h>

/* Stand-ins: to draw them takes seconds. */
static const struct pictures *small_pictures(void)
{
    static struct pictures pictures;
    pictures.count = pictures_count();
    for (int i = 0; i < pictures.count; i++) {
        snprintf(pictures.sets[i].key, sizeof(pictures.sets[i].key), "%032x", (unsigned)i + 1);
        for (int size = 0; size < PICTURE_SIZES; size++)
            pictures.sets[i].files[size] =
                (struct picture_file){.bytes = (unsigned char *)"\xFF\xD8", .length = 2};
    }
    return &pictures;
}

void year_make(struct year *year, const char *name, uint64_t seed, int32_t today)
{
    static struct accounts accounts; /* the plan borrows them */
    const struct size *size = size_named(name);
    accounts_usual(&accounts);
    arena_init(&year->arena, plan_bytes(size));
    plan_make(&year->plan, &year->arena, size, seed, today, accounts.list, accounts.count);
    year->plan.pictures = small_pictures();
}

void year_release(struct year *year)
{
    arena_release(&year->arena);
}

int main(void)
{
    bytes_open();
    int failed = test_random() + test_calendar() + test_checkouts();
    failed += test_checksums() + test_accounts_file() + test_pictures();
    failed += test_provider();
    struct server *server = server_open();
    if (!server) return 1;
    failed += test_load(server);
    server_close(server);
    return failed == 0 ? 0 : 1;
}
