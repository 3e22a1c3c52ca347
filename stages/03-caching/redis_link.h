/* The way to one Redis: connected, lost, connected again; libhiredis is known here and in kv_redis.c only.
 *
 * A link is two connections. Commands travel on the first, all of one loop turn in one write. The second only
 * listens: in the protocol that hiredis 0.14 speaks (RESP2) a connection that gets news of keys can do
 * nothing else, so Redis is told to send there what it notices for the first (CLIENT TRACKING … REDIRECT).
 * One without the other is worth nothing, so both live and die together.
 *
 * The link is also the circuit breaker. It is down from the first sign that Redis does not answer until a whole
 * handshake has been answered within its time; meanwhile nobody waits for it. A Redis that accepts
 * connections but is hung fails in the handshake, where it costs no request anything.
 */
#ifndef STAGECRAFT_STAGES_REDIS_LINK_H
#define STAGECRAFT_STAGES_REDIS_LINK_H

#include "common/runtime/loop.h"
#include "stages/03-caching/kv.h"
#include "stages/03-caching/redis_url.h"

#include <hiredis/async.h>
#include <hiredis/hiredis.h>

struct redis_link;

/* One of the two connections; `context` NULL: not there. */
struct redis_end {
    struct redis_link *link;
    redisAsyncContext *context;
    struct loop_watch watch;
    unsigned interest;
    bool connected;
    bool unsent;  /* commands wait for the end of the turn */
    bool sending; /* the end of the turn has come */
};

struct redis_link {
    struct loop *loop;
    struct redis_url url;
    int64_t timeout_ms, retry_max_ms;
    struct redis_end commands, news;
    bool up;
    bool troubled; /* logged; not again until it is up */
    int64_t up_since_ms, retry_ms;
    uint32_t random;
    struct loop_timer timer; /* of the handshake, or until the next attempt */
    struct loop_hook hook;
    const char
        *prefix; /* of the keys whose news are wanted; NULL: none, and no second connection */
    kv_news_fn *run;
    void *context;
    struct kv_counters counters;
};

/* The caller has filled url, timeout_ms and retry_max_ms. Begins to connect on the loop's first turn, so
   that prefix, run and context may still be set. */
void redis_link_open(struct redis_link *link, struct loop *loop);
void redis_link_close(struct redis_link *link);

/* Gives up both connections; whoever waits for a reply gets NULL. The next attempt follows by itself. */
void redis_link_break(struct redis_link *link, const char *reason);

/* Takes in what has arrived: before a wait is called too long, for it may have been the loop that was late. */
void redis_link_take_in(struct redis_link *link);

#endif
