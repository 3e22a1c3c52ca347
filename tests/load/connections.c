/* The callback of a connection only wakes whose it is; sending and receiving is done by the task itself, which
 * reads as a sequence: connect, send, receive. All answers are received into one buffer, because nobody parks between
 * recv() and taking the bytes apart.
 */
#include "tests/load/connections.h"

#include "common/base/clock.h"

#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECEIVE_BYTES = 64 * 1024 };

struct connection {
    struct connections *pool;
    struct loop_watch watch; /* fd -1: not open */
    struct task *task;       /* whose it is; NULL: idle, or not open and free */
    unsigned ready;          /* what the loop has seen since the task looked */
    struct strbuf request;
    struct http_reader reader;
    struct connection *next, *previous;
};

/* A task in line for a connection, on its own stack. */
struct waiter {
    struct task *task;
    struct connection *given;
    struct waiter *next, *previous;
};

struct connections {
    struct loop *loop;
    const struct target *target;
    int error;
    struct connection *all;
    int count;
    struct connection *idle_first, *idle_last; /* open */
    struct connection *closed;                 /* by `next` */
    struct waiter *waiting_first, *waiting_last;
    char bytes[RECEIVE_BYTES];
};

/* --- the lists --- */

static void idle_add(struct connections *pool, struct connection *connection)
{
    connection->next = NULL;
    connection->previous = pool->idle_last;
    *(pool->idle_last ? &pool->idle_last->next : &pool->idle_first) = connection;
    pool->idle_last = connection;
}

static void idle_remove(struct connections *pool, struct connection *connection)
{
    *(connection->previous ? &connection->previous->next : &pool->idle_first) = connection->next;
    *(connection->next ? &connection->next->previous : &pool->idle_last) = connection->previous;
}

static void closed_add(struct connections *pool, struct connection *connection)
{
    connection->next = pool->closed;
    pool->closed = connection;
}

static struct connection *closed_take(struct connections *pool)
{
    struct connection *connection = pool->closed;
    if (connection) pool->closed = connection->next;
    return connection;
}

static struct connection *take_free(struct connections *pool)
{
    struct connection *connection = pool->idle_first;
    if (!connection) return closed_take(pool);
    idle_remove(pool, connection);
    return connection;
}

/* Not inlined: the compiler would see a local's address kept, but not that it is taken out again. */
__attribute__((noinline)) static void waiting_add(struct connections *pool, struct waiter *waiter)
{
    waiter->previous = pool->waiting_last;
    *(pool->waiting_last ? &pool->waiting_last->next : &pool->waiting_first) = waiter;
    pool->waiting_last = waiter;
}

static void waiting_remove(struct connections *pool, struct waiter *waiter)
{
    *(waiter->previous ? &waiter->previous->next : &pool->waiting_first) = waiter->next;
    *(waiter->next ? &waiter->next->previous : &pool->waiting_last) = waiter->previous;
}

/* --- one connection --- */

static void hang_up(struct connection *connection)
{
    loop_unwatch(connection->pool->loop, &connection->watch);
    close(connection->watch.fd);
    connection->watch.fd = -1;
}

static void run(void *context, unsigned ready)
{
    struct connection *connection = context;
    if (connection->task) {
        connection->ready |= ready;
        task_wake(connection->task);
        return;
    }
    /* an idle one has nothing to say: the server has closed it, or speaks out of turn */
    idle_remove(connection->pool, connection);
    hang_up(connection);
    closed_add(connection->pool, connection);
}

/* False: the deadline has passed. */
static bool wait_ready(struct connection *connection, int64_t deadline_ms)
{
    while (!connection->ready)
        if (task_park(connection->pool->loop, deadline_ms) != STATUS_OK) return false;
    connection->ready = 0;
    return true;
}

static enum outcome connect_failed(struct connection *connection, int error)
{
    connection->pool->error = error;
    if (connection->watch.fd >= 0) hang_up(connection);
    return error == ETIMEDOUT ? OUTCOME_TIMEOUT : OUTCOME_CONNECT;
}

