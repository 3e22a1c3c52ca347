/* What the writer writes is compared with literal JSON and, for every byte in every position of the
 * eight-byte steps, with what jansson reads back.
 */
#include "common/base/json.h"

#include "tests/unit/base/groups.h"

#include <string.h>

static struct arena arena;
static struct strbuf out;
static struct json_writer writer;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 32 << 20);
    strbuf_init(&out, &arena, 8 << 20);
    json_writer_init(&writer, &out);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

static void test_every_kind_of_value(void **state)
{
    (void)state;
    json_begin_object(&writer, NULL);
    json_add_text(&writer, "text", "Köln");
    json_add_text(&writer, "nothing", NULL);
    json_add_int64(&writer, "least", INT64_MIN);
    json_add_tenths(&writer, "rating", 47);
    json_add_tenths(&writer, "half", 5);
    json_add_bool(&writer, "yes", true);
    json_add_bool(&writer, "no", false);
    json_add_null(&writer, "null");
    json_add_day(&writer, "day", 20780);
    json_add_time(&writer, "at", 1795467000123);
    json_end_object(&writer);
    expect_text(out.text, "{\"text\":\"Köln\",\"nothing\":null,\"least\":-9223372036854775808,"
                          "\"rating\":4.7,\"half\":0.5,"
                          "\"yes\":true,\"no\":false,\"null\":null,\"day\":\"2026-11-23\","
                          "\"at\":\"2026-11-23T20:50:00.123Z\"}");
}

static void test_commas_at_every_level(void **state)
{
    (void)state;
    json_begin_object(&writer, NULL);
    json_begin_array(&writer, "items");
    for (int i = 0; i < 2; i++) {
        json_begin_object(&writer, NULL);
        json_add_int64(&writer, "id", i);
        json_begin_array(&writer, "empty");
        json_end_array(&writer);
        json_begin_object(&writer, "none");
        json_end_object(&writer);
        json_end_object(&writer);
    }
    json_begin_array(&writer, NULL);
    json_add_int64(&writer, NULL, 1);
    json_add_text(&writer, NULL, "two");
    json_add_null(&writer, NULL);
    json_add_bool(&writer, NULL, true);
    json_end_array(&writer);
    json_end_array(&writer);
    json_add_text(&writer, "next_cursor", NULL);
    json_end_object(&writer);
    expect_text(out.text, "{\"items\":[{\"id\":0,\"empty\":[],\"none\":{}},"
                          "{\"id\":1,\"empty\":[],\"none\":{}},"
                          "[1,\"two\",null,true]],\"next_cursor\":null}");
}

static void test_a_value_alone(void **state)
{
    (void)state;
    json_add_text(&writer, NULL, "");
    expect_text(out.text, "\"\"");
}

static void test_escapes(void **state)
{
    (void)state;
    json_add_text(&writer, NULL, "\"\\/\b\f\n\r\t\x01\x1f\x7f<é\xe2\x80\xa8");
    expect_text(out.text, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f<é\xe2\x80\xa8\"");
    strbuf_clear(&out);
    json_writer_init(&writer, &out);
    json_begin_object(&writer, NULL);
    json_add_int64(&writer, "a\"b", 1); /* names too: they are not always literals */
    json_end_object(&writer);
    expect_text(out.text, "{\"a\\\"b\":1}");
}

/* Writes, lets jansson read, compares. */
static void expect_round_trip(const char *text)
{
    strbuf_clear(&out);
    json_writer_init(&writer, &out);
    json_add_text(&writer, NULL, text);
    json_t *read = json_loadb(out.text, out.length, JSON_DECODE_ANY, NULL);
    if (!read || strcmp(json_string_value(read), text) != 0)
        fail_msg("'%s' came out as %s", text, out.text);
    json_decref(read);
}

static void test_every_byte_in_every_place(void **state)
{
    (void)state;
    for (unsigned byte = 1; byte < 0x80; byte++) {
        for (size_t length = 1; length <= 24; length++) {
            char text[32];
            for (size_t at = 0; at < length; at++) {
                for (size_t i = 0; i < length;
                     i++) /* neighbours on both sides of what is escaped */
                    text[i] = "# ![]x"[i % 6];
                text[length] = '\0';
                text[at] = (char)byte;
                expect_round_trip(text);
            }
        }
    }
    expect_round_trip("é\"東\\🎟\n¡¢ÿ\xc2\x80");
}

static void test_large_texts(void **state)
{
    (void)state;
    static char text[100001];
    for (size_t i = 0; i + 1 < sizeof(text); i++)
        text[i] = (char)(i % 97 == 0 ? '\n' : i % 101 == 0 ? '"' : 'a');
    expect_round_trip(text);
    memset(text, 1, sizeof(text) - 1); /* six times as long when written */
    expect_round_trip(text);
    assert_int_equal(out.length, 6 * 100000 + 2);
}

int test_json_write(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_kind_of_value, setup, teardown),
        cmocka_unit_test_setup_teardown(test_commas_at_every_level, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_value_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_escapes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_byte_in_every_place, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large_texts, setup, teardown),
    };
    return cmocka_run_group_tests_name("json_write", tests, NULL, NULL);
}
