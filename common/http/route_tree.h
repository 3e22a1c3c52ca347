/* The patterns of all routes as a tree of path segments: private to the router and its test.
 *
 * "/v1/products/{id}" is three steps down. A node's children are the fixed texts that may follow,
 * and at most one child for "any segment". A fixed text wins over {any}; if that way turns out to
 * be a dead end, the other is tried. Looking a path up allocates nothing and compares each segment
 * with the few siblings there are.
 */
#ifndef STAGECRAFT_HTTP_ROUTE_TREE_H
#define STAGECRAFT_HTTP_ROUTE_TREE_H

#include "common/http/handler.h"

struct route_node {
    const char *text; /* of this segment; not NUL-terminated */
    size_t length;
    struct route_node *first_child, *next_sibling; /* fixed texts */
    struct route_node *any;                        /* {name} */
    int routes[METHOD_OTHER];                      /* index + 1, 0: none */
};

/* A segment of the path that stands for a {name}. */
struct route_segment {
    const char *text;
    size_t length;
};

struct route_match {
    const struct route_node *node; /* the path's node; NULL: no pattern fits */
    int route;                     /* -1: the path exists, the method does not */
    struct route_segment segments[REQUEST_PARAMETERS_MAX];
    int segment_count;
};

/* Adds a pattern; a second one with the same method and shape is a bug. */
void route_tree_add(struct route_node *root, struct arena *arena, const char *pattern,
                    enum method method, int route);

/* Finds the node for the path, preferring one that knows the method. */
void route_tree_find(const struct route_node *root, const char *path, enum method method,
                     struct route_match *match);

#endif
