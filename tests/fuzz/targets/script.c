/* Cutting a migration into statements. Nothing may get lost or be sent twice, and the cut must always get on;
 * where the text has no quotes and no comments, it is cut at each semicolon and nowhere else.
 */
#include "common/pg/script.h"
#include "tests/fuzz/fuzz.h"

void fuzz_open(void)
{
}

static bool is_simple(const char *sql)
{
    return strpbrk(sql, "'\"$-/") == NULL;
}

static bool is_blank(const char *sql)
{
    return sql[strspn(sql, " \t\n\v\f\r")] == '\0';
}

void fuzz_one(struct call *call, struct input *input)
{
    size_t length;
    const char *sql = input_rest(input, call, &length);
    const char *at = sql, *end = NULL;
    while (pg_script_next(at, &end)) {
        MUST(end > at && end <= sql + strlen(sql));
        if (end[-1] != ';') MUST(*end == '\0');
        if (is_simple(sql)) MUST(strcspn(at, ";") + (end[-1] == ';') == (size_t)(end - at));
        at = end;
    }
    MUST(*end == '\0'); /* only white space and comments are left */
    if (is_simple(sql)) MUST(is_blank(at));
}
