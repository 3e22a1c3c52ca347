/* Where one SQL statement ends and the next begins. CREATE INDEX CONCURRENTLY must not share a message
 * with other statements (they would share a transaction), so a file of such statements is cut at its
 * semicolons: those outside quotes, dollar quotes and comments.
 */
#include "common/pg/script.h"

#include <ctype.h>
#include <string.h>

/* All of these return one past what they skip; an unfinished one reaches to the end. */

static const char *skip_quoted(const char *at)
{
    char quote = *at++;
    while (*at && *at != quote)
        at++;
    return *at ? at + 1
               : at; /* a doubled quote looks like two strings side by side: the same end */
}

static const char *skip_line_comment(const char *at)
{
    return at + strcspn(at, "\n");
}

static const char *skip_block_comment(const char *at)
{
    int depth = 0; /* they nest in PostgreSQL */
    do {
        if (at[0] == '/' && at[1] == '*')
            depth++, at += 2;
        else if (at[0] == '*' && at[1] == '/')
            depth--, at += 2;
        else
            at++;
    } while (depth > 0 && *at);
    return at;
}

static const char *skip_dollar_quoted(const char *at)
{
    const char *tag_end = at + 1;
    while (isalnum((unsigned char)*tag_end) || *tag_end == '_')
        tag_end++;
    if (*tag_end != '$' || isdigit((unsigned char)at[1])) return at + 1; /* $1, or a lone $ */
    size_t length = (size_t)(tag_end + 1 - at);
    for (const char *end = tag_end + 1; *end; end++)
        if (strncmp(end, at, length) == 0) return end + length;
    return at + strlen(at);
}

bool pg_script_next(const char *sql, const char **end)
{
    bool something = false;
    const char *at = sql;
    while (*at && *at != ';') {
        if (at[0] == '-' && at[1] == '-')
            at = skip_line_comment(at);
        else if (at[0] == '/' && at[1] == '*')
            at = skip_block_comment(at);
        else {
            something = something || !isspace((unsigned char)*at);
            if (*at == '\'' || *at == '"')
                at = skip_quoted(at);
            else if (*at == '$')
                at = skip_dollar_quoted(at);
            else
                at++;
        }
    }
    if (*at == ';') at++, something = true; /* a lone semicolon is an empty statement, harmless */
    *end = at;
    return something;
}
