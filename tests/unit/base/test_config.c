/* Defaults, the environment over the file, secrets, and what is said about each mistake.
 */
#include "common/base/config.h"

#include "tests/unit/base/config_fixture.h"
#include "tests/unit/base/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void expect_problem(struct config_fixture *fixture, const char *message)
{
    assert_int_equal(config_fixture_load(fixture), STATUS_MALFORMED);
    expect_text(fixture->error, message);
}

static void test_defaults(void **state)
{
    struct config_fixture *fixture = *state;
    fixture->tls = true;
    assert_int_equal(config_fixture_load(fixture), STATUS_OK);
    expect_text(fixture->error, "");
    assert_int_equal(fixture->port, 8080);
    assert_int_equal(fixture->offset, 0);
    assert_false(fixture->tls);
    expect_text(fixture->name, "Shop");
    expect_text(fixture->title, "");
    expect_text(fixture->secret, "k3y");
}

static void test_environment_over_file(void **state)
{
    struct config_fixture *fixture = *state;
    setenv("SHOP_HTTP_PORT", "81", 1);
    setenv("SHOP_HTTP_TLS", "true", 1);
    setenv("SHOP_SHOP_PAGE_TITLE", "a \"b\": c # d", 1); /* not YAML: taken as it is */
    setenv("SHOP_SHOP_UNKNOWN", "ignored", 1);
    assert_int_equal(
        config_fixture_load_yaml(fixture, "http: {port: 80, offset: -5}\nshop: {name: File}\n"),
        STATUS_OK);
    assert_int_equal(fixture->port, 81);
    assert_int_equal(fixture->offset, -5);
    assert_true(fixture->tls);
    expect_text(fixture->name, "File");
    expect_text(fixture->title, "a \"b\": c # d");

    /* What the environment overrides must be right all the same. */
    config_fixture_expect(fixture, "http:\n  port: 0\n", ":2: 'http.port' must be from 1 to 65535");
    unsetenv("SHOP_SHOP_UNKNOWN");
}

static void test_wrong_values_in_the_environment(void **state)
{
    struct config_fixture *fixture = *state;
    static const char *const integers[] = {"",
                                           "x",
                                           "80x",
                                           " 80",
                                           "80 ",
                                           "+80",
                                           "080",
                                           "0x50",
                                           "8_080",
                                           "80.0",
                                           "1e3",
                                           "--1",
                                           "-",
                                           "true",
                                           "9223372036854775808",
                                           "-9223372036854775809"};
    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        setenv("SHOP_HTTP_OFFSET", integers[i], 1);
        expect_problem(fixture, "SHOP_HTTP_OFFSET: 'http.offset' must be an integer, as 8080");
    }
    setenv("SHOP_HTTP_OFFSET", "-9223372036854775808", 1);
    assert_int_equal(config_fixture_load(fixture), STATUS_OK);
    assert_true(fixture->offset == INT64_MIN);

    setenv("SHOP_HTTP_PORT", "65536", 1);
    expect_problem(fixture, "SHOP_HTTP_PORT: 'http.port' must be from 1 to 65535");
    setenv("SHOP_HTTP_PORT", "65535", 1);
    setenv("SHOP_HTTP_TLS", "yes", 1);
    expect_problem(fixture, "SHOP_HTTP_TLS: 'http.tls' must be true or false");
    setenv("SHOP_HTTP_TLS", "false", 1);
    setenv("SHOP_SHOP_NAME", "", 1);
    expect_problem(fixture, "SHOP_SHOP_NAME: 'shop.name' must have 1 to 10 bytes, it has 0");
    setenv("SHOP_SHOP_NAME", "12345678901", 1);
    expect_problem(fixture, "SHOP_SHOP_NAME: 'shop.name' must have 1 to 10 bytes, it has 11");
    setenv("SHOP_SHOP_NAME", "a\nb", 1);
    expect_problem(fixture,
                   "SHOP_SHOP_NAME: 'shop.name' must be one line without control characters");
    setenv("SHOP_SHOP_NAME", "a\xff", 1);
    expect_problem(fixture, "SHOP_SHOP_NAME: 'shop.name' must be UTF-8");
    setenv("SHOP_SHOP_NAME", "1234567890", 1);
    assert_int_equal(config_fixture_load(fixture), STATUS_OK);

    char longest[1026];
    memset(longest, 'x', 1025);
    longest[1025] = '\0';
    setenv("SHOP_SHOP_PAGE_TITLE", longest, 1);
    expect_problem(fixture, "SHOP_SHOP_PAGE_TITLE: 'shop.page.title' must have 0 to 1024 bytes, "
                            "it has 1025");
    longest[1024] = '\0';
    setenv("SHOP_SHOP_PAGE_TITLE", longest, 1);
    assert_int_equal(config_fixture_load(fixture), STATUS_OK);
}

