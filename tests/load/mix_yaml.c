/* The file's grammar, as tables: which keys a mapping may have, which it must, and who reads each.
 *
 * libyaml's document is used rather than its events, because a node knows its line as an event does and the tables
 * need no order. Aliases lead to nodes that have been read before; the grammar is four levels deep, so
 * even one that leads back to where it stands comes to an end.
 */
#include "tests/load/mix_yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { MEMBERS_MAX = 16 };

struct reader {
    struct arena *arena;
    const char *path, *folder;
    yaml_document_t document;
    struct mix *mix;
    struct mix_visit *visit; /* the one being read */
    struct mix_texts **texts_end, *texts;
    char *error;
};

/* One key of a mapping. */
struct member {
    const char *name;
    bool (*read)(struct reader *reader, const char *key, yaml_node_t *node, void *into);
    bool is_needed;
};

__attribute__((format(printf, 3, 4))) static bool fail(struct reader *reader, yaml_node_t *node,
                                                       const char *format, ...)
{
    const int length = snprintf(reader->error, MIX_ERROR_MAX, "%.100s:%zu: ", reader->path,
                                node->start_mark.line + 1);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->error + length, MIX_ERROR_MAX - (size_t)length, format, arguments);
    va_end(arguments);
    return false;
}

/* A single value without NULs and control characters. False: said. */
static bool read_text(struct reader *reader, const char *key, yaml_node_t *node, size_t max,
                      const char **out)
{
    if (node->type != YAML_SCALAR_NODE)
        return fail(reader, node, "'%s' takes one value, no list and no keys below it", key);
    const char *text = (const char *)node->data.scalar.value;
    const size_t length = node->data.scalar.length;
    if (length == 0 || length > max)
        return fail(reader, node, "'%s' takes 1 to %zu bytes", key, max);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return fail(reader, node, "'%s' has a control character or a line break in it", key);
    *out = arena_memdup(reader->arena, text, length);
    return true;
}

static bool read_number(struct reader *reader, const char *key, yaml_node_t *node, int min, int max,
                        int *out)
{
    const char *text = node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
    int64_t value = text[0] == '\0' ? -1 : 0;
    for (const char *at = text; *at != '\0' && value >= 0; at++)
        value = *at >= '0' && *at <= '9' && value <= max ? value * 10 + (*at - '0') : -1;
    if (value < min || value > max || strlen(text) != node->data.scalar.length)
        return fail(reader, node, "'%s' takes a number from %d to %d", key, min, max);
    *out = (int)value;
    return true;
}

/* --- mappings and lists --- */

static bool read_pair(struct reader *reader, const yaml_node_pair_t *pair,
                      const struct member *members, const char *what, bool *seen, void *into)
{
    yaml_node_t *key = yaml_document_get_node(&reader->document, pair->key);
    yaml_node_t *value = yaml_document_get_node(&reader->document, pair->value);
    if (key->type != YAML_SCALAR_NODE) return fail(reader, key, "a key must be a name");
    const char *name = (const char *)key->data.scalar.value;
    int i = 0;
    while (members[i].name && strcmp(members[i].name, name) != 0)
        i++;
    if (!members[i].name) {
        char known[200] = "";
        for (int j = 0; members[j].name; j++)
            snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
                     j > 0 ? ", " : "", members[j].name);
        return fail(reader, key, "unknown key '%.40s': %s has %s", name, what, known);
    }
    if (seen[i]) return fail(reader, key, "'%s' is given twice: remove one", members[i].name);
    seen[i] = true;
    return members[i].read(reader, members[i].name, value, into);
}

/* `what` is the mapping for messages: "a visit". */
static bool read_members(struct reader *reader, yaml_node_t *node, const char *what,
                         const struct member *members, void *into)
{
    bool seen[MEMBERS_MAX] = {false};
    if (node->type != YAML_MAPPING_NODE)
        return fail(reader, node, "%s must hold 'key: value' lines", what);
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++)
        if (!read_pair(reader, pair, members, what, seen, into)) return false;
    for (int i = 0; members[i].name; i++)
        if (members[i].is_needed && !seen[i])
            return fail(reader, node, "%s needs '%s'", what, members[i].name);
    return true;
}

static bool is_list(struct reader *reader, const char *key, yaml_node_t *node, int max)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return fail(reader, node, "'%s' takes a list: lines that begin with '- '", key);
    const long count = node->data.sequence.items.top - node->data.sequence.items.start;
    if (count < 1 || count > max)
        return fail(reader, node, "'%s' has %ld entries: 1 to %d are possible", key, count, max);
    return true;
}

