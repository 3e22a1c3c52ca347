/* The two callbacks of libcurl's multi_socket interface, and what the loop does with them. Sockets come
 * and go with every request, because libcurl forgets a kept connection between two; so their watches are
 * pooled.
 */
#include "common/outgoing/multi.h"

#include "common/base/clock.h"

#include <stdlib.h>

/* libcurl may ask to be called again at once; not for ever in one turn. */
enum { ROUNDS_PER_TURN = 8 };

/* One socket of libcurl's, from its first interest to CURL_POLL_REMOVE. */
struct multi_socket {
    struct loop_watch watch;
    struct multi *multi;
    struct multi_socket *next; /* in the pool */
};

/* --- libcurl asks --- */

static void act(struct multi *multi, curl_socket_t fd, int events)
{
    int running;
    if (fd == CURL_SOCKET_TIMEOUT) multi->due = false;
    /* What can go wrong here belongs to one transfer and comes as its result. */
    (void)curl_multi_socket_action(multi->handle, fd, events, &running);
}

static void socket_ready(void *context, unsigned ready)
{
    struct multi_socket *sock = context;
    const int events =
        (ready & LOOP_READ ? CURL_CSELECT_IN : 0) | (ready & LOOP_WRITE ? CURL_CSELECT_OUT : 0);
    act(sock->multi, sock->watch.fd, events);
}

static struct multi_socket *socket_new(struct multi *multi, curl_socket_t fd)
{
    struct multi_socket *sock = multi->idle;
    if (sock)
        multi->idle = sock->next;
    else if (!(sock = calloc(1, sizeof(*sock))))
        return NULL;
    *sock = (struct multi_socket){
        .watch = {.fd = fd, .run = socket_ready, .context = sock},
        .multi = multi,
    };
    return sock;
}

static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *context, void *of_socket)
{
    struct multi *multi = context;
    struct multi_socket *sock = of_socket;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (!sock) return 0;
        loop_unwatch(multi->loop, &sock->watch);
        sock->next = multi->idle;
        multi->idle = sock;
        return 0;
    }
    if (!sock) {
        sock = socket_new(multi, fd);
        if (!sock) return -1; /* libcurl fails the transfers then */
        (void)curl_multi_assign(multi->handle, fd, sock);
    }
    loop_watch(multi->loop, &sock->watch,
               (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0));
    return 0;
}

/* libcurl tells a time once. Called before that time it finds nothing to do and does not repeat it, so
   one millisecond is added and the clock is read anew: the turn's clock may be old. */
static int timer_changed(CURLM *handle, long timeout_ms, void *context)
{
    struct multi *multi = context;
    (void)handle;
    multi->due = timeout_ms == 0;
    if (timeout_ms > 0)
        loop_timer_start(multi->loop, &multi->timer, clock_monotonic_ms() + timeout_ms + 1);
    else
        loop_timer_stop(multi->loop, &multi->timer);
    return 0;
}

static void timer_ran(void *context)
{
    struct multi *multi = context;
    multi->due = true; /* multi_turn() comes before the next wait */
}

/* --- ours --- */

void multi_turn(struct multi *multi)
{
    for (int round = 0; multi->due && round < ROUNDS_PER_TURN; round++)
        act(multi, CURL_SOCKET_TIMEOUT, 0);
    if (multi->due) loop_timer_start(multi->loop, &multi->timer, clock_monotonic_ms());
}

enum status multi_init(struct multi *multi, struct loop *loop, int connections_max)
{
    *multi = (struct multi){.loop = loop, .handle = curl_multi_init()};
    if (!multi->handle) return STATUS_UNAVAILABLE;
    multi->timer = (struct loop_timer){.run = timer_ran, .context = multi};
    curl_multi_setopt(multi->handle, CURLMOPT_SOCKETFUNCTION, socket_changed);
    curl_multi_setopt(multi->handle, CURLMOPT_SOCKETDATA, multi);
    curl_multi_setopt(multi->handle, CURLMOPT_TIMERFUNCTION, timer_changed);
    curl_multi_setopt(multi->handle, CURLMOPT_TIMERDATA, multi);
    curl_multi_setopt(multi->handle, CURLMOPT_MAX_HOST_CONNECTIONS, (long)connections_max);
    /* Room for two busy hosts, so that neither pushes the other's idle connections out. */
    curl_multi_setopt(multi->handle, CURLMOPT_MAXCONNECTS, 2L * connections_max);
    curl_multi_setopt(multi->handle, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return STATUS_OK;
}

void multi_release(struct multi *multi)
{
    curl_multi_cleanup(multi->handle);
    loop_timer_stop(multi->loop, &multi->timer); /* the cleanup may have started it */
    while (multi->idle) {
        struct multi_socket *sock = multi->idle;
        multi->idle = sock->next;
        free(sock);
    }
}
