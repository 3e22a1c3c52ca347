/* The handshake, in order, and why: the listener logs in, learns its own number, and subscribes; only then are the
 * commands' connection told to send its news to that number, so that none is missed; when Redis has said yes
 * to that, the link is up, and whoever keeps copies is told that they may be old.
 */
#include "stages/03-caching/redis_link.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "stages/03-caching/counter.h"

#include <stdio.h>
#include <string.h>

enum {
    RETRY_FIRST_MS = 50,
    HANDSHAKE_MS = 1000,
    STEADY_MS =
        5000, /* up for that long: the next trouble is a new one, and begins with quick attempts */
};

static const char news_channel[] = "__redis__:invalidate";

/* --- hiredis on our loop: it says what it wants to know of its socket, we tell it --- */

static void set_interest(struct redis_end *end, unsigned interest)
{
    end->interest = interest;
    loop_watch(end->link->loop, &end->watch, interest);
}

static void add_read(void *context)
{
    struct redis_end *end = context;
    set_interest(end, end->interest | LOOP_READ);
}

static void del_read(void *context)
{
    struct redis_end *end = context;
    set_interest(end, end->interest & ~(unsigned)LOOP_READ);
}

/* Once connected, nothing is sent before the end of the turn; what the socket does not take then waits for it. */
static void add_write(void *context)
{
    struct redis_end *end = context;
    if (end->connected && !end->sending)
        end->unsent = true;
    else
        set_interest(end, end->interest | LOOP_WRITE);
}

static void del_write(void *context)
{
    struct redis_end *end = context;
    end->unsent = false;
    set_interest(end, end->interest & ~(unsigned)LOOP_WRITE);
}

static void forget(void *context)
{
    struct redis_end *end = context;
    loop_unwatch(end->link->loop, &end->watch);
    end->context = NULL;
    end->interest = 0;
    end->connected = end->unsent = false;
}

static void on_ready(void *context, unsigned ready)
{
    struct redis_end *end = context;
    if (ready & LOOP_READ) redisAsyncHandleRead(end->context);
    if ((ready & LOOP_WRITE) && end->context) redisAsyncHandleWrite(end->context);
}

static void send_unsent(struct redis_end *end)
{
    if (!end->context || !end->unsent) return;
    end->unsent = false;
    end->sending = true;
    redisAsyncHandleWrite(end->context);
    end->sending = false;
}

static void end_turn(void *context)
{
    struct redis_link *link = context;
    send_unsent(&link->commands);
    send_unsent(&link->news);
}

/* --- down --- */

static int64_t jitter(struct redis_link *link, int64_t delay_ms)
{
    link->random = link->random * 1664525u + 1013904223u; /* quality does not matter here */
    return delay_ms / 2 + (int64_t)(link->random >> 8) % (delay_ms / 2 + 1);
}

static void drop(struct redis_end *end)
{
    redisAsyncContext *context = end->context;
    if (!context) return;
    end->context = NULL; /* nothing more is sent; callbacks that run now find it gone */
    redisAsyncFree(context);
}

void redis_link_break(struct redis_link *link, const char *reason)
{
    const bool was_up = link->up;
    const int64_t now_ms = clock_monotonic_ms();
    if (was_up && now_ms - link->up_since_ms >= STEADY_MS) link->retry_ms = RETRY_FIRST_MS;
    link->up = false;
    counter_set(&link->counters.up, 0);
    loop_timer_start(link->loop, &link->timer, now_ms + jitter(link, link->retry_ms));
    link->retry_ms =
        link->retry_ms * 2 < link->retry_max_ms ? link->retry_ms * 2 : link->retry_max_ms;
    drop(&link->commands);
    drop(&link->news);
    if (was_up) counter_add(&link->counters.breaks, 1);
    if (was_up && link->run) link->run(link->context, KV_LOST, NULL, 0);
    if (link->troubled) return;
    link->troubled = true;
    log_warn(was_up ? "redis_lost" : "redis_connect_failed", NULL, LOG_TEXT("host", link->url.host),
             LOG_INT("port", link->url.port), LOG_TEXT("reason", reason));
}

static void on_connect(const redisAsyncContext *context, int status)
{
    struct redis_end *end = context->data;
    if (status == REDIS_OK) {
        end->connected = true;
        return;
    }
    end->context = NULL; /* hiredis frees it */
    redis_link_break(end->link, context->c.errstr[0] ? context->c.errstr : "cannot connect");
}

static void on_disconnect(const redisAsyncContext *context, int status)
{
    struct redis_end *end = context->data;
    if (status == REDIS_OK) return; /* it was us */
    redis_link_break(end->link, context->c.errstr[0] ? context->c.errstr : "connection lost");
}

/* --- the handshake --- */

/* False, and the link is broken, unless the reply is one. */
static bool is_good(struct redis_link *link, redisAsyncContext *context, const redisReply *reply)
{
    if (!reply) return false; /* being dropped already */
    if (reply->type != REDIS_REPLY_ERROR) return true;
    (void)context;
    char reason[200];
    snprintf(reason, sizeof(reason), "handshake refused: %s", reply->str);
    redis_link_break(link, reason);
    return false;
}

static void expect_good(redisAsyncContext *context, void *reply, void *link)
{
    (void)is_good(link, context, reply);
}

