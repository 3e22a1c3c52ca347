/* What a client may send: all of JSON's traps give a clean 400 with a place, none repeats the body,
 * and all wrong fields are reported together.
 */
#include "common/base/clock.h"
#include "common/base/json.h"

#include "tests/unit/base/groups.h"

#include <string.h>

static struct arena arena;
static struct call call;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 8 << 20);
    call_init(&call, &arena, 1000);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static json_t *parse(const char *text)
{
    json_t *tree = NULL;
    assert_int_equal(json_parse(&call, text, strlen(text), &tree), STATUS_OK);
    assert_non_null(tree);
    return tree;
}

/* The message for a text that must be refused. */
static const char *refusal(const char *text, size_t length)
{
    json_t *tree = NULL;
    call_forgive(&call);
    if (json_parse(&call, text, length, &tree) != STATUS_MALFORMED)
        fail_msg("'%s' was accepted", text);
    assert_null(tree);
    assert_int_equal(call.failure.status, STATUS_MALFORMED);
    return call.failure.message;
}

static void test_parse_what_is_json(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",
        "[]",
        " [1, 2.5e3, -0, null, true] \r\n\t",
        "\"text\"",
        "7",
        "null",
        "{\"a\":{\"b\":[{}]}}",
        "\"\\u00e9\\ud83c\\udf9f\\n\"",
        "9223372036854775807",
        "-9223372036854775808",
        "\"[[[[[[[[[[[[[[[[[[[[\"",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        (void)parse(texts[i]);
    expect_text(json_string_value(parse("\"\\ud83c\\udf9f\\u00e9\"")), "🎟é");
    assert_true(json_integer_value(parse("-9223372036854775808")) == INT64_MIN);
}

static void test_parse_refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "not valid JSON: it ends too early (line 1, column 0)"},
        {"  ", "it ends too early (line 1, column 2)"},
        {"{", "it ends too early (line 1, column 1)"},
        {"{\"a\":1", "it ends too early"},
        {"\"open", "it ends too early"},
        {"{}{}", "something follows the value (line 1, column 3)"},
        {"{} x", "something follows the value"},
        {"{\"a\":1,\n \"a\":2}", "a member name occurs twice (line 2, column 4)"},
        {"{\"a\":1,\"\\u0061\":2}", "a member name occurs twice"},
        {"[1,]", "syntax error (line 1, column 4)"},
        {"{\"a\":}", "syntax error"},
        {"{'a':1}", "syntax error"},
        {"{a:1}", "syntax error"},
        {"[01]", "syntax error"},
        {"[+1]", "syntax error"},
        {"[.5]", "syntax error"},
        {"[NaN]", "syntax error"},
        {"[Infinity]", "syntax error"},
        {"[0x10]", "syntax error"},
        {"// no\n{}", "syntax error"},
        {"\xef\xbb\xbf{}", "syntax error"},
        {"]", "syntax error"},
        {"\"tab\there\"", "syntax error"},
        {"\"line\nbreak\"", "syntax error"},
        {"\"\\x41\"", "syntax error"},
        {"\"\\ud800\"", "syntax error"},
        {"\"\\ud800\\u0041\"", "syntax error"},
        {"\"\\udc00\"", "syntax error"},
        {"\"\\u0000\"", "a text holds the character U+0000"},
        {"{\"a\\u0000b\":1}", "a text holds the character U+0000"},
        {"\"\xff\"", "it is not UTF-8"},
        {"\"\xc0\xaf\"", "it is not UTF-8"},
        {"\"\xed\xa0\x80\"", "it is not UTF-8"},
        {"\"\xf4\x90\x80\x80\"", "it is not UTF-8"},
        {"9223372036854775808", "a number is too large"},
        {"{\"n\":-9223372036854775809}", "a number is too large"},
        {"[123456789012345678901234567890]", "a number is too large"},
        {"1e999", "a number is too large"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect_part(refusal(rows[i].text, strlen(rows[i].text)), rows[i].why);
    (void)refusal(NULL, 0);
    (void)refusal("{}\0", 3);
    (void)refusal("\0{}", 3);
    (void)refusal("\"a\0b\"", 5);
}

static void test_parse_never_repeats_the_body(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"password\": hunter2}",
        "{\"password\":\"hunter2\" \"x\"}",
        "hunter2",
        "{\"hunter2\":1,\"hunter2\":1}",
        "{\"password\":\"hunter2",
        "{} hunter2",
        "[hunter2]",
        "{\"p\":\"hunter2\\q\"}",
        "{\"p\":\"hunter2\xff\"}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_null(strstr(refusal(texts[i], strlen(texts[i])), "hunter2"));
}

