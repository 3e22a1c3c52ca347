/* JSON in, by table into variables, and out again. The table has every kind of field; whatever the body
 * was, either a wrong field is named or every variable is within its bounds. What our writer writes is
 * read again as the same value.
 */
#include "common/base/json.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "tests/fuzz/fuzz.h"

enum { OUT_MAX = 4 << 20 };

void fuzz_open(void)
{
}

static int depth_of(const json_t *value)
{
    int deepest = 0;
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            const int depth = depth_of(json_array_get(value, i));
            deepest = depth > deepest ? depth : deepest;
        }
        return deepest + 1;
    }
    if (!json_is_object(value)) return 0;
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)value, name, member)
    {
        const int depth = depth_of(member);
        deepest = depth > deepest ? depth : deepest;
        MUST(bytes_is_utf8(name, strlen(name)));
    }
    return deepest + 1;
}

static void write_value(struct json_writer *writer, const char *name, const json_t *value);

static void write_members(struct json_writer *writer, const char *name, const json_t *value)
{
    const char *member_name;
    json_t *member;
    json_begin_object(writer, name);
    json_object_foreach((json_t *)value, member_name, member)
    {
        write_value(writer, member_name, member);
    }
    json_end_object(writer);
}

static void write_value(struct json_writer *writer, const char *name, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        write_members(writer, name, value);
        break;
    case JSON_ARRAY:
        json_begin_array(writer, name);
        for (size_t i = 0; i < json_array_size(value); i++)
            write_value(writer, NULL, json_array_get(value, i));
        json_end_array(writer);
        break;
    case JSON_STRING:
        MUST(strlen(json_string_value(value)) == json_string_length(value));
        MUST(bytes_is_utf8(json_string_value(value), json_string_length(value)));
        json_add_text(writer, name, json_string_value(value));
        break;
    case JSON_INTEGER:
        json_add_int64(writer, name, json_integer_value(value));
        break;
    case JSON_REAL: /* we never write one */
        json_add_tenths(writer, name, 47);
        break;
    case JSON_NULL:
        json_add_null(writer, name);
        break;
    default:
        json_add_bool(writer, name, json_is_true(value));
    }
}

static bool has_real(const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);
    bool in_text = false, found = false;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"') in_text = !in_text;
        if (in_text && *at == '\\') at++;
        if (!in_text && (*at == '.' || *at == 'e' || *at == 'E') && at > text)
            found = found || (at[-1] >= '0' && at[-1] <= '9');
    }
    free(text);
    return found;
}

static void check_written(struct call *call, const json_t *value)
{
    struct strbuf out;
    struct json_writer writer;
    json_t *again = NULL;
    strbuf_init(&out, call->arena, OUT_MAX);
    json_writer_init(&writer, &out);
    write_value(&writer, NULL, value);
    MUST(json_parse(call, out.text, out.length, &again) == STATUS_OK);
    MUST(has_real(value) || json_equal((json_t *)value, again));
}

static void check_read(struct call *call, const json_t *body)
{
    const char *text = "kept";
    int64_t number = 1;
    bool yes = true, present = false;
    int32_t day = 20000;
    json_t *object = NULL, *array = NULL;
    const struct json_field fields[] = {
        {"text", JSON_KIND_TEXT, &text, .optional = true, .min = 1, .max = 10, .present = &present},
        {"number", JSON_KIND_INT64, &number, .min = -3, .max = 40},
        {"yes", JSON_KIND_BOOL, &yes, .optional = true},
        {"day", JSON_KIND_DAY, &day, .optional = true, .min = 10000, .max = 30000},
        {"object", JSON_KIND_OBJECT, &object, .optional = true},
        {"array", JSON_KIND_ARRAY, &array, .optional = true, .min = 1, .max = 3},
    };
    const size_t count = sizeof(fields) / sizeof(fields[0]);
    json_read(call, body, "in.", fields, count);
    MUST(text && text_characters(text) <= 10 && text[0] != '\0');
    MUST(number >= -3 && number <= 40);
    MUST(day >= 10000 && day <= 30000);
    MUST(!object || json_is_object(object));
    MUST(!array || (json_array_size(array) >= 1 && json_array_size(array) <= 3));
    enum status status = call_check_fields(call);
    if (status != STATUS_OK) {
        fuzz_check_failure(call, status);
        return;
    }
    MUST(json_is_object(body) && json_object_get(body, "number"));
    MUST(json_object_size(body) <= count);
    MUST(present || strcmp(text, "kept") == 0);
}

void fuzz_one(struct call *call, struct input *input)
{
    size_t length;
    const char *text = input_rest(input, call, &length);
    json_t *body = NULL;
    enum status status = json_parse(call, text, length, &body);
    if (status != STATUS_OK) {
        MUST(status == STATUS_MALFORMED && !body);
        fuzz_check_failure(call, status);
        return;
    }
    MUST(depth_of(body) <= JSON_DEPTH_LIMIT);
    check_written(call, body);
    check_read(call, body);
}
