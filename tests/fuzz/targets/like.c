/* Text that becomes part of a statement's parameter: LIKE patterns and array literals. Read back by
 * PostgreSQL's rules, each must mean exactly the text that went in, and nothing else.
 */
#include "common/pg/like.h"
#include "common/pg/pg.h"
#include "tests/fuzz/fuzz.h"

enum { TEXTS_MAX = 6 };

void fuzz_open(void)
{
}

/* The pattern from `at` on means `text` and then anything. */
static void check_pattern(const char *at, const char *text)
{
    for (; *text != '\0'; text++) {
        MUST(*at != '%' && *at != '_');
        at += *at == '\\';
        MUST(*at++ == *text);
    }
    MUST(strcmp(at, "%") == 0);
}

/* An element of {"a","b"}; what stands behind it. */
static const char *check_element(const char *at, const char *text)
{
    MUST(*at++ == '"');
    for (; *text != '\0'; text++) {
        MUST(*at != '"');
        at += *at == '\\';
        MUST(*at++ == *text);
    }
    MUST(*at++ == '"');
    return at;
}

void fuzz_one(struct call *call, struct input *input)
{
    const char *texts[TEXTS_MAX];
    int count = 0;
    while (input->at < input->end && count < TEXTS_MAX)
        texts[count++] = input_line(input, call);
    for (int i = 0; i < count; i++) {
        const char *part = pg_like_part(call, texts[i]);
        MUST(part[0] == '%');
        check_pattern(part + 1, texts[i]);
        check_pattern(pg_like_prefix(call, texts[i]), texts[i]);
    }
    const char *at = pg_text_array(call, texts, count);
    MUST(*at++ == '{');
    for (int i = 0; i < count; i++) {
        if (i > 0) MUST(*at++ == ',');
        at = check_element(at, texts[i]);
    }
    MUST(strcmp(at, "}") == 0);
}