static void test_parse_bounds_the_nesting(void **state)
{
    (void)state;
    char text[64] = "";
    memset(text, '[', JSON_DEPTH_LIMIT);
    memset(text + JSON_DEPTH_LIMIT, ']', JSON_DEPTH_LIMIT);
    (void)parse(text);
    expect_text(refusal("\n \"[[[[{{{{\\\"[[[[{{{{[[\" [{[{[{[{[{[{[{[{[", 43),
                "not valid JSON: nested too deep (line 2, column 41)");
    static char deep[1 << 20]; /* what would end a small stack */
    memset(deep, '[', sizeof(deep));
    expect_part(refusal(deep, sizeof(deep)), "nested too deep (line 1, column 17)");
    for (size_t i = 0; i + 5 <= sizeof(deep); i += 5)
        memcpy(deep + i, "{\"a\":", 5);
    expect_part(refusal(deep, sizeof(deep)), "nested too deep");
}

static void test_parse_many_siblings(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, &arena, 1 << 20);
    strbuf_add_char(&text, '[');
    for (int i = 0; i < 10000; i++)
        strbuf_add_text(&text, i == 0 ? "[{}]" : ",[{}]"); /* the depth goes down again */
    strbuf_add_char(&text, ']');
    assert_int_equal(json_array_size(parse(text.text)), 10000);
}

struct everything {
    const char *text;
    int64_t number;
    bool flag;
    int32_t day;
    json_t *object, *array;
    bool has_text, has_number;
};

static void read_everything(const char *text, struct everything *out, bool optional)
{
    const struct json_field fields[] = {
        {"text", JSON_KIND_TEXT, &out->text, optional, 1, 5, &out->has_text},
        {"number", JSON_KIND_INT64, &out->number, optional, -3, 20, &out->has_number},
        {"flag", JSON_KIND_BOOL, &out->flag, optional, 0, 0, NULL},
        {"day", JSON_KIND_DAY, &out->day, optional, 1, 40000, NULL},
        {"object", JSON_KIND_OBJECT, &out->object, optional, 0, 0, NULL},
        {"array", JSON_KIND_ARRAY, &out->array, optional, 1, 2, NULL},
    };
    call_forgive(&call);
    json_read(&call, parse(text), "", fields, sizeof(fields) / sizeof(fields[0]));
}

/* The message recorded for a field, NULL when it is not wrong. */
static const char *complaint(const char *name)
{
    for (const struct call_field *field = call.failure.fields; field; field = field->next)
        if (strcmp(field->field, name) == 0) return field->message;
    return NULL;
}

static void test_read_good_values(void **state)
{
    (void)state;
    struct everything out = {0};
    read_everything("{\"text\":\"Köln\",\"number\":-3,\"flag\":true,\"day\":\"2026-11-23\","
                    "\"object\":{\"x\":1},\"array\":[1,2]}",
                    &out, false);
    assert_int_equal(call_check_fields(&call), STATUS_OK);
    expect_text(out.text, "Köln");
    assert_int_equal(out.number, -3);
    assert_true(out.flag && out.has_text && out.has_number);
    char day[CLOCK_DAY_TEXT];
    clock_format_day(out.day, day);
    expect_text(day, "2026-11-23");
    assert_int_equal(json_object_size(out.object), 1);
    assert_int_equal(json_array_size(out.array), 2);
}

static void test_read_absent(void **state)
{
    (void)state;
    struct everything out = {.text = "before", .number = 9, .flag = true, .day = 7};
    out.has_text = out.has_number = true;
    read_everything("{\"number\":null}", &out, true);
    assert_int_equal(call_check_fields(&call), STATUS_OK);
    expect_text(out.text, "before");
    assert_int_equal(out.number, 9);
    assert_int_equal(out.day, 7);
    assert_true(out.flag);
    assert_false(out.has_text);
    assert_false(out.has_number);

    read_everything("{\"number\":null}", &out, false);
    assert_int_equal(call.failure.field_count, 6);
    static const char *const names[] = {"text", "number", "flag", "day", "object", "array"};
    const struct call_field *field = call.failure.fields; /* in the table's order */
    for (size_t i = 0; i < 6; i++, field = field->next) {
        expect_text(field->field, names[i]);
        expect_text(field->message, "is required");
    }
}

