/* The changes of the last hours as a small hash table: of each product and category the number of its last change. A
 * hash that two share makes a copy look older than it is, never newer, so collisions need no care. When there
 * are more than the table should hold, everything before now counts as changed, and it begins anew.
 *
 * Those who need newer knowledge than there is wait for one poll together.
 */
#include "stages/03-caching/catalog_lease.h"

#include "common/base/bytes.h"
#include "common/runtime/task.h"
#include "stages/03-caching/counter.h"
#include "statements.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    SLOTS = 8192, /* a power of two; half of them are used at most */
    TAGS_MAX = SLOTS / 2,
    POLL_ROWS_MAX = 1000,
    POLL_TIMEOUT_MS = 5000,
    POLL_ARENA_MAX = 4 << 20,
    LOG_ID_SIZE = 64,
    DEFAULT_LEASE_MS = 100, /* until the database has said */
    DRIFT_PER_CENT = 5,
};

struct noted {
    uint64_t hash; /* 0: free */
    int64_t seq;
};

struct waiter {
    struct task *task;
    bool woken; /* and taken off the list */
    struct waiter *next;
};

struct catalog_lease {
    struct loop *loop;
    struct pg_pool *pool;
    char log_id[LOG_ID_SIZE];
    uint64_t history;
    int64_t seq, floor;
    int64_t lease_us;
    int64_t known_us; /* what is known was true then, or later */
    struct noted slots[SLOTS];
    int noted_count;
    struct waiter *waiters;
    bool polling;
    uint64_t rounds;         /* polls that have ended */
    enum status poll_status; /* of the last one */
    char poll_message[200];
    _Atomic int64_t polls;
};

/* Also counts the time that the machine was suspended, which the monotonic clock leaves out. */
static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- tags --- */

static struct catalog_tag tag_of(const char *text, size_t length)
{
    const uint64_t hash = bytes_fnv1a(text, length);
    return (struct catalog_tag){hash != 0 ? hash : 1};
}

struct catalog_tag catalog_tag_all(void)
{
    return (struct catalog_tag){0};
}

struct catalog_tag catalog_tag_product(int64_t id)
{
    return tag_of((const char *)&id, sizeof(id));
}

struct catalog_tag catalog_tag_category(const char *slug)
{
    return tag_of(slug, strlen(slug));
}

static struct noted *slot_of(struct noted *slots, uint64_t hash)
{
    size_t i = hash & (SLOTS - 1);
    while (slots[i].hash != 0 && slots[i].hash != hash)
        i = (i + 1) & (SLOTS - 1);
    return &slots[i];
}

/* Everything that was made before `seq` counts as changed. */
static void raise_floor(struct catalog_lease *lease, int64_t seq)
{
    memset(lease->slots, 0, sizeof(lease->slots));
    lease->noted_count = 0;
    if (seq > lease->floor) lease->floor = seq;
}

/* `newest`: the number of the last change that the poll has seen. */
static void note(struct catalog_lease *lease, struct catalog_tag tag, int64_t seq, int64_t newest)
{
    struct noted *slot = slot_of(lease->slots, tag.hash);
    if (slot->hash == 0) {
        if (lease->noted_count == TAGS_MAX) {
            raise_floor(lease, newest);
            return;
        }
        lease->noted_count++;
        slot->hash = tag.hash;
    }
    if (seq > slot->seq) slot->seq = seq;
}

/* --- polling --- */

static void forget(struct catalog_lease *lease)
{
    if (lease->log_id[0] != '\0') lease->history++;
    lease->log_id[0] = '\0';
    lease->seq = lease->floor = 0;
    raise_floor(lease, 0);
}

/* False when the rows belong to another history than was asked for: ask again from its beginning. */
static bool take_rows(struct catalog_lease *lease, const struct pg_rows *rows)
{
    if (rows->count == 0) { /* no clock: nothing is kept */
        forget(lease);
        return true;
    }
    const char *log_id = pg_text(rows, 0, 0);
    const int64_t seq = pg_int64(rows, 0, 1), floor = pg_int64(rows, 0, 2);
    if (strcmp(log_id, lease->log_id) != 0 || seq < lease->seq) {
        const bool from_the_beginning = lease->seq == 0;
        forget(lease);
        if (!from_the_beginning) return false;
        snprintf(lease->log_id, sizeof(lease->log_id), "%s", log_id);
    }
    lease->lease_us = pg_int64(rows, 0, 3) * 1000;
    if (floor > lease->floor) lease->floor = floor;
    for (int i = 0; i < rows->count && !pg_is_null(rows, i, 4); i++) {
        const int64_t number = pg_int64(rows, i, 4), product = pg_int64(rows, i, 5);
        if (product == 0) {
            raise_floor(lease, seq); /* not `number`: what comes after it may be noted already */
            continue;
        }
        note(lease, catalog_tag_product(product), number, seq);
        note(lease, catalog_tag_category(pg_text(rows, i, 6)), number, seq);
    }
    if (rows->count == POLL_ROWS_MAX) raise_floor(lease, seq); /* there may be more */
    lease->seq = seq;
    return true;
}

