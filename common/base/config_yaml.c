/* The YAML file, read as libyaml's stream of events, because each event knows its line. Of YAML
 * only nested mappings with single values are accepted. Lists, anchors, aliases and tags would let
 * the file say the same thing in ways that a reader, or a search, does not find. Recursion goes
 * only as deep as the table's keys have parts, since an unknown section stops it.
 */
#include "common/base/config_internal.h"

#include <string.h>
#include <yaml.h>

struct reader {
    struct config_load *load;
    const char *path;
    const char *text; /* the file's content */
    size_t length;
    yaml_parser_t parser;
    yaml_event_t event;
    bool has_event;
};

/* A key met in the mapping that is being read. */
struct seen_key {
    const char *name;
    struct seen_key *next;
};

static const char *reader_where(struct reader *reader, size_t line)
{
    return arena_printf(reader->load->arena, "%s:%zu", reader->path, line + 1);
}

/* Where the current event starts. */
static const char *reader_here(struct reader *reader)
{
    return reader_where(reader, reader->event.start_mark.line);
}

static void reader_drop_event(struct reader *reader)
{
    if (reader->has_event) yaml_event_delete(&reader->event);
    reader->has_event = false;
}

/* libyaml's sentences name no content of the file. Bad UTF-8 comes with an offset instead of a
   line. */
static enum status reader_fail_syntax(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    size_t line = parser->problem_mark.line;
    if (parser->error == YAML_READER_ERROR) {
        line = 0;
        for (size_t i = 0; i < parser->problem_offset && i < reader->length; i++)
            line += reader->text[i] == '\n';
    }
    return config_problem(reader->load, reader_where(reader, line), "not valid YAML: %s",
                          parser->problem ? parser->problem : "cannot be parsed");
}

static enum status reader_fail_unusual(struct reader *reader, const char *what)
{
    return config_problem(reader->load, reader_here(reader),
                          "%s are not supported: write 'key: value'", what);
}

/* Moves to the next event, refusing anchors, aliases and tags on whatever carries them. */
static enum status reader_next(struct reader *reader)
{
    reader_drop_event(reader);
    if (!yaml_parser_parse(&reader->parser, &reader->event)) return reader_fail_syntax(reader);
    reader->has_event = true;
    const void *anchor = NULL, *tag = NULL;
    switch (reader->event.type) {
    case YAML_ALIAS_EVENT:
        return reader_fail_unusual(reader, "aliases");
    case YAML_SCALAR_EVENT:
        anchor = reader->event.data.scalar.anchor;
        tag = reader->event.data.scalar.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = reader->event.data.mapping_start.anchor;
        tag = reader->event.data.mapping_start.tag;
        break;
    default:
        break;
    }
    if (anchor) return reader_fail_unusual(reader, "anchors");
    if (tag) return reader_fail_unusual(reader, "tags");
    return STATUS_OK;
}

