/* The tree of routes against a list of routes: what a patient reader would find by comparing the path with
 * every pattern, segment by segment. The input's lines are patterns, an empty line, then paths, each behind
 * a method's first letter: "G/v1/products/{id}".
 */
#include "common/http/route_tree.h"
#include "tests/fuzz/fuzz.h"

enum { PATTERNS_MAX = 12, SEGMENTS_MAX = 8, PATHS_MAX = 8 };

struct pattern {
    enum method method;
    const char *text;
};

void fuzz_open(void)
{
}

static enum method method_of(char letter)
{
    return letter == 'P' ? METHOD_POST : letter == 'D' ? METHOD_DELETE : METHOD_GET;
}

static size_t segment(const char *text)
{
    return strcspn(text, "/");
}

static bool is_any(const char *text, size_t length)
{
    return length > 2 && text[0] == '{' && text[length - 1] == '}';
}

/* The tree takes patterns from tables in the program and asserts that they are sane: so are these. */
static bool is_sane(const char *text)
{
    int any = 0, segments = 0;
    if (*text != '/') return false;
    for (; *text == '/'; text += segment(text)) {
        const size_t length = segment(++text);
        if (is_any(text, length))
            any++;
        else if (memchr(text, '{', length) || memchr(text, '}', length))
            return false;
        segments++;
    }
    return any <= REQUEST_PARAMETERS_MAX && segments <= SEGMENTS_MAX;
}

/* How a pattern fits a path: NULL, or one letter per segment, 'a' fixed and 'b' any. Of two patterns the tree
   prefers the one whose letters come first in the alphabet. */
static const char *fit(struct call *call, const char *pattern, const char *path)
{
    char *letters = arena_alloc(call->arena, SEGMENTS_MAX + 1);
    int count = 0;
    while (*pattern == '/' && *path == '/') {
        const size_t wanted = segment(++pattern), given = segment(++path);
        const bool any = is_any(pattern, wanted);
        if (any ? given == 0 : wanted != given || memcmp(pattern, path, given) != 0) return NULL;
        letters[count++] = any ? 'b' : 'a';
        pattern += wanted;
        path += given;
    }
    return *pattern == '\0' && *path == '\0' ? letters : NULL;
}

static bool same_shape(const char *a, const char *b)
{
    while (*a == '/' && *b == '/') {
        const size_t of_a = segment(++a), of_b = segment(++b);
        if (is_any(a, of_a) != is_any(b, of_b)) return false;
        if (!is_any(a, of_a) && (of_a != of_b || memcmp(a, b, of_a) != 0)) return false;
        a += of_a;
        b += of_b;
    }
    return *a == *b;
}

static bool is_double(const struct pattern *patterns, int count, const struct pattern *fresh)
{
    for (int i = 0; i < count; i++)
        if (patterns[i].method == fresh->method && same_shape(patterns[i].text, fresh->text))
            return true;
    return false;
}

/* The pattern with the best letters among those of `method` (METHOD_OTHER: of any); -1 when none fits. */
static int best(struct call *call, const struct pattern *patterns, int count, const char *path,
                enum method method)
{
    const char *letters = NULL;
    int found = -1;
    for (int i = 0; i < count; i++) {
        if (method != METHOD_OTHER && patterns[i].method != method) continue;
        const char *fits = fit(call, patterns[i].text, path);
        if (!fits || (letters && strcmp(letters, fits) <= 0)) continue;
        letters = fits;
        found = i;
    }
    return found;
}

static void compare(struct call *call, const struct route_node *root,
                    const struct pattern *patterns, int count, enum method method, const char *path)
{
    struct route_match match;
    route_tree_find(root, path, method, &match);
    MUST(match.route == best(call, patterns, count, path, method));
    MUST((match.node != NULL) == (best(call, patterns, count, path, METHOD_OTHER) >= 0));
    MUST(match.segment_count >= 0 && match.segment_count <= REQUEST_PARAMETERS_MAX);
    for (int i = 0; i < match.segment_count; i++) {
        const struct route_segment *at = &match.segments[i];
        MUST(at->text > path && at->text + at->length <= path + strlen(path));
        MUST(at->length > 0 && !memchr(at->text, '/', at->length) && at->text[-1] == '/');
    }
}

void fuzz_one(struct call *call, struct input *input)
{
    struct pattern patterns[PATTERNS_MAX];
    struct route_node root = {0};
    int count = 0;
    for (const char *line; *(line = input_line(input, call)) != '\0' && count < PATTERNS_MAX;) {
        const struct pattern fresh = {method_of(line[0]), line + 1};
        if (!is_sane(fresh.text) || is_double(patterns, count, &fresh)) continue;
        route_tree_add(&root, call->arena, fresh.text, fresh.method, count);
        patterns[count++] = fresh;
    }
    for (int i = 0; i < PATHS_MAX; i++) {
        const char *line = input_line(input, call);
        if (line[0] != '\0') compare(call, &root, patterns, count, method_of(line[0]), line + 1);
    }
}
