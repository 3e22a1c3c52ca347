/* The catalog on the cache over PostgreSQL, and what the cache's own suite is given. */
#ifndef STAGECRAFT_TESTS_ON_CACHE_H
#define STAGECRAFT_TESTS_ON_CACHE_H

#include "stages/03-caching/catalog_cache.h"
#include "tests/ports/suites.h"

/* The catalog behind a cache: counts what reaches it, and can keep a reader who has its rows already. */
struct behind {
    struct catalog port; /* first: the port is this */
    struct catalog *catalog;
    struct loop *loop;
    int reads;
    bool hold; /* the next reader, who is then `held` until somebody wakes it */
    struct task *held;
};

/* As good as a process of its own: near copies, lease, flights and connections. */
struct one_cache {
    struct behind behind;
    struct kv *kv;
    struct near *near;
    struct catalog_lease *lease;
    struct catalog_cache *cache;
    struct catalog *catalog;
};

struct caches_subject {
    struct one_cache one, other; /* on the same database and the same Redis */
    struct catalog *writer;      /* what changes go through */
    struct kv *kv;               /* of neither of them */
};
extern const struct port_suite caches_suite;

#endif
