/* Lengths in characters, and which text may be shown to others.
 */
#include "common/base/text.h"

#include "tests/unit/base/groups.h"

#include <string.h>

/* What text_check() says about one text, NULL when it is content. */
static const char *verdict(const char *text, size_t max, enum text_kind kind)
{
    static char said[200];
    struct arena arena;
    struct call call = {.arena = &arena};
    arena_init(&arena, 1 << 16);
    text_check(&call, "name", text, max, kind);
    const struct call_field *field = call.failure.fields;
    if (field) {
        expect_text(field->field, "name");
        assert_null(field->next);
        strncpy(said, field->message, sizeof(said) - 1);
    }
    arena_release(&arena);
    return field ? said : NULL;
}

static void test_characters(void **state)
{
    (void)state;
    assert_int_equal(text_characters(""), 0);
    assert_int_equal(text_characters("Ada"), 3);
    assert_int_equal(text_characters("Köln 東京 🎟"), 9);
}

static void test_length(void **state)
{
    (void)state;
    assert_null(verdict("ééé", 3, TEXT_LINE));
    expect_text(verdict("éééé", 3, TEXT_LINE), "must have at most 3 characters");
    expect_text(verdict("", 3, TEXT_LINE), "must not be empty");
    expect_text(verdict(" \t\n", 9, TEXT_PARAGRAPHS), "must not be empty");
    expect_text(verdict(NULL, 3, TEXT_LINE), "is required");
}

static void test_control_characters(void **state)
{
    (void)state;
    const char *refused = "must not contain control characters";
    expect_text(verdict("a\nb", 9, TEXT_LINE), refused);
    expect_text(verdict("a\tb", 9, TEXT_LINE), refused);
    assert_null(verdict("a\r\n\tb", 9, TEXT_PARAGRAPHS));
    static const char *const never[] = {"a\x01", "\037b", "a\x7f", "a\xc2\x80", "a\xc2\x9f"};
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        expect_text(verdict(never[i], 9, TEXT_LINE), refused);
        expect_text(verdict(never[i], 9, TEXT_PARAGRAPHS), refused);
    }
    assert_null(verdict("a\xc2\xa0z", 9, TEXT_LINE)); /* a no-break space is not a control */
}

int test_text(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_control_characters),
    };
    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
