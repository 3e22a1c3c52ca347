/* Building and searching the tree. The search goes down as deep as the path has segments, at most
 * as deep as the longest pattern; only where a fixed text and a {name} compete does it try two
 * ways.
 */
#include "common/http/route_tree.h"

#include <assert.h>
#include <string.h>

/* The length of the segment that begins at `text`. */
static size_t segment_length(const char *text)
{
    return strcspn(text, "/");
}

static struct route_node *find_child(const struct route_node *node, const char *text, size_t length)
{
    for (struct route_node *child = node->first_child; child; child = child->next_sibling)
        if (child->length == length && memcmp(child->text, text, length) == 0) return child;
    return NULL;
}

static struct route_node *child_for(struct route_node *node, struct arena *arena, const char *text,
                                    size_t length)
{
    const bool any = length > 2 && text[0] == '{' && text[length - 1] == '}';
    assert(any || !memchr(text, '{', length)); /* a {name} is a whole segment */
    struct route_node *child = any ? node->any : find_child(node, text, length);
    if (child) return child;
    child = arena_new(arena, struct route_node);
    child->text = text;
    child->length = length;
    if (any) {
        node->any = child;
    } else {
        child->next_sibling = node->first_child;
        node->first_child = child;
    }
    return child;
}

void route_tree_add(struct route_node *root, struct arena *arena, const char *pattern,
                    enum method method, int route)
{
    assert(pattern[0] == '/' && method < METHOD_OTHER);
    struct route_node *node = root;
    int names = 0;
    for (const char *at = pattern; *at == '/';) {
        const size_t length = segment_length(++at);
        node = child_for(node, arena, at, length);
        names += at[0] == '{';
        at += length;
    }
    assert(names <= REQUEST_PARAMETERS_MAX);
    assert(node->routes[method] == 0); /* two rows for the same operation */
    node->routes[method] = route + 1;
}

static bool has_routes(const struct route_node *node)
{
    for (int method = 0; method < METHOD_OTHER; method++)
        if (node->routes[method] != 0) return true;
    return false;
}

/* A node where the path ends. True when the search is over: the method is known here too. */
static bool arrive(const struct route_node *node, enum method method, int segments,
                   struct route_match *match)
{
    const int route = method < METHOD_OTHER ? node->routes[method] - 1 : -1;
    if (route < 0 && (match->node || !has_routes(node))) return false;
    match->node = node;
    match->route = route;
    match->segment_count = segments;
    return route >= 0;
}

/* `rest` stands on the '/' before the next segment, or at the end. */
static bool descend(const struct route_node *node, const char *rest, enum method method,
                    int segments, struct route_match *match)
{
    if (*rest == '\0') return arrive(node, method, segments, match);
    const char *text = rest + 1;
    const size_t length = segment_length(text);
    const struct route_node *child = find_child(node, text, length);
    if (child && descend(child, text + length, method, segments, match)) return true;
    if (!node->any || length == 0) return false;
    match->segments[segments] = (struct route_segment){.text = text, .length = length};
    return descend(node->any, text + length, method, segments + 1, match);
}

void route_tree_find(const struct route_node *root, const char *path, enum method method,
                     struct route_match *match)
{
    match->node = NULL;
    match->route = -1;
    match->segment_count = 0;
    if (path[0] == '/') descend(root, path, method, 0, match);
}
