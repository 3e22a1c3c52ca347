/* A mutex guards the board and every flight on it; nothing waits while it is held. Results travel to other loops by
 * loop_post(), so a caller is only ever woken on its own thread.
 *
 * A flight is freed by the last of those who know it: its own task, and each caller that waits.
 */
#include "stages/03-caching/flights.h"

#include "common/base/bytes.h"
#include "common/runtime/task.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS = 1024, FLIGHT_TIMEOUT_MS = 5000, FLIGHT_ARENA_MAX = 32 << 20 };

struct passenger { /* on the stack of a caller */
    struct loop *loop;
    struct task *task;
    struct loop_post post;
    bool posted; /* guarded by the mutex */
    bool arrived;
    struct passenger *next;
};

struct flight {
    struct flights *flights;
    struct flight_plan plan; /* its texts are copies */
    int known_by;
    bool listed, done;
    enum status status;
    char message[200];
    struct cached *cached;
    struct passenger *passengers;
    struct flight *next; /* in the chain */
    size_t chain;
};

struct flights {
    pthread_mutex_t mutex;
    struct flight *chains[CHAINS];
};

static void lock(struct flights *flights)
{
    pthread_mutex_lock(&flights->mutex);
}

static void unlock(struct flights *flights)
{
    pthread_mutex_unlock(&flights->mutex);
}

/* --- the board; the mutex is held --- */

static size_t chain_of(const char *key)
{
    return bytes_fnv1a(key, strlen(key)) % CHAINS;
}

static struct flight *find(struct flights *flights, const char *key)
{
    struct flight *flight = flights->chains[chain_of(key)];
    while (flight && strcmp(flight->plan.key, key) != 0)
        flight = flight->next;
    return flight;
}

static void unlist(struct flight *flight)
{
    struct flight **at = &flight->flights->chains[flight->chain];
    if (!flight->listed) return;
    while (*at != flight)
        at = &(*at)->next;
    *at = flight->next;
    flight->listed = false;
}

static void let_go(struct flight *flight)
{
    if (--flight->known_by > 0) return;
    if (flight->cached) cached_release(flight->cached);
    free((char *)flight->plan.key);
    free(flight->plan.about);
    free(flight);
}

/* A new flight in the place of an older one of the same key, if there is one. NULL without memory. */
static struct flight *list(struct flights *flights, const struct flight_plan *plan)
{
    struct flight *flight = calloc(1, sizeof(*flight)), *older = find(flights, plan->key);
    char *key = strdup(plan->key);
    void *about = malloc(plan->about_size);
    if (!flight || !key || !about) {
        free(flight);
        free(key);
        free(about);
        return NULL;
    }
    if (older) unlist(older);
    memcpy(about, plan->about, plan->about_size);
    flight->flights = flights;
    flight->plan = *plan;
    flight->plan.key = key;
    flight->plan.about = about;
    flight->known_by = 1; /* its task */
    flight->chain = chain_of(key);
    flight->next = flights->chains[flight->chain];
    flights->chains[flight->chain] = flight;
    flight->listed = true;
    return flight;
}

static void land(struct flight *flight, enum status status, const char *message)
{
    unlist(flight);
    flight->done = true;
    flight->status = status;
    snprintf(flight->message, sizeof(flight->message), "%s", message ? message : "");
    for (struct passenger *at = flight->passengers, *next; at; at = next) {
        next = at->next; /* it may be gone as soon as it is posted */
        at->posted = true;
        loop_post(at->loop, &at->post);
    }
    flight->passengers = NULL;
}

/* --- the flight's task --- */

static void fly(void *argument)
{
    struct flight *flight = argument;
    const struct flight_plan *plan = &flight->plan;
    struct cached *cached = NULL;
    struct arena arena;
    struct call call;
    arena_init(&arena, FLIGHT_ARENA_MAX);
    call_init(&call, &arena, FLIGHT_TIMEOUT_MS);
    enum status status = plan->run(plan->owner, &call, plan->about, &cached);

    lock(flight->flights);
    flight->cached = cached;
    land(flight, status, status == STATUS_OK ? NULL : call.failure.message);
    unlock(flight->flights);

    if (status == STATUS_OK && plan->after) plan->after(plan->owner, &call, plan->about, cached);
    arena_release(&arena);
    struct flights *flights = flight->flights;
    lock(flights);
    let_go(flight);
    unlock(flights);
}

static void depart(struct loop *loop, struct flight *flight)
{
    enum status status = task_start(loop, fly, flight);
    if (status == STATUS_OK) return;
    struct flights *flights = flight->flights;
    lock(flights);
    land(flight, status, "too many requests are being worked on");
    let_go(flight);
    unlock(flights);
}

/* --- callers --- */

static void arrive(void *context)
{
    struct passenger *passenger = context;
    passenger->arrived = true;
    task_wake(passenger->task);
}

/* Parks until the flight has landed, or the caller's time is over: then false, and it has left the flight. */
static bool await(struct flights *flights, struct loop *loop, struct flight *flight,
                  struct passenger *self, int64_t deadline_ms)
{
    enum status parked = STATUS_OK;
    while (!self->arrived && parked == STATUS_OK)
        parked = task_park(loop, deadline_ms);
    if (self->arrived) return true;
    lock(flights);
    const bool posted = self->posted;
    struct passenger **at = &flight->passengers;
    while (!posted && *at != self)
        at = &(*at)->next;
    if (!posted) *at = self->next;
    unlock(flights);
    while (posted && !self->arrived) /* its post is in this stack: wait for it, it is on its way */
        (void)task_park(loop, INT64_MAX);
    return posted;
}

enum status flights_take(struct flights *flights, struct loop *loop, struct call *call,
                         const struct flight_plan *plan, int64_t good_from, struct cached **out,
                         bool *own)
{
    struct passenger self = {
        .loop = loop, .task = task_current(loop), .post = {.run = arrive, .context = &self}};
    lock(flights);
    struct flight *flight = find(flights, plan->key);
    *own = !flight || flight->plan.as_of < good_from;
    if (*own) flight = list(flights, plan);
    if (flight) {
        flight->known_by++;
        self.next = flight->passengers;
        flight->passengers = &self;
    }
    unlock(flights);
    if (!flight) return call_fail(call, STATUS_UNAVAILABLE, "no memory");
    if (*own) depart(loop, flight);

    const bool landed = await(flights, loop, flight, &self, call->deadline_ms);
    enum status status = STATUS_TIMEOUT;
    const char *message = "it took too long";
    lock(flights);
    if (landed) {
        status = flight->status;
        message = arena_strdup(call->arena, flight->message);
        if (status == STATUS_OK) *out = cached_share(flight->cached);
    }
    let_go(flight);
    unlock(flights);
    return status == STATUS_OK ? STATUS_OK : call_fail(call, status, "%s", message);
}

void flights_begin(struct flights *flights, struct loop *loop, const struct flight_plan *plan)
{
    lock(flights);
    struct flight *flight = find(flights, plan->key) ? NULL : list(flights, plan);
    unlock(flights);
    if (flight) depart(loop, flight);
}

struct flights *flights_new(struct arena *arena)
{
    struct flights *flights = arena_new(arena, struct flights);
    pthread_mutex_init(&flights->mutex, NULL);
    return flights;
}
