/* The kv port on Redis. A caller's command is put into the link's buffer and the caller parks; the commands of all
 * callers of this turn leave in one write, and the replies come back in the same order.
 *
 * Because they come in order, one command that is not answered means that none behind it will be either: the
 * first that has waited too long breaks the link for all of them, and everybody goes on without. So a
 * hung Redis costs those who were waiting when it hung one time-out each, and nobody after them.
 */
#include "common/base/clock.h"
#include "common/runtime/task.h"
#include "stages/03-caching/counter.h"
#include "stages/03-caching/redis_link.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UNANSWERED_MAX = 20000 };

struct kv_redis {
    struct kv port;
    struct redis_link link;
    int unanswered;
};

/* One command on its way. Its caller may give up before the reply comes; then the reply frees it. */
struct request {
    struct kv_redis *self;
    struct call *call; /* NULL: the caller has left */
    struct task *task;
    bool done, lost;
    int type; /* of the reply: REDIS_REPLY_… */
    const char *text;
    size_t length;
};

static void on_reply(redisAsyncContext *context, void *argument, void *owner)
{
    const redisReply *reply = argument;
    struct request *request = owner;
    (void)context;
    request->self->unanswered--;
    if (!request->call) {
        free(request);
        return;
    }
    request->done = true;
    request->lost = !reply;
    if (reply) {
        request->type = reply->type;
        request->length = reply->str ? (size_t)reply->len : 0;
        if (reply->str)
            request->text = arena_memdup(request->call->arena, reply->str, request->length);
    }
    if (request->task) task_wake(request->task);
}

static enum status fail(struct kv_redis *self, struct call *call, enum status status,
                        const char *message)
{
    counter_add(&self->link.counters.failures, 1);
    return call_fail(call, status, "%s", message);
}

/* Parks until the reply is there; false when it has not come in time. */
static bool await(struct kv_redis *self, struct call *call, struct request *request)
{
    const int64_t until_ms = clock_monotonic_ms() + self->link.timeout_ms;
    const bool capped = until_ms <= call->deadline_ms;
    enum status parked = STATUS_OK;
    request->task = task_current(self->link.loop);
    assert(request->task); /* only tasks may wait */
    while (!request->done && parked == STATUS_OK)
        parked = task_park(self->link.loop, capped ? until_ms : call->deadline_ms);
    request->task = NULL;
    if (!request->done) redis_link_take_in(&self->link);
    if (!request->done && capped) redis_link_break(&self->link, "a command was not answered");
    return request->done;
}

/* Sends a command and waits. On STATUS_OK `out` is a copy of the reply, never an error. */
static enum status run(struct kv_redis *self, struct call *call, int count, const char **words,
                       const size_t *lengths, struct request *out)
{
    struct redis_link *link = &self->link;
    struct request *request =
        link->up && self->unanswered < UNANSWERED_MAX ? calloc(1, sizeof(*request)) : NULL;
    if (!request) {
        counter_add(&link->counters.refused, 1);
        return call_fail(call, STATUS_UNAVAILABLE, "the cache is away");
    }
    *request = (struct request){.self = self, .call = call};
    if (redisAsyncCommandArgv(link->commands.context, on_reply, request, count, words, lengths) !=
        REDIS_OK) {
        free(request);
        return fail(self, call, STATUS_UNAVAILABLE, "the cache is away");
    }
    self->unanswered++;
    counter_add(&link->counters.commands, 1);
    if (!await(self, call, request)) {
        request->call = NULL;
        return fail(self, call, STATUS_TIMEOUT, "the cache did not answer in time");
    }
    *out = *request;
    free(request);
    if (out->lost) return fail(self, call, STATUS_UNAVAILABLE, "the cache went away");
    if (out->type == REDIS_REPLY_ERROR)
        return fail(self, call, STATUS_UNAVAILABLE, "the cache refused");
    return STATUS_OK;
}

