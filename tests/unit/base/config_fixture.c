/* The table has one row of each kind and trait: bounded, unbounded, required by default, nested,
 * secret.
 */
#include "tests/unit/base/config_fixture.h"

#include "tests/unit/base/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const variables[] = {
    "SHOP_HTTP_PORT",       "SHOP_HTTP_OFFSET",  "SHOP_HTTP_TLS",          "SHOP_SHOP_NAME",
    "SHOP_SHOP_PAGE_TITLE", "SHOP_PAYMENTS_KEY", "SHOP_PAYMENTS_KEY_FILE", "SHOP_HTTP_PORT_FILE",
};

int config_fixture_setup(void **state)
{
    struct config_fixture *fixture = calloc(1, sizeof(*fixture));
    if (!fixture) return -1;
    arena_init(&fixture->arena, 8 << 20);
    strcpy(fixture->directory, "/tmp/stagecraft-config-XXXXXX");
    if (!mkdtemp(fixture->directory)) return -1;
    snprintf(fixture->path, sizeof(fixture->path), "%s/c.yaml", fixture->directory);
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        unsetenv(variables[i]);
    setenv("SHOP_PAYMENTS_KEY", "k3y", 1);
    *state = fixture;
    return 0;
}

int config_fixture_teardown(void **state)
{
    struct config_fixture *fixture = *state;
    static const char *const names[] = {"c.yaml", "secret"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(arena_printf(&fixture->arena, "%s/%s", fixture->directory, names[i]));
    rmdir(fixture->directory);
    unsetenv("SHOP_PAYMENTS_KEY");
    arena_release(&fixture->arena);
    free(fixture);
    return 0;
}

const char *config_fixture_write(struct config_fixture *fixture, const char *name, const char *text,
                                 size_t length)
{
    const char *path = arena_printf(&fixture->arena, "%s/%s", fixture->directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return path;
}

static enum status load(struct config_fixture *fixture, const char *path)
{
    const struct config_key keys[] = {
        {"http.port", CONFIG_INT64, &fixture->port, "8080", 1, 65535, false, "where to listen"},
        {"http.offset", CONFIG_INT64, &fixture->offset, "0", 0, 0, false, "any integer"},
        {"http.tls", CONFIG_BOOL, &fixture->tls, "false", 0, 0, false, "encrypt"},
        {"shop.name", CONFIG_TEXT, &fixture->name, "Shop", 1, 10, false, "shown to people"},
        {"shop.page.title", CONFIG_TEXT, &fixture->title, "", 0, 0, false, "may be empty"},
        {"payments.key", CONFIG_TEXT, &fixture->secret, NULL, 0, 0, true, "signs requests"},
    };
    return config_load(&fixture->arena, path, keys, sizeof(keys) / sizeof(keys[0]), fixture->error);
}

enum status config_fixture_load(struct config_fixture *fixture)
{
    return load(fixture, NULL);
}

enum status config_fixture_load_yaml(struct config_fixture *fixture, const char *yaml)
{
    return load(fixture, config_fixture_write(fixture, "c.yaml", yaml, strlen(yaml)));
}

void config_fixture_expect(struct config_fixture *fixture, const char *yaml, const char *message)
{
    assert_int_equal(config_fixture_load_yaml(fixture, yaml), STATUS_MALFORMED);
    size_t length = strlen(fixture->path);
    assert_memory_equal(fixture->error, fixture->path, length);
    expect_text(fixture->error + length, message);
}