static enum status ask(struct catalog_lease *lease, struct call *call)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        struct pg_rows rows;
        const int64_t sent_us = now_us();
        enum status status = pg_read(lease->pool, call, &catalog_changes_since_sql,
                                     PG_ARGS(PG_INT(lease->seq), PG_INT(POLL_ROWS_MAX)), &rows);
        if (status != STATUS_OK) return status;
        if (!take_rows(lease, &rows)) continue;
        lease->known_us = sent_us;
        return STATUS_OK;
    }
    return call_fail(call, STATUS_UNAVAILABLE, "the catalog's history changes too often");
}

static void poll_body(void *argument)
{
    struct catalog_lease *lease = argument;
    struct arena arena;
    struct call call;
    arena_init(&arena, POLL_ARENA_MAX);
    call_init(&call, &arena, POLL_TIMEOUT_MS);
    counter_add(&lease->polls, 1);
    lease->poll_status = ask(lease, &call);
    if (lease->poll_status != STATUS_OK)
        snprintf(lease->poll_message, sizeof(lease->poll_message), "%s", call.failure.message);
    lease->polling = false;
    lease->rounds++;
    for (struct waiter *waiter = lease->waiters; waiter; waiter = waiter->next) {
        waiter->woken = true;
        task_wake(waiter->task);
    }
    lease->waiters = NULL;
    arena_release(&arena);
}

static enum status start_poll(struct catalog_lease *lease)
{
    if (lease->polling) return STATUS_OK;
    lease->polling = true;
    enum status status = task_start(lease->loop, poll_body, lease);
    if (status != STATUS_OK) lease->polling = false;
    return status;
}

static bool await_round(struct catalog_lease *lease, struct call *call)
{
    struct waiter self = {.task = task_current(lease->loop), .next = lease->waiters};
    enum status parked = STATUS_OK;
    lease->waiters = &self;
    while (!self.woken && parked == STATUS_OK)
        parked = task_park(lease->loop, call->deadline_ms);
    struct waiter **at = &lease->waiters;
    while (!self.woken && *at != &self)
        at = &(*at)->next;
    if (!self.woken) *at = self.next;
    return self.woken;
}

/* Waits for the end of the poll that runs, or of one that is started for this. */
static enum status await_poll(struct catalog_lease *lease, struct call *call)
{
    const uint64_t round = lease->rounds;
    if (start_poll(lease) != STATUS_OK)
        return call_fail(call, STATUS_UNAVAILABLE, "too many requests are being worked on");
    if (lease->rounds == round && !await_round(lease, call))
        return call_fail(call, STATUS_TIMEOUT, "the database did not answer in time");
    if (lease->poll_status == STATUS_OK) return STATUS_OK;
    return call_fail(call, lease->poll_status, "%s", lease->poll_message);
}

enum status catalog_lease_hold(struct catalog_lease *lease, struct call *call)
{
    const int64_t began_us = now_us();
    while (lease->known_us <= began_us - lease->lease_us) {
        enum status status = await_poll(lease, call);
        if (status != STATUS_OK) return status;
    }
    if (lease->known_us <= began_us - lease->lease_us / 2)
        (void)start_poll(lease); /* so that the next need not wait */
    return STATUS_OK;
}

enum status catalog_lease_renew(struct catalog_lease *lease, struct call *call)
{
    const int64_t began_us = now_us();
    while (lease->known_us < began_us) {
        enum status status = await_poll(lease, call);
        if (status != STATUS_OK) return status;
    }
    return STATUS_OK;
}

void catalog_lease_wait_out(struct catalog_lease *lease)
{
    const int64_t until_us = now_us() + lease->lease_us * (100 + DRIFT_PER_CENT) / 100;
    for (int64_t now = now_us(); now < until_us; now = now_us())
        task_sleep(lease->loop, (until_us - now) / 1000 + 1);
}

/* --- what is known --- */

const char *catalog_lease_log_id(const struct catalog_lease *lease)
{
    return lease->log_id;
}

uint64_t catalog_lease_history(const struct catalog_lease *lease)
{
    return lease->history;
}

int64_t catalog_lease_seq(const struct catalog_lease *lease)
{
    return lease->seq;
}

int64_t catalog_lease_good_from(const struct catalog_lease *lease, struct catalog_tag tag)
{
    if (tag.hash == 0) return lease->seq;
    const int64_t noted = slot_of((struct noted *)lease->slots, tag.hash)->seq;
    return noted > lease->floor ? noted : lease->floor;
}

const _Atomic int64_t *catalog_lease_polls(const struct catalog_lease *lease)
{
    return &lease->polls;
}

struct catalog_lease *catalog_lease_new(struct arena *arena, struct loop *loop,
                                        struct pg_pool *pool)
{
    struct catalog_lease *lease = arena_new(arena, struct catalog_lease);
    lease->loop = loop;
    lease->pool = pool;
    lease->lease_us = DEFAULT_LEASE_MS * 1000;
    lease->known_us = now_us() - 3600LL * 1000000;
    return lease;
}
