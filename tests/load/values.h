/* What differs from visit to visit: the product somebody looks at, the day they want, who they are.
 *
 * A value is written as KIND:ARGUMENT and drawn once for each visit, so that all steps of a visit are about the
 * same product. Numbers are drawn when they are needed; everything else is a list of texts that is complete before the
 * clock starts, so nothing is read from a file or a server while latencies are measured.
 */
#ifndef STAGECRAFT_LOAD_VALUES_H
#define STAGECRAFT_LOAD_VALUES_H

#include "common/base/arena.h"
#include "infra/seed/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    VALUES_MAX = 32,
    VALUE_NAME_MAX = 32,
    VALUE_TEXT_MAX = 256,    /* bytes of one text */
    VALUE_LIST_MAX = 100000, /* texts of one list */
    VALUE_FILE_MAX = 16 << 20,
    VALUE_ERROR_MAX = 400,
};

enum value_kind {
    VALUE_ZIPF,    /* zipf:N       1 … N, the first most often */
    VALUE_RANGE,   /* range:A-B    A … B */
    VALUE_DAYS,    /* days:A-B     a date, so many days from today */
    VALUE_TEXT,    /* text:WORDS   always the same */
    VALUE_LINES,   /* lines:FILE   a line of a file */
    VALUE_FETCH,   /* fetch:PATH#MEMBER   a member of the items of an answer */
    VALUE_SHOPPER, /* the token of an account that was registered for this run */
};

struct value {
    const char *name;
    enum value_kind kind;
    int64_t low, high;         /* of ZIPF, RANGE and DAYS */
    const char *path, *member; /* of LINES (a file) and FETCH */
    const char **list;         /* all but ZIPF and RANGE: what is drawn from */
    int count;
};

struct values {
    struct value all[VALUES_MAX];
    int count;
};

/* One value as it was drawn: `text` lies in a list, or is `number`. */
struct drawn {
    const char *text;
    char number[24];
};

/* Reads "zipf:500" and the like. False: `error` says what is wrong, without the place. `folder` is where the files
   of lines: are, NULL for the working directory. */
bool value_parse(struct arena *arena, const char *name, const char *text, const char *folder,
                 struct value *out, char error[VALUE_ERROR_MAX]);

/* Adds it, or takes the place of one of the same name. False: VALUES_MAX are there. */
bool values_put(struct values *values, const struct value *value);

/* Its place, or -1. */
int values_find(const struct values *values, const char *name, size_t length);

/* True when the text can be a name: a letter, then letters, digits and _ (all lower case). */
bool value_name_is_good(const char *name, size_t length);

/* Reads the file of every lines:. False: `error` says which and why. */
bool values_read_files(struct arena *arena, struct values *values, char error[VALUE_ERROR_MAX]);

/* True when this can be drawn: short enough, and no control characters, which would forge headers. */
bool value_text_is_good(const char *text);

/* Lists must not be empty. */
void value_draw(const struct value *value, struct random *dice, struct drawn *out);

#endif