static void test_secret_from_a_file(void **state)
{
    struct config_fixture *fixture = *state;
    unsetenv("SHOP_PAYMENTS_KEY");
    expect_problem(fixture, "SHOP_PAYMENTS_KEY: must be set, or SHOP_PAYMENTS_KEY_FILE to a file "
                            "that holds it");
    static const char *const contents[] = {"from file", "from file\n", "from file\r\n",
                                           "from file\n\n"};
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        const char *path =
            config_fixture_write(fixture, "secret", contents[i], strlen(contents[i]));
        setenv("SHOP_PAYMENTS_KEY_FILE", path, 1);
        assert_int_equal(config_fixture_load(fixture), STATUS_OK);
        expect_text(fixture->secret, "from file");
    }
    setenv("SHOP_PAYMENTS_KEY", "both", 1);
    expect_problem(fixture,
                   "SHOP_PAYMENTS_KEY: SHOP_PAYMENTS_KEY_FILE is set too: unset one of them");
}

static void test_secret_file_that_does_not_do(void **state)
{
    struct config_fixture *fixture = *state;
    unsetenv("SHOP_PAYMENTS_KEY");
    setenv("SHOP_PAYMENTS_KEY_FILE", "/nonexistent/key", 1);
    expect_problem(fixture, "SHOP_PAYMENTS_KEY_FILE: /nonexistent/key: cannot be opened: No such "
                            "file or directory");
    setenv("SHOP_PAYMENTS_KEY_FILE", fixture->directory, 1);
    assert_int_equal(config_fixture_load(fixture), STATUS_MALFORMED);
    expect_part(fixture->error, "cannot be read: Is a directory");
    char large[70000];
    memset(large, 's', sizeof(large));
    setenv("SHOP_PAYMENTS_KEY_FILE", config_fixture_write(fixture, "secret", large, sizeof(large)),
           1);
    assert_int_equal(config_fixture_load(fixture), STATUS_MALFORMED);
    expect_part(fixture->error, "is larger than 65536 bytes");
    static const char *const contents[] = {"hunter2\nhunter2", "hunter2\x01", "hunter2\xff"};
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        config_fixture_write(fixture, "secret", contents[i], strlen(contents[i]));
        assert_int_equal(config_fixture_load(fixture), STATUS_MALFORMED);
        expect_part(fixture->error, "SHOP_PAYMENTS_KEY_FILE: 'payments.key' must be ");
        assert_null(strstr(fixture->error, "hunter2"));
    }
    config_fixture_write(fixture, "secret", "hun\0ter2", 8);
    assert_int_equal(config_fixture_load(fixture), STATUS_MALFORMED);
}

static void test_only_secrets_come_from_files(void **state)
{
    struct config_fixture *fixture = *state;
    setenv("SHOP_HTTP_PORT_FILE", "/nonexistent", 1);
    assert_int_equal(config_fixture_load(fixture), STATUS_OK);
    assert_int_equal(fixture->port, 8080);
}

static void test_a_row_without_default_must_be_given(void **state)
{
    struct config_fixture *fixture = *state;
    int64_t value = 0;
    const struct config_key keys[] = {{"a.b", CONFIG_INT64, .out = &value}};
    assert_int_equal(config_load(&fixture->arena, NULL, keys, 1, fixture->error), STATUS_MALFORMED);
    expect_text(fixture->error, "SHOP_A_B: must be set, or 'a.b' in the configuration file");
    const char *path = config_fixture_write(fixture, "c.yaml", "a: {b: 3}", 9);
    assert_int_equal(config_load(&fixture->arena, path, keys, 1, fixture->error), STATUS_OK);
    assert_int_equal(value, 3);
}

static void test_help_lists_every_row(void **state)
{
    struct config_fixture *fixture = *state;
    int64_t value = 0;
    const char *text = NULL;
    const struct config_key keys[] = {
        {"http.port", CONFIG_INT64, &value, "8080", 1, 65535, false, "where to listen"},
        {"mail.url", CONFIG_TEXT, &text, "", 0, 0, false, "empty: off"},
        {"payments.key", CONFIG_TEXT, &text, NULL, 0, 0, true, "signs requests"},
    };
    const char *path = config_fixture_write(fixture, "secret", "", 0);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    assert_non_null(freopen(path, "w", stdout));
    config_print_help(keys, 3);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    char said[2000] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    said[fread(said, 1, sizeof(said) - 1, file)] = '\0';
    fclose(file);
    expect_part(said, "http.port  SHOP_HTTP_PORT  (default: 8080)\n      where to listen\n");
    expect_part(said, "mail.url  SHOP_MAIL_URL  (default: empty)\n");
    expect_part(said, "SHOP_PAYMENTS_KEY or SHOP_PAYMENTS_KEY_FILE  (secret, not in the file; "
                      "required)\n");
}

int test_config(void)
{
#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, config_fixture_setup, config_fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_defaults),
        TEST(test_environment_over_file),
        TEST(test_wrong_values_in_the_environment),
        TEST(test_secret_from_a_file),
        TEST(test_secret_file_that_does_not_do),
        TEST(test_only_secrets_come_from_files),
        TEST(test_a_row_without_default_must_be_given),
        TEST(test_help_lists_every_row),
    };
#undef TEST
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
