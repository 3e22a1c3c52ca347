/* What the file may say, and that every mistake is told with its line and the way to mend it.
 */
#include "common/base/config.h"

#include "tests/unit/base/config_fixture.h"
#include "tests/unit/base/groups.h"

#include <stdlib.h>
#include <string.h>

static void test_good_files(void **state)
{
    struct config_fixture *fixture = *state;
    static const char *const files[] = {
        "http:\n  port: 81\n  tls: true\nshop:\n  name: 'Köln'\n  page:\n    title: \"a: b\"\n",
        "---\n# comment\nhttp: {port: 81, tls: true}\nshop:\n  page: {title: 'a: b'}\n  name: "
        "Köln\n...\n",
        "\xef\xbb\xbfhttp:\r\n  port: 81\r\n  tls: true\r\nshop:\r\n  name: Köln\r\n  page:\r\n    "
        "title: 'a: b'\r\n",
        "{\"http\": {\"port\": 81, \"tls\": true}, \"shop\": {\"name\": \"Köln\", \"page\": "
        "{\"title\": \"a: b\"}}}",
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        fixture->port = 0;
        fixture->tls = false;
        if (config_fixture_load_yaml(fixture, files[i]) != STATUS_OK)
            fail_msg("file %zu: %s", i, fixture->error);
        assert_int_equal(fixture->port, 81);
        assert_true(fixture->tls);
        expect_text(fixture->name, "Köln");
        expect_text(fixture->title, "a: b");
    }
}

static void test_files_that_say_nothing(void **state)
{
    struct config_fixture *fixture = *state;
    static const char *const files[] = {
        "",   "\n",         "# only a comment\n",    "---\n",
        "{}", "---\n...\n", "http:\n  # port: 80\n", "shop:\n  page:\n"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (config_fixture_load_yaml(fixture, files[i]) != STATUS_OK)
            fail_msg("file %zu: %s", i, fixture->error);
        assert_int_equal(fixture->port, 8080);
    }
}

static void test_plain_text_is_text(void **state)
{
    struct config_fixture *fixture = *state;
    assert_int_equal(config_fixture_load_yaml(fixture, "shop: {name: 007, page: {title: true}}"),
                     STATUS_OK);
    expect_text(fixture->name, "007");
    expect_text(fixture->title, "true");
    assert_int_equal(config_fixture_load_yaml(fixture, "shop: {page: {title: \"\"}}"), STATUS_OK);
    expect_text(fixture->title, "");
    assert_int_equal(config_fixture_load_yaml(fixture, "shop: {name: \"null\"}"), STATUS_OK);
    expect_text(fixture->name, "null");
}

