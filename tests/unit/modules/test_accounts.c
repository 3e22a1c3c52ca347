/* The rules of accounts: addresses, names, the length of passwords, and the cursors of the search.
 */
#include "common/modules/users/users.h"

#include "common/base/bytes.h"
#include "tests/unit/modules/groups.h"

#include <string.h>

static void addresses_become_lower_case(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"ada@example.org", "ada@example.org"},
        {"Ada.LOVELACE+Tours@Mail.Example.ORG", "ada.lovelace+tours@mail.example.org"},
        {"o'brien_1=x@a-b.co", "o'brien_1=x@a-b.co"},
        {"a@b.c", "a@b.c"},
    };
    struct call *call = call_new();
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        const char *normal = users_normal_email(call, pairs[i][0]);
        assert_non_null(normal);
        assert_string_equal(normal, pairs[i][1]);
    }
    call_done(call);
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "@",
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "ada@example.",
        "ada@.org",
        "ada@exa..mple.org",
        ".ada@example.org",
        "ada.@example.org",
        "a..da@example.org",
        "ada@-example.org",
        "ada@example-.org",
        "a da@example.org",
        " ada@example.org",
        "ada@example.org ",
        "ada@exam_ple.org",
        "ada@b@example.org",
        "\"ada\"@example.org",
        "ada@[127.0.0.1]",
        "ada@example.org\r\nBcc: all@example.org",
        "ada\n@example.org",
        "ada,eve@example.org",
        "<ada@example.org>",
        "ädä@example.org",
        "ada@exämple.org",
    };
    struct call *call = call_new();
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (users_normal_email(call, wrong[i])) fail_msg("'%s' was taken", wrong[i]);
    call_done(call);
}

static void addresses_have_limits(void **state)
{
    (void)state;
    struct call *call = call_new();
    const char *label = repeat(call, "d", 61);
    const char *local = repeat(call, "l", 64);
    const char *longest = arena_printf(call->arena, "%s@%s.%s.%s.org", local, label, label, label);
    assert_int_equal(strlen(longest), USER_EMAIL_MAX);
    assert_non_null(users_normal_email(call, longest));
    assert_null(users_normal_email(call, arena_printf(call->arena, "%sx", longest)));
    assert_null(users_normal_email(call, arena_printf(call->arena, "%sl@example.org", local)));
    assert_null(
        users_normal_email(call, arena_printf(call->arena, "ada@%s.org", repeat(call, "d", 64))));
    call_done(call);
}

/* The status of checking one account, and the field that must be named when it is wrong. */
static void check(struct new_user account, enum status wanted, const char *field)
{
    struct call *call = call_new();
    const char *email;
    assert_int_equal(users_check_new(call, &account, &email), wanted);
    if (field) assert_true(has_field(call, field));
    if (field) assert_int_equal(call->failure.field_count, 1);
    call_done(call);
}

static void limits_count_characters(void **state)
{
    (void)state;
    struct call *call = call_new();
    const char *email = "ada@example.org", *password = "ten chars!";
    const char *name100 = repeat(call, "ü", 100), *name101 = repeat(call, "ü", 101);
    const char *password200 = repeat(call, "東", 200), *password201 = repeat(call, "x", 201);
    check((struct new_user){email, "Ada", password}, STATUS_OK, NULL);
    check((struct new_user){email, name100, password200}, STATUS_OK, NULL);
    check((struct new_user){email, name101, password}, STATUS_UNPROCESSABLE, "name");
    check((struct new_user){email, "", password}, STATUS_UNPROCESSABLE, "name");
    check((struct new_user){email, " \t ", password}, STATUS_UNPROCESSABLE, "name");
    check((struct new_user){email, "Ada\r\nBcc: eve", password}, STATUS_UNPROCESSABLE, "name");
    check((struct new_user){email, "Ada", "nine char"}, STATUS_UNPROCESSABLE, "password");
    check((struct new_user){email, "Ada", "üüüüüüüüü"}, STATUS_UNPROCESSABLE, "password");
    check((struct new_user){email, "Ada", "          "}, STATUS_OK, NULL);
    check((struct new_user){email, "Ada", password201}, STATUS_UNPROCESSABLE, "password");
    check((struct new_user){"ada", "Ada", password}, STATUS_UNPROCESSABLE, "email");
    call_done(call);
}

static void all_wrong_fields_are_named(void **state)
{
    (void)state;
    struct call *call = call_new();
    const char *email;
    const struct new_user nothing = {0};
    assert_int_equal(users_check_new(call, &nothing, &email), STATUS_UNPROCESSABLE);
    assert_true(has_field(call, "email") && has_field(call, "name") && has_field(call, "password"));
    call_done(call);
}

static void a_cursor_goes_round(void **state)
{
    (void)state;
    static const int64_t ids[] = {1, 42, 9999999999, INT64_MAX};
    struct call *call = call_new();
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct user_query query = {0};
        const struct user last = {.id = ids[i]};
        assert_int_equal(users_read_cursor(call, users_cursor(call, &last), &query), STATUS_OK);
        assert_int_equal(query.after_id, ids[i]);
    }
    call_done(call);
}

static void other_cursors_are_malformed(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "users1:",
        "users1:0",
        "users1:-1",
        "users1:+1",
        "users1: 1",
        "users1:01",
        "users1:1 ",
        "users1:1x",
        "users1:0x10",
        "users2:1",
        "users1:9223372036854775808",
        "products1:1",
    };
    struct call *call = call_new();
    struct user_query query = {.after_id = -7};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *cursor = bytes_to_base64url(call->arena, texts[i], strlen(texts[i]));
        assert_int_equal(users_read_cursor(call, cursor, &query), STATUS_MALFORMED);
    }
    const char *with_nul = bytes_to_base64url(call->arena, "users1:1\0", 9);
    assert_int_equal(users_read_cursor(call, with_nul, &query), STATUS_MALFORMED);
    assert_int_equal(users_read_cursor(call, "not base64!", &query), STATUS_MALFORMED);
    assert_int_equal(users_read_cursor(call, repeat(call, "A", 5000), &query), STATUS_MALFORMED);
    assert_int_equal(query.after_id, -7);
    call_done(call);
}

int test_accounts(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_become_lower_case),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(addresses_have_limits),
        cmocka_unit_test(limits_count_characters),
        cmocka_unit_test(all_wrong_fields_are_named),
        cmocka_unit_test(a_cursor_goes_round),
        cmocka_unit_test(other_cursors_are_malformed),
    };
    return cmocka_run_group_tests_name("accounts", tests, NULL, NULL);
}
