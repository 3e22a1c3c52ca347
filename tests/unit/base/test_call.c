/* A failure is told once, keeps its fields, and is fit to be sent whatever a client wrote.
 */
#include "common/base/bytes.h"
#include "common/base/call.h"
#include "common/base/clock.h"

#include "tests/unit/base/groups.h"

#include <string.h>

static struct arena arena;
static struct call call;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    call_init(&call, &arena, 1000);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void test_init(void **state)
{
    (void)state;
    assert_ptr_equal(call.arena, &arena);
    assert_int_equal(strlen(call.request_id), 32);
    assert_int_equal(call.user_id, 0);
    assert_int_equal(call.role, ROLE_NOBODY);
    expect_text(call.traceparent, "");
    assert_null(call.token_hash);
    assert_int_equal(call.failure.status, STATUS_OK);
    struct call other;
    call_init(&other, &arena, 1000);
    assert_string_not_equal(call.request_id, other.request_id);
}

static void test_remaining(void **state)
{
    (void)state;
    assert_in_range(call_remaining_ms(&call), 1, 1000);
    call.deadline_ms = clock_monotonic_ms() - 5;
    assert_int_equal(call_remaining_ms(&call), 0);
}

static void test_fail(void **state)
{
    (void)state;
    assert_int_equal(call_fail(&call, STATUS_NOT_FOUND, "there is no product %d", 7),
                     STATUS_NOT_FOUND);
    assert_int_equal(call.failure.status, STATUS_NOT_FOUND);
    expect_text(call.failure.message, "there is no product 7");
    call.failure.constraint = "product_pkey";
    call_forgive(&call);
    assert_int_equal(call.failure.status, STATUS_OK);
    assert_null(call.failure.message);
    assert_null(call.failure.constraint);
}

static void test_fields_keep_their_order(void **state)
{
    (void)state;
    assert_int_equal(call_check_fields(&call), STATUS_OK);
    char name[] = "lines[0].day";
    call_fail_field(&call, name, "must be from %d", 1);
    assert_int_equal(call_check_fields(&call), STATUS_UNPROCESSABLE);
    expect_text(call.failure.message, "one field is wrong");
    memset(name, 'x', sizeof(name) - 1); /* the name was copied */
    call_fail_field(&call, "q", "is required");
    assert_int_equal(call_check_fields(&call), STATUS_UNPROCESSABLE);
    expect_text(call.failure.message, "2 fields are wrong");

    assert_int_equal(call_fail(&call, STATUS_CONFLICT, "no"), STATUS_CONFLICT); /* keeps fields */
    assert_int_equal(call.failure.field_count, 2);
    const struct call_field *field = call.failure.fields;
    expect_text(field->field, "lines[0].day");
    expect_text(field->message, "must be from 1");
    expect_text(field->next->field, "q");
    assert_null(field->next->next);
    call_forgive(&call);
    assert_int_equal(call_check_fields(&call), STATUS_OK);
}

static void test_fields_have_a_maximum(void **state)
{
    (void)state;
    for (int i = 0; i < CALL_FIELDS_MAX; i++)
        call_fail_field(&call, arena_printf(&arena, "f%d", i), "no");
    size_t used = arena.used;
    for (int i = 0; i < 1000; i++)
        call_fail_field(&call, "more", "no");
    assert_int_equal(arena.used, used); /* what is not kept costs nothing */
    assert_int_equal(call.failure.field_count, CALL_FIELDS_MAX);
    assert_int_equal(call_check_fields(&call), STATUS_UNPROCESSABLE);
    expect_text(call.failure.message, "20 or more fields are wrong");
    int count = 0;
    for (const struct call_field *field = call.failure.fields; field; field = field->next)
        assert_string_equal(field->field, arena_printf(&arena, "f%d", count++));
    assert_int_equal(count, CALL_FIELDS_MAX);
}

static void test_foreign_text_is_made_presentable(void **state)
{
    (void)state;
    char name[5000];
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    call_fail_field(&call, name, "%s", name);
    assert_int_equal(strlen(call.failure.fields->field), 100);
    assert_int_equal(strlen(call.failure.fields->message), 400);

    memcpy(name + 99, "é", 2); /* the cut would split it */
    call_fail_field(&call, name, "no");
    assert_int_equal(strlen(call.failure.fields->next->field), 99);

    call_fail_field(&call, "a\xff\xc3z", "b\xed\xa0\x80");
    const struct call_field *field = call.failure.fields->next->next;
    expect_text(field->field, "a??z");
    expect_text(field->message, "b???");
    assert_int_equal(call_fail(&call, STATUS_MALFORMED, "x\xf5"), STATUS_MALFORMED);
    expect_text(call.failure.message, "x?");
    assert_int_equal(call_fail(&call, STATUS_MALFORMED, "größer"), STATUS_MALFORMED);
    expect_text(call.failure.message, "größer");
    assert_int_equal(call_fail(&call, STATUS_MALFORMED, "%s", name), STATUS_MALFORMED);
    assert_true(bytes_is_utf8(call.failure.message, strlen(call.failure.message)));
}

int test_call(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_init, setup, teardown),
        cmocka_unit_test_setup_teardown(test_remaining, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fail, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fields_keep_their_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fields_have_a_maximum, setup, teardown),
        cmocka_unit_test_setup_teardown(test_foreign_text_is_made_presentable, setup, teardown),
    };
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