/* --- a step --- */

static bool read_name(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    struct mix_step *step = into;
    struct mix *mix = reader->mix;
    const char *name = NULL;
    if (!read_text(reader, key, node, MIX_NAME_MAX, &name)) return false;
    for (step->name = 0; step->name < mix->name_count; step->name++)
        if (strcmp(mix->names[step->name], name) == 0) return true;
    if (mix->name_count == MIX_NAMES_MAX)
        return fail(reader, node, "requests have more than %d names: let some share one",
                    MIX_NAMES_MAX);
    mix->names[mix->name_count++] = name;
    return true;
}

static bool read_line_of_text(struct reader *reader, const char *key, yaml_node_t *node, size_t max,
                              struct mix_text *out)
{
    out->line = node->start_mark.line + 1;
    return read_text(reader, key, node, max, &out->text);
}

static bool read_method(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    static const char *const methods[][2] = {
        {"get", "GET"}, {"post", "POST"}, {"put", "PUT"}, {"patch", "PATCH"}, {"delete", "DELETE"}};
    struct mix_step *step = into;
    if (step->method)
        return fail(reader, node, "a step is one request, and this one has a method already");
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (strcmp(methods[i][0], key) == 0) step->method = methods[i][1];
    struct mix_text *path = &reader->texts->path;
    if (!read_line_of_text(reader, key, node, MIX_PATH_MAX, path)) return false;
    if ((path->text[0] != '/' && path->text[0] != '{') || strchr(path->text, ' '))
        return fail(reader, node, "'%s' takes a path: it begins with / and has no spaces", key);
    return true;
}

static bool read_token(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    ((struct mix_step *)into)->has_token = true;
    return read_line_of_text(reader, key, node, MIX_TOKEN_MAX, &reader->texts->token);
}

static bool read_body(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    ((struct mix_step *)into)->has_body = true;
    return read_line_of_text(reader, key, node, MIX_BODY_MAX, &reader->texts->body);
}

static bool read_order(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    const char *word = NULL;
    if (!read_text(reader, key, node, 5, &word)) return false;
    ((struct mix_step *)into)->is_order = strcmp(word, "true") == 0;
    return strcmp(word, "true") == 0 || strcmp(word, "false") == 0 ||
           fail(reader, node, "'%s' takes true or false", key);
}

static bool read_think(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    return read_number(reader, key, node, 0, MIX_THINK_MAX_MS,
                       &((struct mix_step *)into)->think_ms);
}

static bool read_expect(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    struct mix_step *step = into;
    const char *text = NULL;
    if (!read_text(reader, key, node, 200, &text)) return false;
    for (const char *at = text; *at != '\0'; at += *at == ' ') {
        const size_t length = strcspn(at, " ");
        const int status = length == 3 && strspn(at, "0123456789") >= 3 ? atoi(at) : 0;
        if (status < 200 || status > 599)
            return fail(reader, node, "'%s' takes statuses from 200 to 599: 201 409", key);
        step->expected[status / 8] |= (uint8_t)(1 << status % 8);
        at += length;
    }
    return true;
}

static bool read_step(struct reader *reader, yaml_node_t *node, struct mix_step *step)
{
    static const struct member members[] = {
        {"name", read_name, true}, {"get", read_method},    {"post", read_method},
        {"put", read_method},      {"patch", read_method},  {"delete", read_method},
        {"token", read_token},     {"order", read_order},   {"body", read_body},
        {"think_ms", read_think},  {"expect", read_expect}, {NULL},
    };
    reader->texts = *reader->texts_end = arena_new(reader->arena, struct mix_texts);
    reader->texts_end = &reader->texts->next;
    if (!read_members(reader, node, "a step", members, step)) return false;
    if (!step->method) return fail(reader, node, "a step needs a request: 'get: /v1/home'");
    const bool is_read = strcmp(step->method, "GET") == 0;
    if (step->has_body && is_read) return fail(reader, node, "a 'get' has no 'body'");
    if (step->is_order && strcmp(step->method, "POST") != 0)
        return fail(reader, node, "an 'order' is a 'post'");
    if (step->think_ms > 0 && step == &reader->visit->steps[0])
        return fail(reader, node,
                    "no 'think_ms' before the first step: visits begin when --rate "
                    "says");
    return true;
}

/* --- a visit --- */

static bool read_visit_name(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    return read_text(reader, key, node, MIX_NAME_MAX, &((struct mix_visit *)into)->name);
}

static bool read_weight(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    return read_number(reader, key, node, 1, MIX_WEIGHT_MAX, &((struct mix_visit *)into)->weight);
}

