/* The accounts file: good ones are hashed so that the shop lets them in, bad ones are named by line
 * and never quoted.
 */
#include "infra/seed/accounts.h"
#include "infra/seed/files.h"
#include "tests/unit/seed/groups.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 * 1024 };

struct scene {
    struct arena arena;
    struct accounts accounts;
    char file[40], shopper_file[40], error[ACCOUNTS_ERROR];
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) < 0, 0);
    assert_int_equal(fclose(file), 0);
}

static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));
    if (!scene) return -1;
    arena_init(&scene->arena, ARENA_BYTES);
    strcpy(scene->file, "/tmp/seed-accounts-XXXXXX");
    strcpy(scene->shopper_file, "/tmp/seed-shopper-XXXXXX");
    close(mkstemp(scene->file));
    close(mkstemp(scene->shopper_file));
    *state = scene;
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    unlink(scene->file);
    unlink(scene->shopper_file);
    arena_release(&scene->arena);
    free(scene);
    return 0;
}

static enum status read_text(struct scene *scene, const char *text, const char *shopper_file)
{
    write_file(scene->file, text);
    return accounts_read(&scene->accounts, &scene->arena, scene->file, shopper_file, scene->error);
}

static bool fits(const char *hash, const char *password)
{
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

static void good_accounts_can_log_in(void **state)
{
    struct scene *scene = *state;
    const struct accounts *accounts = &scene->accounts;
    write_file(scene->shopper_file, "shopping-all-day\n");
    assert_int_equal(read_text(scene,
                               "admin Admin@Shop.example abcd-efgh-1\n"
                               "customer demo@shop.example abcd-efgh-2\n",
                               scene->shopper_file),
                     STATUS_OK);
    assert_int_equal(accounts->count, 2);
    assert_string_equal(accounts->list[0].email, "admin@shop.example"); /* as the shop keeps it */
    assert_string_equal(accounts->list[0].role, "admin");
    assert_string_equal(accounts->list[1].role, "customer");
    assert_true(fits(accounts->list[0].password_hash, "abcd-efgh-1"));
    assert_true(fits(accounts->list[1].password_hash, "abcd-efgh-2"));
    assert_true(fits(accounts->shopper_password_hash, "shopping-all-day"));
}

static void nobody_knows_the_password_of_shoppers(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(read_text(scene, "admin a@shop.example abcd-efgh-1\n", NULL), STATUS_OK);
    assert_true(strncmp(scene->accounts.shopper_password_hash, "$argon2id$", 10) == 0);
    assert_false(fits(scene->accounts.shopper_password_hash, ""));
}

static void wrong_lines_are_named_and_not_quoted(void **state)
{
    struct scene *scene = *state;
    static const char *const wrong[][2] = {
        {"", "no account"},
        {"admin a@shop.example\n", ":1 is not"},
        {"admin a@shop.example geheim-geheim more\n", ":1 is not"},
        {"admin a@shop.example geheim-geheim\nboss b@shop.example geheim-geheim\n",
         ":2 has a role"},
        {"admin a.shop.example geheim-geheim\n", "bad email"},
        {"admin a@shop.example geheim\n", "bad password"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(read_text(scene, wrong[i][0], NULL), STATUS_MALFORMED);
        assert_non_null(strstr(scene->error, wrong[i][1]));
        assert_null(strstr(scene->error, "geheim"));
    }
    char many[600] = "";
    for (int i = 0; i <= PLAN_ACCOUNTS_MAX; i++)
        strcat(many, "customer a@shop.example geheim-geheim\n");
    assert_int_equal(read_text(scene, many, NULL), STATUS_MALFORMED);
    assert_non_null(strstr(scene->error, ":9 is one account too many"));
}

static void files_must_be_there_and_small(void **state)
{
    struct scene *scene = *state;
    char text[FILES_TEXT_MAX], error[200], big[FILES_TEXT_MAX + 1];
    assert_int_equal(files_read("/nowhere/url", text, error, sizeof(error)), STATUS_NOT_FOUND);
    assert_non_null(strstr(error, "/nowhere/url"));
    assert_int_equal(files_read_line(scene->file, text, error, sizeof(error)), STATUS_NOT_FOUND);
    memset(big, 'x', FILES_TEXT_MAX);
    big[FILES_TEXT_MAX] = '\0';
    write_file(scene->file, big);
    assert_int_equal(files_read(scene->file, text, error, sizeof(error)), STATUS_TOO_LARGE);
    write_file(scene->file, "one\r\ntwo\n");
    assert_int_equal(files_read_line(scene->file, text, error, sizeof(error)), STATUS_OK);
    assert_string_equal(text, "one");
}

#define scene_test(function) cmocka_unit_test_setup_teardown(function, begin, end)

int test_accounts_file(void)
{
    const struct CMUnitTest tests[] = {
        scene_test(good_accounts_can_log_in),
        scene_test(nobody_knows_the_password_of_shoppers),
        scene_test(wrong_lines_are_named_and_not_quoted),
        scene_test(files_must_be_there_and_small),
    };
    return cmocka_run_group_tests_name("accounts file", tests, NULL, NULL);
}
