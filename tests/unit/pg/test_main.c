/* The unit tests of common/pg, on a private PostgreSQL of their own. With an argument only the groups
 * whose name contains it are run.
 */
#include "common/base/bytes.h"
#include "tests/unit/pg/world.h"

#include <string.h>

static const struct {
    const char *name;
    int (*run)(struct server *server);
} groups[] = {
    {"reads", test_reads},     {"aborts", test_aborts},
    {"writes", test_writes},   {"transactions", test_transactions},
    {"waiting", test_waiting}, {"faults", test_faults},
    {"migrate", test_migrate}, {"migrate safely", test_migrate_safely},
    {"copy", test_copy},
};

int main(int count, char **arguments)
{
    const char *only = count > 1 ? arguments[1] : "";
    bytes_open();
    world_log_open();
    int failed = strcmp(only, "") == 0 ? test_script() + test_sqlstate() : 0;
    struct server *server = server_open();
    if (!server) return 1;
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        if (strstr(groups[i].name, only)) failed += groups[i].run(server);
    server_close(server);
    if (strstr(world_log(), SERVER_PASSWORD)) {
        fprintf(stderr, "the password is in the log\n");
        failed++;
    }
    return failed == 0 ? 0 : 1;
}