static bool read_steps(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    struct mix_visit *visit = into;
    if (!is_list(reader, key, node, MIX_STEPS_MAX)) return false;
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++)
        if (!read_step(reader, yaml_document_get_node(&reader->document, *item),
                       &visit->steps[visit->step_count++]))
            return false;
    return true;
}

/* --- the file --- */

static bool read_shoppers(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    return read_number(reader, key, node, 0, MIX_SHOPPERS_MAX, &((struct mix *)into)->shoppers);
}

static bool read_value(struct reader *reader, yaml_node_t *key, yaml_node_t *node)
{
    if (key->type != YAML_SCALAR_NODE) return fail(reader, key, "a key must be a name");
    const char *name = (const char *)key->data.scalar.value, *text = NULL;
    char why[VALUE_ERROR_MAX];
    struct value value;
    if (values_find(&reader->mix->values, name, strlen(name)) >= 0)
        return fail(reader, key, "'%.40s' is given twice: remove one", name);
    if (!read_text(reader, "a value", node, VALUE_TEXT_MAX + 16, &text)) return false;
    if (!value_parse(reader->arena, name, text, reader->folder, &value, why))
        return fail(reader, key, "%s", why);
    return values_put(&reader->mix->values, &value) ||
           fail(reader, key, "more than %d values", VALUES_MAX);
}

static bool read_values(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    (void)into;
    if (node->type != YAML_MAPPING_NODE)
        return fail(reader, node, "'%s' must hold 'name: kind:argument' lines", key);
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++)
        if (!read_value(reader, yaml_document_get_node(&reader->document, pair->key),
                        yaml_document_get_node(&reader->document, pair->value)))
            return false;
    return true;
}

static bool read_visits(struct reader *reader, const char *key, yaml_node_t *node, void *into)
{
    static const struct member members[] = {{"name", read_visit_name, true},
                                            {"weight", read_weight},
                                            {"steps", read_steps, true},
                                            {NULL}};
    struct mix *mix = into;
    if (!is_list(reader, key, node, MIX_VISITS_MAX)) return false;
    const long count = node->data.sequence.items.top - node->data.sequence.items.start;
    mix->visits = arena_array(reader->arena, struct mix_visit, (size_t)count);
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++) {
        reader->visit = &mix->visits[mix->visit_count++];
        reader->visit->weight = 1;
        if (!read_members(reader, yaml_document_get_node(&reader->document, *item), "a visit",
                          members, reader->visit))
            return false;
    }
    return true;
}

static bool fail_syntax(struct reader *reader, const yaml_parser_t *parser)
{
    snprintf(reader->error, MIX_ERROR_MAX, "%.100s:%zu: not valid YAML: %.200s", reader->path,
             parser->problem_mark.line + 1, parser->problem ? parser->problem : "cannot be read");
    return false;
}

static bool read_document(struct reader *reader, yaml_parser_t *parser)
{
    static const struct member members[] = {{"shoppers", read_shoppers},
                                            {"values", read_values},
                                            {"visits", read_visits, true},
                                            {NULL}};
    if (!yaml_parser_load(parser, &reader->document)) return fail_syntax(reader, parser);
    yaml_node_t *root = yaml_document_get_root_node(&reader->document);
    bool good = false;
    if (root)
        good = read_members(reader, root, "a mix", members, reader->mix);
    else
        snprintf(reader->error, MIX_ERROR_MAX, "%.100s:1: is empty: a mix needs 'visits'",
                 reader->path);
    yaml_document_delete(&reader->document);
    if (!good) return false;
    if (!yaml_parser_load(parser, &reader->document)) return fail_syntax(reader, parser);
    root = yaml_document_get_root_node(&reader->document);
    if (root) fail(reader, root, "a second document: remove it and the line '---'");
    yaml_document_delete(&reader->document);
    return !root;
}

bool mix_yaml_read(struct arena *arena, const char *path, const char *text, size_t length,
                   struct mix *out, struct mix_texts **texts, char error[MIX_ERROR_MAX])
{
    const char *slash = strrchr(path, '/');
    struct reader reader = {.arena = arena, .path = path, .mix = out, .error = error};
    reader.folder = slash ? arena_printf(arena, "%.*s", (int)(slash - path), path) : NULL;
    reader.texts_end = texts;
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        snprintf(error, MIX_ERROR_MAX, "%.100s: no memory for the parser", path);
        return false;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    const bool good = read_document(&reader, &parser);
    yaml_parser_delete(&parser);
    return good;
}
