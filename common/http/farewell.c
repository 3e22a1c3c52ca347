/* The duplicate shares the connection with the original: when the library shuts it down for writing
 * and closes its own descriptor, the client sees the end of the answer, while we still take in its
 * bytes and the kernel has no reason to reset. Time, bytes and number are bounded, because the
 * client may be an attacker: past the bounds it gets its reset.
 */
#include "common/http/farewell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    LINGER_MS = 2000,
    LINGER_BYTES = 8 << 20,
    LINGERING_MAX = 256,
    HEAD_MAX = 16 * 1024,
};

struct farewell {
    struct farewells *all;
    struct farewell *previous, *next;
    struct loop_watch watch;
    struct loop_timer timer;
    size_t left; /* bytes that may still be thrown away */
};

void farewells_init(struct farewells *farewells, struct loop *loop)
{
    *farewells = (struct farewells){.loop = loop};
}

static void end(struct farewell *farewell)
{
    struct farewells *all = farewell->all;
    loop_unwatch(all->loop, &farewell->watch);
    loop_timer_stop(all->loop, &farewell->timer);
    close(farewell->watch.fd);
    *(farewell->previous ? &farewell->previous->next : &all->first) = farewell->next;
    if (farewell->next) farewell->next->previous = farewell->previous;
    all->count--;
    free(farewell);
}

void farewells_release(struct farewells *farewells)
{
    while (farewells->first)
        end(farewells->first);
}

static void expire(void *context)
{
    end(context);
}

static void discard(void *context, unsigned ready)
{
    struct farewell *farewell = context;
    char unwanted[16 * 1024];
    (void)ready;
    const ssize_t count = recv(farewell->watch.fd, unwanted, sizeof(unwanted), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0 || (size_t)count >= farewell->left)
        end(farewell);
    else
        farewell->left -= (size_t)count;
}

void farewell_linger(struct farewells *farewells, int fd)
{
    if (farewells->count == LINGERING_MAX) return;
    const int duplicate = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    struct farewell *farewell = duplicate < 0 ? NULL : calloc(1, sizeof(*farewell));
    if (!farewell) {
        if (duplicate >= 0) close(duplicate);
        return;
    }
    farewell->all = farewells;
    farewell->left = LINGER_BYTES;
    farewell->next = farewells->first;
    if (farewells->first) farewells->first->previous = farewell;
    farewells->first = farewell;
    farewells->count++;
    farewell->watch = (struct loop_watch){.fd = duplicate, .run = discard, .context = farewell};
    farewell->timer = (struct loop_timer){.run = expire, .context = farewell};
    loop_watch(farewells->loop, &farewell->watch, LOOP_READ);
    loop_timer_start(farewells->loop, &farewell->timer, loop_now_ms(farewells->loop) + LINGER_MS);
}

static const char *reason(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Refused";
    }
}

void farewell_send(int fd, struct call *call, const struct response *response, const char *instance)
{
    char date[32];
    struct tm tm;
    const time_t now = time(NULL);
    gmtime_r(&now, &tm);
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);

    struct strbuf out;
    strbuf_init(&out, call->arena, HEAD_MAX + response->body.length);
    strbuf_printf(&out,
                  "HTTP/1.1 %d %s\r\nDate: %s\r\nConnection: close\r\nContent-Type: %s\r\n"
                  "X-Request-Id: %s\r\nServer-Instance: %s\r\nContent-Length: %zu\r\n",
                  response->status, reason(response->status), date, response->content_type,
                  call->request_id, instance, response->body.length);
    for (int i = 0; i < response->header_count; i++)
        strbuf_printf(&out, "%s: %s\r\n", response->headers[i].name, response->headers[i].value);
    strbuf_add_text(&out, "\r\n");
    strbuf_add(&out, response->body.text, response->body.length);
    /* Short, and nothing of this answer was sent before: it fits, or nobody is reading. */
    if (send(fd, out.text, out.length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
}
