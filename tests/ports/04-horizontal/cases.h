/* Stage 04's implementations and suites. */
#ifndef STAGECRAFT_TESTS_HORIZONTAL_CASES_H
#define STAGECRAFT_TESTS_HORIZONTAL_CASES_H

#include "common/modules/users/sessions.h"
#include "stages/03-caching/kv.h"
#include "tests/ports/harness.h"

void *make_sessions_redis(struct harness *harness);
void *make_sessions_redis_dead(struct harness *harness);

/* One way to Redis that can be cut, and told that it was. */
struct cuttable {
    struct kv port;
    struct kv *real;
    bool is_cut;
    kv_news_fn *news;
    void *context;
};

/* Where a test may stop an instance between finding a session stored and remembering it. */
struct held_sessions {
    struct sessions port;
    struct sessions *real;
    void (*when_found)(void *context);
    void *context;
};

enum { INSTANCES = 3 };

/* Instances of the shop with the same database and the same Redis. */
struct sessions_instances {
    struct {
        struct sessions *sessions;
        struct cuttable kv;
        struct held_sessions stored;
    } of[INSTANCES];
    int64_t user_id;
};
void *make_sessions_instances(struct harness *harness);
extern const struct port_suite sessions_instances_suite;

void *make_replica(struct harness *harness); /* replica_suite.c */
extern const struct port_suite replica_suite;

/* The url in the environment, by which tests/run says where a server is; the case fails without. */
const char *server_url(const char *variable);

#endif