static void test_read_wrong_kinds(void **state)
{
    (void)state;
    struct everything out = {0};
    read_everything("{\"text\":1,\"number\":\"1\",\"flag\":1,\"day\":20260101,\"object\":[],"
                    "\"array\":{}}",
                    &out, false);
    expect_text(complaint("text"), "must be a text");
    expect_text(complaint("number"), "must be an integer");
    expect_text(complaint("flag"), "must be true or false");
    expect_text(complaint("day"), "must be a day written YYYY-MM-DD");
    expect_text(complaint("object"), "must be an object");
    expect_text(complaint("array"), "must be an array");
    assert_true(out.has_text && out.has_number); /* there, though wrong */
    static const char *const reals[] = {"{\"number\":1.0}", "{\"number\":1e2}", "{\"number\":-0.0}",
                                        "{\"number\":true}", "{\"number\":[1]}"};
    for (size_t i = 0; i < sizeof(reals) / sizeof(reals[0]); i++) {
        out.number = 77;
        read_everything(reals[i], &out, true);
        expect_text(complaint("number"), "must be an integer");
        assert_int_equal(out.number, 77);
    }
    read_everything("{\"day\":\"2026-02-30\"}", &out, true);
    expect_text(complaint("day"), "must be a day written YYYY-MM-DD");
}

static void test_read_bounds(void **state)
{
    (void)state;
    struct everything out = {0};
    read_everything("{\"text\":\"\",\"number\":-4,\"day\":\"1970-01-01\",\"array\":[]}", &out,
                    true);
    expect_text(complaint("text"), "must have 1 to 5 characters");
    expect_text(complaint("number"), "must be from -3 to 20");
    expect_text(complaint("day"), "must be a day from 1970-01-02 to 2079-07-08");
    expect_text(complaint("array"), "must have 1 to 2 items");
    assert_null(out.text);
    assert_null(out.array);
    assert_int_equal(out.number, 0);
    read_everything("{\"text\":\"éééééé\",\"number\":21,\"day\":\"2999-01-01\",\"array\":[1,2,3]}",
                    &out, true);
    assert_int_equal(call.failure.field_count, 4);
    read_everything("{\"text\":\"ééééé\",\"number\":20,\"day\":\"2079-07-08\",\"array\":[1]}", &out,
                    true);
    assert_int_equal(call.failure.field_count, 0);
    expect_text(out.text, "ééééé");
}

static void test_read_without_bounds(void **state)
{
    (void)state;
    int64_t number = 0;
    const char *text = NULL;
    const struct json_field fields[] = {{"number", JSON_KIND_INT64, .out = &number},
                                        {"text", JSON_KIND_TEXT, .out = &text}};
    json_read(&call, parse("{\"number\":-9223372036854775808,\"text\":\"\"}"), "", fields, 2);
    assert_int_equal(call_check_fields(&call), STATUS_OK);
    assert_true(number == INT64_MIN);
    expect_text(text, "");
}

static void test_read_unknown_members(void **state)
{
    (void)state;
    struct everything out = {0};
    read_everything("{\"colour\":1,\"Text\":\"x\",\"text\":\"x\"}", &out, true);
    assert_int_equal(call.failure.field_count, 2);
    expect_text(complaint("colour"), "is not known here");
    expect_text(complaint("Text"), "is not known here");

    struct strbuf many; /* a body full of them is bounded in report, time and memory */
    strbuf_init(&many, &arena, 4 << 20);
    strbuf_add_text(&many, "{\"text\":5");
    for (int i = 0; i < 50000; i++)
        strbuf_printf(&many, ",\"m%d\":1", i);
    strbuf_add_char(&many, '}');
    size_t before = arena.used;
    read_everything(many.text, &out, true);
    assert_int_equal(call.failure.field_count, CALL_FIELDS_MAX);
    assert_non_null(complaint("text"));
    assert_in_range(arena.used - before, 1, 8192);
}

static void test_read_under_a_prefix(void **state)
{
    (void)state;
    int64_t quantity = 0;
    const struct json_field fields[] = {{"quantity", JSON_KIND_INT64, .out = &quantity}};
    json_read(&call, parse("{\"quantity\":\"2\",\"x\":1}"), "lines[0].", fields, 1);
    assert_non_null(complaint("lines[0].quantity"));
    assert_non_null(complaint("lines[0].x"));
    call_forgive(&call);
    json_read(&call, parse("[]"), "lines[1].", fields, 1);
    expect_text(complaint("lines[1]"), "must be an object");
    json_read(&call, parse("7"), "", fields, 1);
    expect_text(complaint("body"), "must be an object");
    json_read(&call, NULL, "payment.", fields, 1);
    expect_text(complaint("payment"), "must be an object");
    assert_int_equal(call.failure.field_count, 3);
}

int test_json_read(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_parse_what_is_json, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parse_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parse_never_repeats_the_body, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parse_bounds_the_nesting, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parse_many_siblings, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_good_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_absent, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_wrong_kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_without_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_unknown_members, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_under_a_prefix, setup, teardown),
    };
    return cmocka_run_group_tests_name("json_read", tests, NULL, NULL);
}
