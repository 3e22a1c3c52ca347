/* JSON in and JSON out.
 *
 * In: jansson, made strict (UTF-8 only, no NUL, no duplicate keys, nesting and size bounded before the
 * parser runs), then read into C variables through a table of fields, so that all wrong fields of a body
 * are reported together. Out: a writer straight into a strbuf, because an answer is written once, in
 * order (docs/decisions/ records what that saves against building a jansson tree).
 */
#ifndef STAGECRAFT_BASE_JSON_H
#define STAGECRAFT_BASE_JSON_H

#include "common/base/call.h"
#include "common/base/strbuf.h"

#include <jansson.h>

enum { JSON_DEPTH_LIMIT = 16 };

/* Parses one JSON text. The tree lives in the call's arena. STATUS_MALFORMED with line and column. */
enum status json_parse(struct call *call, const char *text, size_t length, json_t **out);

enum json_kind {
    JSON_KIND_TEXT, /* const char **: NUL-terminated, in the arena; min/max are its length in characters */
    JSON_KIND_INT64,  /* int64_t *: a JSON integer; min/max are its value */
    JSON_KIND_BOOL,   /* bool * */
    JSON_KIND_DAY,    /* int32_t *: "YYYY-MM-DD" (clock.h); min/max are its value */
    JSON_KIND_OBJECT, /* json_t **: borrowed from the tree */
    JSON_KIND_ARRAY,  /* json_t **: borrowed from the tree; min/max are its length */
};

struct json_field {
    const char *name;
    enum json_kind kind;
    void *out;        /* where the value goes; untouched when the field is absent */
    bool optional;    /* absent is fine; null counts as absent */
    int64_t min, max; /* both 0: any value */
    bool *present;    /* may be NULL; tells whether the member was there, right or wrong */
};

/* Reads the members of `object` by table. Wrong, missing and unknown members are recorded as call
   fields, each under `prefix` + name; the caller ends with call_check_fields(). `object` not being a
   JSON object is one wrong field too. */
void json_read(struct call *call, const json_t *object, const char *prefix,
               const struct json_field *fields, size_t count);

/* The writer. Commas are its business; the caller's is to pair begin and end. Text must be UTF-8
   (everything from json_parse and PostgreSQL is). */
struct json_writer {
    struct strbuf *out; /* borrowed */
    bool comma;         /* a value has been written at this level */
};

void json_writer_init(struct json_writer *writer, struct strbuf *out);
void json_begin_object(struct json_writer *writer,
                       const char *name); /* name NULL: no member name */
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer, const char *name);
void json_end_array(struct json_writer *writer);
void json_add_text(struct json_writer *writer, const char *name, const char *text); /* NULL: null */
void json_add_int64(struct json_writer *writer, const char *name, int64_t value);
/* A number with one decimal: 47 becomes 4.7. Not negative. */
void json_add_tenths(struct json_writer *writer, const char *name, int64_t tenths);
void json_add_bool(struct json_writer *writer, const char *name, bool value);
void json_add_null(struct json_writer *writer, const char *name);
void json_add_day(struct json_writer *writer, const char *name, int32_t day);
void json_add_time(struct json_writer *writer, const char *name, int64_t wall_ms);

#endif
