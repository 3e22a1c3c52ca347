/* The kv port: values by key, in memory, shared by all processes, and likely to be gone.
 *
 * Whoever uses it has another way to the same answer, or can do without: any operation may answer
 * STATUS_UNAVAILABLE at once (the store is away) or STATUS_TIMEOUT after a short while (it did not answer),
 * and a value may have been forgotten before its time. Every wait ends at the call's deadline or the store's
 * own cap, whichever comes first.
 *
 * kv_track() tells what others do to a range of keys. It is how a process may keep copies of values: it
 * drops a copy when it is told, and all of them when it is told that it may have missed something.
 */
#ifndef STAGECRAFT_STAGES_KV_H
#define STAGECRAFT_STAGES_KV_H

#include "common/base/call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KV_KEY_MAX = 512, KV_VALUE_MAX = 1 << 20 };

enum kv_news {
    KV_CHANGED, /* another connection wrote the key, or it expired or was evicted */
    KV_ALL,     /* everything may have changed: the store was emptied, or news were missed */
    KV_LOST,    /* no more news come from now on; later KV_ALL says that they do again */
};

/* `key` is of KV_CHANGED, valid during the call. Runs on the loop's thread and must not wait. */
typedef void kv_news_fn(void *context, enum kv_news news, const char *key, size_t length);

/* --- the port --- */

struct kv;

/* The value, in the call's arena, any bytes. STATUS_NOT_FOUND when there is none. */
typedef enum status kv_get_fn(struct kv *kv, struct call *call, const char *key, const char **value,
                              size_t *length);
/* Replaces the value; it is forgotten after `ttl_ms` (at least 1). STATUS_OK when the store has it. */
typedef enum status kv_set_fn(struct kv *kv, struct call *call, const char *key, const char *value,
                              size_t length, int64_t ttl_ms);
/* The same, but only when there is no value: STATUS_CONFLICT when there is one, which stays. */
typedef enum status kv_add_fn(struct kv *kv, struct call *call, const char *key, const char *value,
                              size_t length, int64_t ttl_ms);
/* STATUS_OK whether there was one or not. */
typedef enum status kv_delete_fn(struct kv *kv, struct call *call, const char *key);
/* Once, during wire(): news of the keys that begin with `prefix` (static), but not of what this port
   itself writes. */
typedef void kv_track_fn(struct kv *kv, const char *prefix, kv_news_fn *run, void *context);
/* Does it make sense to ask now? Never waits. */
typedef bool kv_is_up_fn(const struct kv *kv);

struct kv_ops {
    kv_get_fn *get;
    kv_set_fn *set;
    kv_add_fn *add;
    kv_delete_fn *delete;
    kv_track_fn *track;
    kv_is_up_fn *is_up;
};

struct kv {
    const struct kv_ops *ops;
};

static inline enum status kv_get(struct kv *kv, struct call *call, const char *key,
                                 const char **value, size_t *length)
{
    return kv->ops->get(kv, call, key, value, length);
}

static inline enum status kv_set(struct kv *kv, struct call *call, const char *key,
                                 const char *value, size_t length, int64_t ttl_ms)
{
    return kv->ops->set(kv, call, key, value, length, ttl_ms);
}

static inline enum status kv_add(struct kv *kv, struct call *call, const char *key,
                                 const char *value, size_t length, int64_t ttl_ms)
{
    return kv->ops->add(kv, call, key, value, length, ttl_ms);
}

static inline enum status kv_delete(struct kv *kv, struct call *call, const char *key)
{
    return kv->ops->delete (kv, call, key);
}

static inline void kv_track(struct kv *kv, const char *prefix, kv_news_fn *run, void *context)
{
    kv->ops->track(kv, prefix, run, context);
}

static inline bool kv_is_up(const struct kv *kv)
{
    return kv->ops->is_up(kv);
}

/* --- on Redis (kv_redis.c) --- */

struct loop;

struct kv_redis_options {
    const char *url;      /* redis://[user][:password]@address:port/database; secret; borrowed */
    int64_t timeout_ms;   /* for one command; without an answer the connection counts as hung */
    int64_t retry_max_ms; /* attempts to connect: from twenty a second down to one in this time */
};

/* Written by the port's loop alone; any thread may read. All but `up` only grow. */
struct kv_counters {
    _Atomic int64_t up;       /* 1 while commands are taken */
    _Atomic int64_t commands; /* sent */
    _Atomic int64_t refused;  /* not sent: it was away */
    _Atomic int64_t failures; /* sent and not answered, or answered with an error */
    _Atomic int64_t breaks;   /* connections lost or given up */
};

/* Connects in the background, and again after every failure. STATUS_MALFORMED when the url is not one. */
enum status kv_redis_open(struct loop *loop, const struct kv_redis_options *options,
                          struct kv **out);

/* When the loop has stopped; no caller may be left. */
void kv_redis_close(struct kv *kv);

const struct kv_counters *kv_redis_counters(const struct kv *kv);

#endif