static bool is_plain(const yaml_event_t *event)
{
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

/* What YAML calls null: nothing, ~ or null, without quotes. */
static bool is_null(const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    return is_plain(event) &&
           (text[0] == '\0' || strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
}

/* The row of that name, or the table's size. */
static size_t find_row(const struct config_load *load, const char *name)
{
    size_t row = 0;
    while (row < load->count && strcmp(load->keys[row].name, name) != 0)
        row++;
    return row;
}

static bool is_section(const struct config_load *load, const char *name)
{
    size_t length = strlen(name);
    for (size_t row = 0; row < load->count; row++)
        if (strncmp(load->keys[row].name, name, length) == 0 && load->keys[row].name[length] == '.')
            return true;
    return false;
}

/* The current event as key of a mapping: its dotted name, known and not seen before. */
static enum status read_key(struct reader *reader, const char *prefix, struct seen_key **seen,
                            const char **out)
{
    struct config_load *load = reader->load;
    if (reader->event.type != YAML_SCALAR_EVENT)
        return config_problem(load, reader_here(reader), "a key must be a name");
    const char *key = (const char *)reader->event.data.scalar.value;
    const char *name = arena_printf(load->arena, "%s%s", prefix, key);
    if (strchr(key, '.'))
        return config_problem(
            load, reader_here(reader),
            "'%.80s': write the part after the dot on a line of its own, indented", name);
    if (strlen(key) != reader->event.data.scalar.length ||
        (find_row(load, name) == load->count && !is_section(load, name)))
        return config_problem(load, reader_here(reader),
                              "unknown key '%.80s': --help lists the keys", name);
    for (const struct seen_key *other = *seen; other; other = other->next)
        if (strcmp(other->name, name) == 0)
            return config_problem(load, reader_here(reader), "'%s' is given twice: remove one",
                                  name);
    struct seen_key *added = arena_new(load->arena, struct seen_key);
    *added = (struct seen_key){.name = name, .next = *seen};
    *seen = added;
    *out = name;
    return STATUS_OK;
}

/* The current event as the single value of a row. */
static enum status read_scalar(struct reader *reader, const char *name)
{
    struct config_load *load = reader->load;
    const yaml_event_t *event = &reader->event;
    const char *where = reader_here(reader);
    size_t row = find_row(load, name);
    if (row == load->count) {
        if (is_null(event)) return STATUS_OK; /* a section whose lines are all commented out */
        return config_problem(load, where, "'%s' holds keys: write them below it, indented", name);
    }
    const struct config_key *key = &load->keys[row];
    if (key->secret) {
        char variable[CONFIG_ENVIRONMENT_MAX];
        config_environment_name(name, variable);
        return config_problem(load, where, "'%s' is a secret: remove it here and set %s or %s_FILE",
                              name, variable, variable);
    }
    if (is_null(event))
        return config_problem(load, where, "'%s' has no value: give one or remove the line%s", name,
                              key->kind == CONFIG_TEXT ? " (\"\" is the empty text)" : "");
    if (key->kind != CONFIG_TEXT && !is_plain(event))
        return config_problem(load, where, "'%s' must be %s without quotes", name,
                              key->kind == CONFIG_BOOL ? "true or false" : "an integer");
    return config_set(load, row, where, (const char *)event->data.scalar.value,
                      event->data.scalar.length);
}

/* From behind a mapping's start to its end. */
static enum status read_mapping(struct reader *reader, const char *prefix)
{
    struct seen_key *seen = NULL;
    for (;;) {
        const char *name = NULL;
        enum status status = reader_next(reader);
        if (status != STATUS_OK || reader->event.type == YAML_MAPPING_END_EVENT) return status;
        status = read_key(reader, prefix, &seen, &name);
        if (status == STATUS_OK) status = reader_next(reader);
        if (status != STATUS_OK) return status;
        if (reader->event.type == YAML_SCALAR_EVENT) {
            status = read_scalar(reader, name);
        } else if (reader->event.type == YAML_MAPPING_START_EVENT &&
                   is_section(reader->load, name)) {
            const char *inner = arena_printf(reader->load->arena, "%s.", name);
            status = read_mapping(reader, inner);
        } else {
            status = config_problem(reader->load, reader_here(reader), "'%s' takes %s", name,
                                    is_section(reader->load, name)
                                        ? "keys below it, not a list"
                                        : "one value, not a list and no keys below it");
        }
        if (status != STATUS_OK) return status;
    }
}

/* One document that is a mapping, or nothing at all. */
static enum status read_stream(struct reader *reader)
{
    enum status status = reader_next(reader); /* the stream's start */
    if (status == STATUS_OK) status = reader_next(reader);
    if (status != STATUS_OK || reader->event.type == YAML_STREAM_END_EVENT) return status;
    status = reader_next(reader);
    if (status != STATUS_OK) return status;
    if (reader->event.type == YAML_MAPPING_START_EVENT)
        status = read_mapping(reader, "");
    else if (reader->event.type != YAML_SCALAR_EVENT || !is_null(&reader->event))
        status = config_problem(reader->load, reader_here(reader), "must hold 'key: value' lines");
    if (status == STATUS_OK) status = reader_next(reader); /* the document's end */
    if (status == STATUS_OK) status = reader_next(reader);
    if (status == STATUS_OK && reader->event.type != YAML_STREAM_END_EVENT)
        status = config_problem(reader->load, reader_here(reader),
                                "a second document: remove it and the line '---'");
    return status;
}

enum status config_read_yaml(struct config_load *load, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    enum status status = config_read_file(load, path, CONFIG_FILE_MAX, &text, &length);
    if (status != STATUS_OK) return status;
    struct reader reader = {.load = load, .path = path, .text = text, .length = length};
    if (!yaml_parser_initialize(&reader.parser))
        return config_problem(load, path, "no memory for the parser");
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
    status = read_stream(&reader);
    reader_drop_event(&reader);
    yaml_parser_delete(&reader.parser);
    return status;
}
