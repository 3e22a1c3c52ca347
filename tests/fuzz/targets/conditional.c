/* If-None-Match: the first line is an entity tag's text, the second a header's value.
 *
 * Saying "not modified" to a client that has something else shows it old goods; so a match must always have
 * the tag in it. And a client that lists our tag, among whatever else, must be spared the transfer.
 */
#include "common/http/conditional.h"
#include "tests/fuzz/fuzz.h"

void fuzz_open(void)
{
}

/* A list of well-formed tags; every second one weak. None of them is the tag when `but` is it. */
static const char *list_of(struct call *call, const char *texts, const char *but, int *count)
{
    char *list = arena_alloc(call->arena, 8 * strlen(texts) + 8);
    char *end = list;
    *count = 0;
    for (const char *at = texts; *at != '\0';) {
        const size_t length = strcspn(at, "\",");
        if (length != strlen(but) || memcmp(at, but, length) != 0) {
            end = stpcpy(end, ++*count % 2 ? "\"" : "W/\"");
            end = mempcpy(end, at, length);
            end = stpcpy(end, *count % 3 ? "\"," : "\" ,\t");
        }
        at += length + (at[length] != '\0');
    }
    *end = '\0';
    return list;
}

void fuzz_one(struct call *call, struct input *input)
{
    const char *text = input_line(input, call);
    const char *list = input_line(input, call);
    if (strchr(text, '"')) return; /* no tag of ours has one inside */
    const char *tag = arena_printf(call->arena, "\"%s\"", text);
    const char *weak = arena_printf(call->arena, "W/%s", tag);

    const bool matches = conditional_matches(list, tag);
    MUST(matches == conditional_matches(list, weak));
    if (matches) MUST(strstr(list, tag) || list[strspn(list, ", \t")] == '*');
    MUST(conditional_matches(arena_printf(call->arena, "%s, %s", tag, list), tag));
    MUST(conditional_matches(arena_printf(call->arena, " ,%s %s", weak, list), tag));

    int count;
    const char *others = list_of(call, list, text, &count);
    MUST(!conditional_matches(others, tag));
    MUST(conditional_matches(arena_printf(call->arena, "%s%s", others, weak), tag));
}
