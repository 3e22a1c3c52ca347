/* A phase is two assignments; the work is in the sweep, which visits every connection once a
 * second: with ten thousand of them about a millisecond. A heap of timers would be exact, and cost
 * every request four changes of it to be exact about the few that never end.
 */
#include "common/http/slow_guard.h"

#include <sys/socket.h>

enum { CHECK_AFTER_MS = 500 };

void guard_init(struct slow_guard *guard, int64_t request_timeout_ms, int64_t idle_timeout_ms)
{
    *guard = (struct slow_guard){
        .request_timeout_ms = request_timeout_ms,
        .idle_timeout_ms = idle_timeout_ms,
        .drain_from_ms = INT64_MAX,
    };
}

static void enter(struct client *client, enum client_phase phase, int64_t now_ms,
                  int64_t deadline_ms)
{
    if (client->phase == CLIENT_CUT) return;
    client->phase = phase;
    client->checked = false;
    client->since_ms = now_ms;
    client->deadline_ms = deadline_ms;
}

void guard_add(struct slow_guard *guard, struct client *client, int64_t now_ms)
{
    client->first = true;
    client->previous = NULL;
    client->next = guard->clients;
    if (guard->clients) guard->clients->previous = client;
    guard->clients = client;
    guard->count++;
    enter(client, CLIENT_WAITING, now_ms, now_ms + guard->request_timeout_ms);
}

void guard_remove(struct slow_guard *guard, struct client *client)
{
    *(client->previous ? &client->previous->next : &guard->clients) = client->next;
    if (client->next) client->next->previous = client->previous;
    guard->count--;
}

void guard_receiving(struct slow_guard *guard, struct client *client, int64_t now_ms)
{
    const int64_t deadline_ms =
        client->first ? client->deadline_ms : now_ms + guard->request_timeout_ms;
    enter(client, CLIENT_RECEIVING, now_ms, deadline_ms);
}

void guard_uploading(struct slow_guard *guard, struct client *client, size_t bytes, int64_t now_ms)
{
    const int64_t receiving_ms = (int64_t)(bytes / UPLOAD_RATE) * 1000;
    enter(client, CLIENT_RECEIVING, now_ms, now_ms + guard->request_timeout_ms + receiving_ms);
}

void guard_working(struct client *client)
{
    enter(client, CLIENT_WORKING, client->since_ms, INT64_MAX);
}

void guard_answering(struct slow_guard *guard, struct client *client, size_t bytes, int64_t now_ms)
{
    const int64_t sending_ms = (int64_t)(bytes / ANSWER_RATE) * 1000;
    client->first = false;
    enter(client, CLIENT_ANSWERING, now_ms, now_ms + guard->idle_timeout_ms + sending_ms);
}

void guard_idle(struct slow_guard *guard, struct client *client, int64_t now_ms)
{
    client->first = false;
    enter(client, CLIENT_IDLE, now_ms, now_ms + guard->idle_timeout_ms);
}

void guard_drain(struct slow_guard *guard, int64_t now_ms, int64_t grace_ms)
{
    guard->drain_from_ms = now_ms + grace_ms;
}

static bool has_hung_up(struct client *client, int64_t now_ms)
{
    char byte;
    if (client->checked || now_ms - client->since_ms < CHECK_AFTER_MS) return false;
    client->checked = true; /* once: whatever comes later is an event of its own */
    return recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static bool is_late(const struct slow_guard *guard, struct client *client, int64_t now_ms)
{
    switch (client->phase) {
    case CLIENT_WAITING:
    case CLIENT_IDLE:
        return now_ms >= client->deadline_ms || now_ms >= guard->drain_from_ms ||
               has_hung_up(client, now_ms);
    case CLIENT_RECEIVING:
        return now_ms >= client->deadline_ms || has_hung_up(client, now_ms);
    case CLIENT_ANSWERING:
        return now_ms >= client->deadline_ms;
    default:
        return false;
    }
}

void guard_sweep(struct slow_guard *guard, int64_t now_ms,
                 bool (*cut)(void *context, struct client *client), void *context)
{
    for (struct client *client = guard->clients; client; client = client->next)
        if (is_late(guard, client, now_ms) && cut(context, client)) client->phase = CLIENT_CUT;
}
