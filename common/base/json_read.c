/* JSON in. jansson parses; around it stands what it does not promise: a nesting limit low enough
 * for a task's small stack, checked before the recursive parser starts, and messages that say where
 * and what without repeating the body, which may hold a password. Reading by table means that a
 * client learns all its mistakes at once, and that a member nobody reads is refused instead of
 * ignored.
 */
#include "common/base/json.h"

#include "common/base/clock.h"
#include "common/base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* --- parsing --- */

static enum status fail_at(struct call *call, const char *why, int line, int column)
{
    return call_fail(call, STATUS_MALFORMED, "not valid JSON: %s (line %d, column %d)", why, line,
                     column);
}

/* Nesting, looked at before anything recursive runs. Only brackets outside strings count. */
static enum status check_depth(struct call *call, const char *text, size_t length)
{
    int depth = 0, line = 1, column = 0;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        char byte = text[i];
        column += (byte & 0xC0) != 0x80;
        if (in_string) {
            if (byte == '\\') {
                i++;
                column++;
            } else if (byte == '"') {
                in_string = false;
            }
        } else if (byte == '"') {
            in_string = true;
        } else if (byte == '[' || byte == '{') {
            if (++depth > JSON_DEPTH_LIMIT) return fail_at(call, "nested too deep", line, column);
        } else if (byte == ']' || byte == '}') {
            depth--;
        } else if (byte == '\n') {
            line++;
            column = 0;
        }
    }
    return STATUS_OK;
}

/* jansson's own texts quote the input; its codes do not. */
static const char *reason(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_premature_end_of_input:
        return "it ends too early";
    case json_error_end_of_input_expected:
        return "something follows the value";
    case json_error_invalid_utf8:
        return "it is not UTF-8";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a text holds the character U+0000";
    case json_error_duplicate_key:
        return "a member name occurs twice";
    case json_error_numeric_overflow:
        return "a number is too large";
    default:
        return "syntax error";
    }
}

static void release_tree(void *tree)
{
    json_decref(tree);
}

enum status json_parse(struct call *call, const char *text, size_t length, json_t **out)
{
    enum status status = check_depth(call, text, length);
    if (status != STATUS_OK) return status;
    json_error_t error;
    json_t *tree =
        json_loadb(text ? text : "", length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (!tree) return fail_at(call, reason(&error), error.line, error.column);
    arena_on_release(call->arena, release_tree, tree);
    *out = tree;
    return STATUS_OK;
}

/* --- reading by table --- */

/* True when the row has no bounds or the value is inside them; else says what they are. */
static bool within_bounds(struct call *call, const char *path, const struct json_field *field,
                          int64_t value)
{
    char first[CLOCK_DAY_TEXT], last[CLOCK_DAY_TEXT];
    if (field->min == 0 && field->max == 0) return true;
    assert(field->min <= field->max);
    if (value >= field->min && value <= field->max) return true;
    const char *unit = field->kind == JSON_KIND_TEXT ? "characters" : "items";
    switch (field->kind) {
    case JSON_KIND_TEXT:
    case JSON_KIND_ARRAY:
        call_fail_field(call, path, "must have %" PRId64 " to %" PRId64 " %s", field->min,
                        field->max, unit);
        break;
    case JSON_KIND_DAY:
        clock_format_day((int32_t)field->min, first);
        clock_format_day((int32_t)field->max, last);
        call_fail_field(call, path, "must be a day from %s to %s", first, last);
        break;
    default:
        call_fail_field(call, path, "must be from %" PRId64 " to %" PRId64, field->min, field->max);
    }
    return false;
}

static void read_text(struct call *call, const char *path, const struct json_field *field,
                      const json_t *value)
{
    if (!json_is_string(value)) {
        call_fail_field(call, path, "must be a text");
        return;
    }
    const char *text = json_string_value(value);
    size_t length = json_string_length(value);
    if (within_bounds(call, path, field, (int64_t)text_characters(text)))
        *(const char **)field->out = arena_memdup(call->arena, text, length);
}

static void read_int64(struct call *call, const char *path, const struct json_field *field,
                       const json_t *value)
{
    if (!json_is_integer(value))
        call_fail_field(call, path, "must be an integer");
    else if (within_bounds(call, path, field, json_integer_value(value)))
        *(int64_t *)field->out = json_integer_value(value);
}

static void read_day(struct call *call, const char *path, const struct json_field *field,
                     const json_t *value)
{
    int32_t day;
    if (!json_is_string(value) || !clock_parse_day(json_string_value(value), &day))
        call_fail_field(call, path, "must be a day written YYYY-MM-DD");
    else if (within_bounds(call, path, field, day))
        *(int32_t *)field->out = day;
}

static void read_array(struct call *call, const char *path, const struct json_field *field,
                       json_t *value)
{
    if (!json_is_array(value))
        call_fail_field(call, path, "must be an array");
    else if (within_bounds(call, path, field, (int64_t)json_array_size(value)))
        *(json_t **)field->out = value;
}

static void read_value(struct call *call, const char *path, const struct json_field *field,
                       json_t *value)
{
    switch (field->kind) {
    case JSON_KIND_TEXT:
        read_text(call, path, field, value);
        break;
    case JSON_KIND_INT64:
        read_int64(call, path, field, value);
        break;
    case JSON_KIND_DAY:
        read_day(call, path, field, value);
        break;
    case JSON_KIND_ARRAY:
        read_array(call, path, field, value);
        break;
    case JSON_KIND_BOOL:
        if (json_is_boolean(value))
            *(bool *)field->out = json_is_true(value);
        else
            call_fail_field(call, path, "must be true or false");
        break;
    case JSON_KIND_OBJECT:
        if (json_is_object(value))
            *(json_t **)field->out = value;
        else
            call_fail_field(call, path, "must be an object");
        break;
    }
}

static void read_field(struct call *call, const json_t *object, const char *prefix,
                       const struct json_field *field)
{
    json_t *value = json_object_get(object, field->name);
    bool present = value && !json_is_null(value);
    if (field->present) *field->present = present;
    if (!present && field->optional) return;
    const char *path = arena_printf(call->arena, "%s%s", prefix, field->name);
    if (present)
        read_value(call, path, field, value);
    else
        call_fail_field(call, path, "is required");
}

static bool is_known(const char *name, const struct json_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, fields[i].name) == 0) return true;
    return false;
}

/* "lines[0]." is the prefix of members; what is wrong here is "lines[0]" itself. */
static void fail_object(struct call *call, const char *prefix)
{
    size_t length = strlen(prefix);
    if (length > 0 && prefix[length - 1] == '.') length--;
    const char *path = length > 0 ? arena_memdup(call->arena, prefix, length) : "body";
    call_fail_field(call, path, "must be an object");
}

void json_read(struct call *call, const json_t *object, const char *prefix,
               const struct json_field *fields, size_t count)
{
    if (!json_is_object(object)) {
        fail_object(call, prefix);
        return;
    }
    for (size_t i = 0; i < count; i++)
        read_field(call, object, prefix, &fields[i]);

    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        if (is_known(name, fields, count)) continue;
        /* A body can hold thousands of strange names: no work, and no memory, beyond the last
           reported. */
        if (call->failure.field_count == CALL_FIELDS_MAX) return;
        call_fail_field(call, arena_printf(call->arena, "%s%s", prefix, name), "is not known here");
    }
}
