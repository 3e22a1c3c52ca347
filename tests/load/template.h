/* Text with places for values: "/v1/products/{product}".
 *
 * Taken apart once, when the mix is read, so that writing a request is a few copies. A brace that is not a value's
 * name in braces is a brace: bodies are JSON and full of them.
 */
#ifndef STAGECRAFT_LOAD_TEMPLATE_H
#define STAGECRAFT_LOAD_TEMPLATE_H

#include "common/base/strbuf.h"
#include "tests/load/values.h"

enum { TEMPLATE_PLACES_MAX = 32 };

struct template_piece {
    const char *text; /* NULL: a value */
    size_t length;
    int value; /* its place in the mix's values */
};

struct template
{
    struct template_piece *pieces;
    int count;
};

enum template_escape {
    TEMPLATE_PATH,   /* all but letters, digits and -._~ become %XX */
    TEMPLATE_JSON,   /* inside a string of JSON */
    TEMPLATE_HEADER, /* as it is: values have no control characters */
};

/* `text` is borrowed. False: it names a value that is not there, or more than TEMPLATE_PLACES_MAX; `error` says so. */
bool template_compile(struct arena *arena, const char *text, const struct values *values,
                      struct template *out, char error[VALUE_ERROR_MAX]);

/* All of it is text, whatever braces it has. */
void template_literal(struct arena *arena, const char *text, struct template *out);

/* Which values it needs, one bit each. */
uint32_t template_uses(const struct template *template);

/* `drawn` has a place for each of the mix's values; those that are used have been drawn. */
void template_write(const struct template *template, const struct drawn *drawn,
                    enum template_escape escape, struct strbuf *out);

#endif
