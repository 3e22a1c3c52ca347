/* The life of one connection: down, connecting, up, and down again when anything is wrong with it. libpq
 * is driven by readiness alone, so nothing here waits. One timer serves all three states: the pause
 * before the next attempt, the limit of an attempt, and, once up, a watchdog: the server ends every
 * statement by statement_timeout, so one that is silent for longer than that is stopped or cut off, and a
 * kernel that still acknowledges our packets would never tell.
 *
 * Attempts are spaced by growing delays with jitter, so that a server that comes back is not met by all
 * connections of all processes at once.
 */
#include "common/pg/pg_internal.h"

static void start(struct pg_connection *connection)
{
    struct pg_pool *pool = connection->pool;
    const struct pg_session session = {
        .url = pool->options.url,
        .application_name = pool->options.application_name,
        .statement_timeout_ms = pool->options.statement_timeout_ms,
        .lock_timeout_ms = pool->options.statement_timeout_ms,
        .idle_in_transaction_timeout_ms = 2 * pool->options.statement_timeout_ms,
    };
    connection->state = PG_CONNECTING;
    connection->libpq = pg_session_start(&session);
    if (!connection->libpq || PQstatus(connection->libpq) == CONNECTION_BAD) {
        pg_connection_lose(connection, PQerrorMessage(connection->libpq));
        return;
    }
    loop_timer_start(pool->loop, &connection->timer,
                     loop_now_ms(pool->loop) + pool->options.connect_timeout_ms);
    connection->watch.fd = PQsocket(connection->libpq);
    loop_watch(pool->loop, &connection->watch, LOOP_WRITE);
}

/* PQconsumeInput() and friends hand notices to this; what matters comes as a result too. */
static void ignore_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

static void connected(struct pg_connection *connection)
{
    PQsetNoticeReceiver(connection->libpq, ignore_notice, NULL);
    if (PQsetnonblocking(connection->libpq, 1) != 0 || !PQenterPipelineMode(connection->libpq)) {
        pg_connection_lose(connection, "cannot enter pipeline mode");
        return;
    }
    struct loop *loop = connection->pool->loop;
    loop_timer_stop(loop, &connection->timer);
    connection->watchdog = false;
    connection->watch.fd = PQsocket(connection->libpq);
    loop_watch(loop, &connection->watch, LOOP_READ);
    connection->state = PG_UP;
    connection->delay_ms = PG_DELAY_MIN_MS;
    if (connection->was_up) connection->pool->stats.reconnects++;
    connection->was_up = true;
    pg_pool_connected(connection);
}

/* libpq may close its socket and open another in here (next address, TLS refused), so the loop must not
   be watching meanwhile. */
static void connect_on(struct pg_connection *connection)
{
    struct loop *loop = connection->pool->loop;
    loop_unwatch(loop, &connection->watch);
    unsigned interest;
    switch (PQconnectPoll(connection->libpq)) {
    case PGRES_POLLING_READING:
        interest = LOOP_READ;
        break;
    case PGRES_POLLING_WRITING:
        interest = LOOP_WRITE;
        break;
    case PGRES_POLLING_OK:
        connected(connection);
        return;
    default:
        pg_connection_lose(connection, PQerrorMessage(connection->libpq));
        return;
    }
    connection->watch.fd = PQsocket(connection->libpq);
    loop_watch(loop, &connection->watch, interest);
}

/* One read takes what the socket has. Under TLS some of it may be left decrypted inside the library where
   epoll cannot see it, so there a second read fetches the rest of the record. */
static void receive(struct pg_connection *connection)
{
    int reads = PQsslInUse(connection->libpq) ? 2 : 1;
    while (reads-- > 0 && connection->state == PG_UP) {
        bool alive = PQconsumeInput(connection->libpq);
        pg_pipeline_receive(connection); /* what came before the end counts */
        if (!alive && connection->state == PG_UP)
            pg_connection_lose(connection, PQerrorMessage(connection->libpq));
    }
}