static void test_keys(void **state)
{
    struct config_fixture *fixture = *state;
    static const struct {
        const char *yaml, *message;
    } rows[] = {
        {"http:\n  port: 80\n  prot: 1\n", ":3: unknown key 'http.prot': --help lists the keys"},
        {"\nhtpp:\n  port: 80\n", ":2: unknown key 'htpp': --help lists the keys"},
        {"Http: {port: 80}", ":1: unknown key 'Http': --help lists the keys"},
        {"port: 80", ":1: unknown key 'port': --help lists the keys"},
        {"htt: {}", ":1: unknown key 'htt': --help lists the keys"},
        {"\"\": 1", ":1: unknown key '': --help lists the keys"},
        {"<<: {port: 1}", ":1: unknown key '<<': --help lists the keys"},
        {"\"http\\0x\": {}", ":1: unknown key 'http': --help lists the keys"},
        {"http:\n  port: 80\n  tls: true\n  port: 80\n",
         ":4: 'http.port' is given twice: remove one"},
        {"http: {port: 80}\nshop: {}\nhttp: {tls: true}\n",
         ":3: 'http' is given twice: remove one"},
        {"http.port: 80",
         ":1: 'http.port': write the part after the dot on a line of its own, indented"},
        {"shop:\n  page.title: x",
         ":2: 'shop.page.title': write the part after the dot on a line of its own, indented"},
        {"? [a, b]\n: 1", ":1: a key must be a name"},
        {"? {a: b}\n: 1", ":1: a key must be a name"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        config_fixture_expect(fixture, rows[i].yaml, rows[i].message);
}

static void test_values(void **state)
{
    struct config_fixture *fixture = *state;
    static const struct {
        const char *yaml, *message;
    } rows[] = {
        {"http:\n  port: eighty\n", ":2: 'http.port' must be an integer, as 8080"},
        {"http:\n  port: 0\n", ":2: 'http.port' must be from 1 to 65535"},
        {"http:\n  port: 65536\n", ":2: 'http.port' must be from 1 to 65535"},
        {"http:\n  port: 80.0\n", ":2: 'http.port' must be an integer, as 8080"},
        {"http:\n  port: 0x50\n", ":2: 'http.port' must be an integer, as 8080"},
        {"http:\n  port: 99999999999999999999\n", ":2: 'http.port' must be an integer, as 8080"},
        {"http:\n  port: \"80\"\n", ":2: 'http.port' must be an integer without quotes"},
        {"http:\n  port: |\n    80\n", ":2: 'http.port' must be an integer without quotes"},
        {"http:\n  tls: 'true'\n", ":2: 'http.tls' must be true or false without quotes"},
        {"http:\n  tls: yes\n", ":2: 'http.tls' must be true or false"},
        {"http:\n  port:\n", ":2: 'http.port' has no value: give one or remove the line"},
        {"http:\n  port: ~\n", ":2: 'http.port' has no value: give one or remove the line"},
        {"shop:\n  name: null\n",
         ":2: 'shop.name' has no value: give one or remove the line (\"\" is the empty text)"},
        {"shop:\n  name: \"\"\n", ":2: 'shop.name' must have 1 to 10 bytes, it has 0"},
        {"shop:\n  name: 12345678901\n", ":2: 'shop.name' must have 1 to 10 bytes, it has 11"},
        {"shop:\n  name: \"a\\nb\"\n",
         ":2: 'shop.name' must be one line without control characters"},
        {"shop:\n  name: \"a\\0b\"\n",
         ":2: 'shop.name' must be one line without control characters"},
        {"http: 80\n", ":1: 'http' holds keys: write them below it, indented"},
        {"http: [80]\n", ":1: 'http' takes keys below it, not a list"},
        {"http:\n  port: [80]\n",
         ":2: 'http.port' takes one value, not a list and no keys below it"},
        {"http:\n  port:\n    a: 80\n",
         ":3: 'http.port' takes one value, not a list and no keys below it"},
        {"http:\n  port: &p 80\n", ":2: anchors are not supported: write 'key: value'"},
        {"http: &h\n  port: 80\n", ":1: anchors are not supported: write 'key: value'"},
        {"http:\n  port: *p\n", ":2: aliases are not supported: write 'key: value'"},
        {"http:\n  port: !!int 80\n", ":2: tags are not supported: write 'key: value'"},
        {"- http\n", ":1: must hold 'key: value' lines"},
        {"just text\n", ":1: must hold 'key: value' lines"},
        {"http: {port: 80}\n---\nhttp: {port: 81}\n",
         ":2: a second document: remove it and the line '---'"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        config_fixture_expect(fixture, rows[i].yaml, rows[i].message);
}

static void test_secrets_do_not_belong_here(void **state)
{
    struct config_fixture *fixture = *state;
    const char *message = ": 'payments.key' is a secret: remove it here and set SHOP_PAYMENTS_KEY "
                          "or SHOP_PAYMENTS_KEY_FILE";
    static const char *const files[] = {"\npayments: {key: hunter2}", "\npayments: {key: \"\"}",
                                        "\npayments: {key: }", "\npayments: {key: 'hunter2'}"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        config_fixture_expect(fixture, files[i], arena_printf(&fixture->arena, ":2%s", message));
}

static void test_what_is_not_yaml(void **state)
{
    struct config_fixture *fixture = *state;
    static const struct {
        const char *yaml, *where;
    } rows[] = {
        {"http:\n\tport: 80\n", ":2: not valid YAML: "},
        {"http: {port: 80\n", ":2: not valid YAML: "},
        {"http:\n  port: 80\n tls: true\n", ":3: not valid YAML: "},
        {"shop:\n  name: \"hunter2\n", ":3: not valid YAML: "},
        {"# fine\nshop:\n  name: hunter2\xff\n", ":3: not valid YAML: "},
        {"# fine\nshop: hunter2\x01\n", ":2: not valid YAML: "},
        {"@\n", ":1: not valid YAML: "},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(config_fixture_load_yaml(fixture, rows[i].yaml), STATUS_MALFORMED);
        expect_part(fixture->error,
                    arena_printf(&fixture->arena, "%s%s", fixture->path, rows[i].where));
        assert_null(strstr(fixture->error, "hunter2"));
    }
}

static void test_the_file_itself(void **state)
{
    struct config_fixture *fixture = *state;
    const struct config_key keys[] = {{"a.b", CONFIG_INT64, &fixture->port, "1", 0, 0, false, ""}};
    assert_int_equal(config_load(&fixture->arena, "/nonexistent.yaml", keys, 1, fixture->error),
                     STATUS_MALFORMED);
    expect_text(fixture->error, "/nonexistent.yaml: cannot be opened: No such file or directory");
    assert_int_equal(config_load(&fixture->arena, fixture->directory, keys, 1, fixture->error),
                     STATUS_MALFORMED);
    expect_part(fixture->error, ": cannot be read: Is a directory");

    size_t size = (1 << 20) + 1;
    char *large = malloc(size);
    assert_non_null(large);
    memset(large, '#', size);
    const char *path = config_fixture_write(fixture, "c.yaml", large, size - 1);
    assert_int_equal(config_load(&fixture->arena, path, keys, 1, fixture->error), STATUS_OK);
    config_fixture_write(fixture, "c.yaml", large, size);
    assert_int_equal(config_load(&fixture->arena, path, keys, 1, fixture->error), STATUS_MALFORMED);
    expect_part(fixture->error, "c.yaml: is larger than 1048576 bytes");

    memset(large, '[', 200000); /* as deep as it gets */
    config_fixture_write(fixture, "c.yaml", large, 200000);
    assert_int_equal(config_load(&fixture->arena, path, keys, 1, fixture->error), STATUS_MALFORMED);
    free(large);
}

static void test_long_names_fit_the_message(void **state)
{
    struct config_fixture *fixture = *state;
    char yaml[2000];
    memset(yaml, 'k', sizeof(yaml));
    strcpy(yaml + 900, ": 1");
    assert_int_equal(config_fixture_load_yaml(fixture, yaml), STATUS_MALFORMED);
    expect_part(fixture->error, "--help lists the keys");
    assert_in_range(strlen(fixture->error), 1, 255);
}

int test_config_yaml(void)
{
#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, config_fixture_setup, config_fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_good_files),
        TEST(test_files_that_say_nothing),
        TEST(test_plain_text_is_text),
        TEST(test_keys),
        TEST(test_values),
        TEST(test_secrets_do_not_belong_here),
        TEST(test_what_is_not_yaml),
        TEST(test_the_file_itself),
        TEST(test_long_names_fit_the_message),
    };
#undef TEST
    return cmocka_run_group_tests_name("config_yaml", tests, NULL, NULL);
}
