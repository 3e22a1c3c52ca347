/* A small table of settings and a file to load it from, for the tests of config.c and
 * config_yaml.c.
 */
#ifndef STAGECRAFT_TESTS_UNIT_BASE_CONFIG_FIXTURE_H
#define STAGECRAFT_TESTS_UNIT_BASE_CONFIG_FIXTURE_H

#include "common/base/config.h"

struct config_fixture {
    struct arena arena;
    char directory[64];
    char path[80]; /* of the YAML file in it */
    char error[256];
    int64_t port, offset;
    bool tls;
    const char *name, *title;
    const char *secret;
};

/* Makes the directory; the environment holds none of the variables. For cmocka's setup and
   teardown. */
int config_fixture_setup(void **state);
int config_fixture_teardown(void **state);

/* Writes `text` to a file of that name in the directory; the path lives in the arena. */
const char *config_fixture_write(struct config_fixture *fixture, const char *name, const char *text,
                                 size_t length);

/* config_load() without a file, and with the YAML text as file. */
enum status config_fixture_load(struct config_fixture *fixture);
enum status config_fixture_load_yaml(struct config_fixture *fixture, const char *yaml);

/* Loads and fails the test unless the message is "PATH:" and then exactly this. */
void config_fixture_expect(struct config_fixture *fixture, const char *yaml, const char *message);

#endif