static void on_ready(void *context, unsigned ready)
{
    struct pg_connection *connection = context;
    if (connection->state == PG_CONNECTING) {
        connect_on(connection);
        return;
    }
    if (ready & LOOP_READ) receive(connection);
    if (ready & LOOP_WRITE && connection->state == PG_UP) pg_connection_flush(connection);
}

/* A connection has been given up for its silence since then. One that is idle and has not been heard from
   since either would only be found out by the next caller, who would wait as long: it goes too. */
static void lose_unheard(struct pg_pool *pool, int64_t since_ms)
{
    for (int i = 0; i < pool->connection_count; i++) {
        struct pg_connection *other = &pool->connections[i];
        if (other->state == PG_UP && other->pipeline.count == 0 && other->progress_ms <= since_ms)
            pg_connection_lose(other, "the server has stopped answering");
    }
}

static void watch_silence(struct pg_connection *connection)
{
    struct pg_pool *pool = connection->pool;
    connection->watchdog = false;
    if (connection->pipeline.count == 0) return;
    int64_t due_ms = connection->progress_ms + pool->options.statement_timeout_ms + PG_GRACE_MS;
    if (loop_now_ms(pool->loop) >= due_ms) {
        const int64_t since_ms = connection->progress_ms;
        pg_connection_lose(connection, "the server has stopped answering");
        lose_unheard(pool, since_ms);
        return;
    }
    connection->watchdog = true;
    loop_timer_start(pool->loop, &connection->timer, due_ms);
}

static void on_timer(void *context)
{
    struct pg_connection *connection = context;
    if (connection->state == PG_DOWN)
        start(connection);
    else if (connection->state == PG_CONNECTING)
        pg_connection_lose(connection, "the server did not answer in time");
    else
        watch_silence(connection);
}

void pg_connection_expect(struct pg_connection *connection)
{
    struct pg_pool *pool = connection->pool;
    connection->progress_ms = loop_now_ms(pool->loop);
    if (connection->watchdog) return; /* it looks at progress_ms when it fires */
    connection->watchdog = true;
    loop_timer_start(pool->loop, &connection->timer,
                     connection->progress_ms + pool->options.statement_timeout_ms + PG_GRACE_MS);
}

void pg_connection_flush(struct pg_connection *connection)
{
    int left = PQflush(connection->libpq);
    if (left < 0) {
        pg_connection_lose(connection, PQerrorMessage(connection->libpq));
        return;
    }
    loop_watch(connection->pool->loop, &connection->watch, LOOP_READ | (left ? LOOP_WRITE : 0));
}

void pg_connection_lose(struct pg_connection *connection, const char *reason)
{
    struct pg_pool *pool = connection->pool;
    enum pg_state before = connection->state;
    loop_unwatch(pool->loop, &connection->watch);
    connection->state = PG_DOWN;
    connection->watchdog = false;
    pg_pipeline_reset(connection);
    pg_pool_lost(connection, before, reason); /* `reason` may belong to libpq */
    PQfinish(connection->libpq);
    connection->libpq = NULL;
    loop_timer_start(pool->loop, &connection->timer,
                     loop_now_ms(pool->loop) + pg_pool_jitter(pool, connection->delay_ms));
    connection->delay_ms *= 2;
    if (connection->delay_ms > PG_DELAY_MAX_MS) connection->delay_ms = PG_DELAY_MAX_MS;
}

void pg_connection_init(struct pg_connection *connection, struct pg_pool *pool, bool shared,
                        int64_t begins_ms)
{
    connection->pool = pool;
    connection->shared = shared;
    connection->delay_ms = PG_DELAY_MIN_MS;
    connection->watch.run = on_ready;
    connection->watch.context = connection;
    connection->timer.run = on_timer;
    connection->timer.context = connection;
    loop_timer_start(pool->loop, &connection->timer, begins_ms);
}

void pg_connection_release(struct pg_connection *connection)
{
    loop_unwatch(connection->pool->loop, &connection->watch);
    loop_timer_stop(connection->pool->loop, &connection->timer);
    pg_pipeline_reset(connection);
    PQfinish(connection->libpq);
}