static enum outcome make(struct connection *connection, int64_t deadline_ms)
{
    struct connections *pool = connection->pool;
    const struct target *target = pool->target;
    const int on = 1;
    int error = 0;
    socklen_t size = sizeof(error);
    connection->watch.fd =
        socket(target->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->watch.fd < 0) return connect_failed(connection, errno);
    setsockopt(connection->watch.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(connection->watch.fd, (const struct sockaddr *)&target->address,
                target->address_length) != 0) {
        if (errno != EINPROGRESS) return connect_failed(connection, errno);
        connection->ready = 0;
        loop_watch(pool->loop, &connection->watch, LOOP_WRITE);
        if (!wait_ready(connection, deadline_ms)) return connect_failed(connection, ETIMEDOUT);
        getsockopt(connection->watch.fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return connect_failed(connection, error);
    }
    connection->ready = 0;
    loop_watch(pool->loop, &connection->watch, LOOP_READ);
    return OUTCOME_ANSWERED;
}

/* Closed by the server, which the loop has not come to tell us yet. */
static bool is_closed(const struct connection *connection)
{
    char byte;
    const ssize_t length = recv(connection->watch.fd, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
    return length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR);
}

/* --- the pool --- */

enum status connections_open(struct connections **out, struct loop *loop, struct arena *arena,
                             const struct target *target, int limit, size_t request_max)
{
    assert(limit >= 1 && limit <= CONNECTIONS_MAX);
    struct connections *pool = calloc(1, sizeof(*pool));
    struct connection *all = calloc((size_t)limit, sizeof(*all));
    if (!pool || !all) {
        free(pool);
        free(all);
        return STATUS_UNAVAILABLE;
    }
    *pool = (struct connections){.loop = loop, .target = target, .all = all, .count = limit};
    for (int i = limit - 1; i >= 0; i--) {
        all[i].pool = pool;
        all[i].watch = (struct loop_watch){.fd = -1, .run = run, .context = &all[i]};
        strbuf_init(&all[i].request, arena, request_max);
        closed_add(pool, &all[i]);
    }
    *out = pool;
    return STATUS_OK;
}

void connections_close(struct connections *pool)
{
    for (int i = 0; i < pool->count; i++)
        if (pool->all[i].watch.fd >= 0) hang_up(&pool->all[i]);
    free(pool->all);
    free(pool);
}

int connections_error(const struct connections *pool)
{
    return pool->error;
}

enum outcome connections_prepare(struct connections *pool, int count, int64_t deadline_ms)
{
    enum outcome outcome = OUTCOME_ANSWERED;
    for (int i = 0; i < count && outcome == OUTCOME_ANSWERED; i++) {
        struct connection *connection = closed_take(pool);
        if (!connection) break;
        connection->task = task_current(pool->loop);
        outcome = make(connection, deadline_ms);
        connections_give_back(connection);
    }
    return outcome;
}

/* Waits in line. NULL: the deadline has passed. */
static struct connection *wait_for_one(struct connections *pool, int64_t deadline_ms)
{
    struct waiter self = {.task = task_current(pool->loop)};
    waiting_add(pool, &self);
    while (!self.given && task_park(pool->loop, deadline_ms) == STATUS_OK)
        continue;
    if (!self.given) waiting_remove(pool, &self);
    return self.given;
}

enum outcome connections_borrow(struct connections *pool, int64_t deadline_ms,
                                struct connection **out, bool *waited)
{
    struct connection *connection = take_free(pool);
    *waited = !connection;
    if (!connection) connection = wait_for_one(pool, deadline_ms);
    if (!connection) return OUTCOME_TIMEOUT;
    connection->task = task_current(pool->loop);
    strbuf_clear(&connection->request);
    enum outcome outcome = OUTCOME_ANSWERED;
    if (connection->watch.fd >= 0 && is_closed(connection)) hang_up(connection);
    if (connection->watch.fd < 0) {
        *waited = true;
        outcome = make(connection, deadline_ms);
    }
    if (outcome == OUTCOME_ANSWERED)
        *out = connection;
    else
        connections_give_back(connection);
    return outcome;
}

void connections_give_back(struct connection *connection)
{
    struct connections *pool = connection->pool;
    struct waiter *waiter = pool->waiting_first;
    connection->task = NULL;
    connection->ready = 0;
    if (waiter) {
        waiting_remove(pool, waiter);
        waiter->given = connection;
        connection->task = waiter->task;
        task_wake(waiter->task);
    } else if (connection->watch.fd >= 0) {
        idle_add(pool, connection);
    } else {
        closed_add(pool, connection);
    }
}

/* --- one exchange --- */

struct strbuf *connection_request(struct connection *connection)
{
    return &connection->request;
}

/* A failure to send is left to receive() to judge: the server may have answered before it closed. */
static bool send_all(struct connection *connection, int64_t deadline_ms)
{
    const struct strbuf *request = &connection->request;
    bool in_time = true;
    for (size_t sent = 0; sent < request->length && in_time;) {
        const ssize_t step =
            send(connection->watch.fd, request->text + sent, request->length - sent, MSG_NOSIGNAL);
        if (step >= 0) {
            sent += (size_t)step;
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN) break;
        connection->ready = 0;
        loop_watch(connection->pool->loop, &connection->watch, LOOP_WRITE);
        in_time = wait_ready(connection, deadline_ms);
    }
    loop_watch(connection->pool->loop, &connection->watch, LOOP_READ);
    return in_time;
}

static enum outcome receive(struct connection *connection, int64_t deadline_ms)
{
    struct connections *pool = connection->pool;
    struct http_reader *reader = &connection->reader;
    for (;;) {
        if (!wait_ready(connection, deadline_ms)) return OUTCOME_TIMEOUT;
        const ssize_t length = recv(connection->watch.fd, pool->bytes, sizeof(pool->bytes), 0);
        if (length < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (length <= 0)
            return length == 0 && http_reader_end(reader) == HTTP_DONE ? OUTCOME_ANSWERED
                                                                       : OUTCOME_CLOSED;
        size_t used = 0;
        const enum http_progress progress =
            http_reader_take(reader, pool->bytes, (size_t)length, &used);
        if (progress == HTTP_GARBAGE) return OUTCOME_GARBAGE;
        if (progress == HTTP_MORE) continue;
        if (used < (size_t)length) reader->keep_alive = false; /* nobody asked for more */
        return OUTCOME_ANSWERED;
    }
}

enum outcome connection_exchange(struct connection *connection, int64_t deadline_ms,
                                 struct http_body *body, size_t body_max, struct answer *out)
{
    struct http_reader *reader = &connection->reader;
    http_reader_begin(reader, body, body_max);
    enum outcome outcome = OUTCOME_TIMEOUT;
    if (send_all(connection, deadline_ms)) outcome = receive(connection, deadline_ms);
    *out = (struct answer){.at_us = clock_monotonic_us()};
    if (outcome == OUTCOME_ANSWERED) {
        out->status = reader->status;
        out->retry_after_s = reader->retry_after_s;
        out->replayed = reader->replayed;
        out->bytes = reader->body_length;
    }
    if (outcome != OUTCOME_ANSWERED || !reader->keep_alive) hang_up(connection);
    return outcome;
}