static void rise(redisAsyncContext *context, void *reply, void *argument)
{
    struct redis_link *link = argument;
    if (!is_good(link, context, reply)) return;
    loop_timer_stop(link->loop, &link->timer);
    link->up = true;
    link->up_since_ms = clock_monotonic_ms();
    counter_set(&link->counters.up, 1);
    if (link->run) link->run(link->context, KV_ALL, NULL, 0);
    if (link->troubled)
        log_info("redis_up", NULL, LOG_TEXT("host", link->url.host),
                 LOG_INT("port", link->url.port));
    link->troubled = false;
}

static void log_in(struct redis_link *link, struct redis_end *end)
{
    const struct redis_url *url = &link->url;
    if (url->user[0] != '\0')
        redisAsyncCommand(end->context, expect_good, link, "AUTH %s %s", url->user, url->password);
    else if (url->password[0] != '\0')
        redisAsyncCommand(end->context, expect_good, link, "AUTH %s", url->password);
}

static void begin_commands(struct redis_link *link, long long listener)
{
    struct redis_end *end = &link->commands;
    log_in(link, end);
    if (link->url.database != 0)
        redisAsyncCommand(end->context, expect_good, link, "SELECT %d", link->url.database);
    if (link->prefix)
        redisAsyncCommand(end->context, rise, link,
                          "CLIENT TRACKING ON REDIRECT %lld BCAST PREFIX %s NOLOOP", listener,
                          link->prefix);
    else
        redisAsyncCommand(end->context, rise, link, "PING");
}

/* What comes on the channel: a list of keys, or nothing at all, which means all of them. */
static void on_news(redisAsyncContext *context, void *argument, void *owner)
{
    struct redis_link *link = owner;
    const redisReply *reply = argument;
    if (!is_good(link, context, reply) || reply->elements != 3) return;
    const redisReply *keys = reply->element[2];
    if (strcmp(reply->element[0]->str, "message") != 0 || !link->up) return;
    if (keys->type == REDIS_REPLY_NIL) link->run(link->context, KV_ALL, NULL, 0);
    if (keys->type != REDIS_REPLY_ARRAY) return;
    for (size_t i = 0; i < keys->elements; i++)
        link->run(link->context, KV_CHANGED, keys->element[i]->str, (size_t)keys->element[i]->len);
}

static void on_number(redisAsyncContext *context, void *argument, void *owner)
{
    struct redis_link *link = owner;
    const redisReply *reply = argument;
    if (!is_good(link, context, reply)) return;
    redisAsyncCommand(link->news.context, on_news, link, "SUBSCRIBE %s", news_channel);
    begin_commands(link, reply->integer);
}

static bool connect_end(struct redis_link *link, struct redis_end *end)
{
    redisAsyncContext *context = redisAsyncConnect(link->url.host, link->url.port);
    if (!context || context->err) {
        redis_link_break(link, context ? context->errstr : "no memory");
        if (context) redisAsyncFree(context);
        return false;
    }
    end->context = context;
    end->watch.fd = context->c.fd;
    context->data = end;
    context->ev.data = end;
    context->ev.addRead = add_read;
    context->ev.delRead = del_read;
    context->ev.addWrite = add_write;
    context->ev.delWrite = del_write;
    context->ev.cleanup = forget;
    redisAsyncSetConnectCallback(context, on_connect);
    redisAsyncSetDisconnectCallback(context, on_disconnect);
    (void)redisEnableKeepAlive(&context->c); /* so that a listener whose peer is gone notices */
    return true;
}

static void on_timer(void *context)
{
    struct redis_link *link = context;
    if (link->commands.context) {
        redis_link_break(link, "no answer to the handshake");
        return;
    }
    loop_timer_start(link->loop, &link->timer, clock_monotonic_ms() + HANDSHAKE_MS);
    if (!connect_end(link, &link->commands)) return;
    if (!link->prefix) {
        begin_commands(link, 0);
    } else if (connect_end(link, &link->news)) {
        log_in(link, &link->news);
        redisAsyncCommand(link->news.context, on_number, link, "CLIENT ID");
    }
}

/* --- life --- */

static void init_end(struct redis_link *link, struct redis_end *end)
{
    end->link = link;
    end->watch.run = on_ready;
    end->watch.context = end;
}

void redis_link_open(struct redis_link *link, struct loop *loop)
{
    link->loop = loop;
    link->retry_ms = RETRY_FIRST_MS;
    link->random = (uint32_t)clock_monotonic_us() ^ (uint32_t)(uintptr_t)link;
    init_end(link, &link->commands);
    init_end(link, &link->news);
    link->hook.run = end_turn;
    link->hook.context = link;
    loop_add_hook(loop, &link->hook);
    link->timer.run = on_timer;
    link->timer.context = link;
    loop_timer_start(loop, &link->timer, 0);
}

void redis_link_close(struct redis_link *link)
{
    link->run = NULL;
    link->up = false;
    loop_timer_stop(link->loop, &link->timer);
    drop(&link->commands);
    drop(&link->news);
    loop_remove_hook(link->loop, &link->hook);
}

void redis_link_take_in(struct redis_link *link)
{
    if (link->commands.context) redisAsyncHandleRead(link->commands.context);
}