/* --- the port --- */

static enum status get(struct kv *kv, struct call *call, const char *key, const char **value,
                       size_t *length)
{
    const char *words[] = {"GET", key};
    const size_t lengths[] = {3, strlen(key)};
    struct request reply;
    enum status status = run((struct kv_redis *)kv, call, 2, words, lengths, &reply);
    if (status != STATUS_OK) return status;
    if (reply.type != REDIS_REPLY_STRING) /* nil */
        return call_fail(call, STATUS_NOT_FOUND, "the cache has no such key");
    *value = reply.text;
    *length = reply.length;
    return STATUS_OK;
}

static enum status set(struct kv *kv, struct call *call, const char *key, const char *value,
                       size_t length, int64_t ttl_ms)
{
    char ttl[24];
    assert(ttl_ms > 0 && length <= KV_VALUE_MAX);
    const int digits = snprintf(ttl, sizeof(ttl), "%lld", (long long)ttl_ms);
    const char *words[] = {"SET", key, value, "PX", ttl};
    const size_t lengths[] = {3, strlen(key), length, 2, (size_t)digits};
    struct request reply;
    return run((struct kv_redis *)kv, call, 5, words, lengths, &reply);
}

static enum status add(struct kv *kv, struct call *call, const char *key, const char *value,
                       size_t length, int64_t ttl_ms)
{
    char ttl[24];
    assert(ttl_ms > 0 && length <= KV_VALUE_MAX);
    const int digits = snprintf(ttl, sizeof(ttl), "%lld", (long long)ttl_ms);
    const char *words[] = {"SET", key, value, "PX", ttl, "NX"};
    const size_t lengths[] = {3, strlen(key), length, 2, (size_t)digits, 2};
    struct request reply;
    enum status status = run((struct kv_redis *)kv, call, 6, words, lengths, &reply);
    if (status == STATUS_OK && reply.type == REDIS_REPLY_NIL)
        return call_fail(call, STATUS_CONFLICT, "the cache has a value for this key");
    return status;
}

static enum status delete (struct kv *kv, struct call *call, const char *key) {
    const char *words[] = {"DEL", key}; const size_t lengths[] = {3, strlen(key)};
    struct request reply;
    return run((struct kv_redis *)kv, call, 2, words, lengths, &reply);
}

static void track(struct kv *kv, const char *prefix, kv_news_fn *news, void *context)
{
    struct redis_link *link = &((struct kv_redis *)kv)->link;
    assert(!link->prefix && !link->commands.context); /* before the first turn, once */
    link->prefix = prefix;
    link->run = news;
    link->context = context;
}

static bool is_up(const struct kv *kv)
{
    return ((const struct kv_redis *)kv)->link.up;
}

/* --- life --- */

enum status kv_redis_open(struct loop *loop, const struct kv_redis_options *options,
                          struct kv **out)
{
    static const struct kv_ops ops = {
        .get = get, .set = set, .add = add, .delete = delete, .track = track, .is_up = is_up};
    struct redis_url url;
    assert(options->timeout_ms > 0 && options->retry_max_ms > 0);
    if (!redis_url_parse(options->url, &url)) return STATUS_MALFORMED;
    struct kv_redis *self = calloc(1, sizeof(*self));
    if (!self) return STATUS_UNAVAILABLE;
    self->port.ops = &ops;
    self->link.url = url;
    self->link.timeout_ms = options->timeout_ms;
    self->link.retry_max_ms = options->retry_max_ms;
    redis_link_open(&self->link, loop);
    *out = &self->port;
    return STATUS_OK;
}

void kv_redis_close(struct kv *kv)
{
    struct kv_redis *self = (struct kv_redis *)kv;
    redis_link_close(&self->link);
    free(self);
}

const struct kv_counters *kv_redis_counters(const struct kv *kv)
{
    return &((const struct kv_redis *)kv)->link.counters;
}
