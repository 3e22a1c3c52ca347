/* Tasks and transfers. A task has a small stack and libcurl wants a large one, so a task only queues its
 * transfer and parks; the hook at the end of each turn starts what is queued, lets libcurl work, and wakes
 * the tasks whose transfers are done. Giving up goes the same way: the task parks once more until libcurl
 * has let go of the memory it was lent.
 */
#include "common/outgoing/transfer_internal.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/outgoing/multi.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    EASY_IDLE_MAX = 256, /* handles kept for the next transfers, about 6 KiB each */
    LOG_EVERY_MS = 1000,
};

struct transfers {
    struct loop *loop;
    struct multi multi;
    struct loop_hook hook;
    int waiting_max, under_way;
    struct transfer *queue, **queue_end; /* to be started, or given up */
    struct transfer *borrowed;           /* newest first */
    CURL *easy_idle[EASY_IDLE_MAX];
    int easy_idle_count;
    int64_t logged_ms;
    int unlogged; /* failures not told since */
};

/* Asked each time a request is about to go out over a connection. When a kept connection turns out dead
   after the request was written, libcurl sends it again over a fresh one; whoever cannot bear that has set
   sends_max. Counting also tells for sure whether anybody can have seen the request. */
static int before_send(void *context, char *peer, char *local, int peer_port, int local_port)
{
    struct transfer *transfer = context;
    (void)peer, (void)local, (void)peer_port, (void)local_port;
    transfer->sends++;
    return transfer->sends_max > 0 && transfer->sends > transfer->sends_max ? CURL_PREREQFUNC_ABORT
                                                                            : CURL_PREREQFUNC_OK;
}

/* --- once a turn --- */

static void detach(struct transfers *transfers, struct transfer *transfer)
{
    if (transfer->attached) (void)curl_multi_remove_handle(transfers->multi.handle, transfer->easy);
    transfer->attached = false;
}

static void finish(struct transfer *transfer, CURLcode result)
{
    transfer->result = result;
    transfer->state = TRANSFER_IDLE;
    task_wake(transfer->task);
}

static void serve_queue(struct transfers *transfers)
{
    struct transfer *transfer = transfers->queue;
    transfers->queue = NULL;
    transfers->queue_end = &transfers->queue;
    while (transfer) {
        struct transfer *next = transfer->queued;
        if (transfer->state == TRANSFER_GIVEN_UP) {
            detach(transfers, transfer);
            finish(transfer, CURLE_OPERATION_TIMEDOUT);
        } else if (curl_multi_add_handle(transfers->multi.handle, transfer->easy) == CURLM_OK) {
            transfer->state = TRANSFER_RUNNING;
            transfer->attached = true;
        } else {
            finish(transfer, CURLE_OUT_OF_MEMORY);
        }
        transfer = next;
    }
}

static void collect(struct transfers *transfers)
{
    const CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(transfers->multi.handle, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode result = message->data.result; /* removing the handle frees the message */
        struct transfer *transfer = NULL;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        if (!transfer->connect_only || result != CURLE_OK) detach(transfers, transfer);
        finish(transfer, result);
    }
}

static void turn(void *context)
{
    struct transfers *transfers = context;
    serve_queue(transfers);
    multi_turn(&transfers->multi);
    collect(transfers);
}

/* --- transfers --- */

static void set_common_options(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    /* A name server that does not answer must not hold the loop when the transfer is given up. */
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    /* Where signed requests go is decided by the settings, not by an http_proxy in the environment. */
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    /* libcurl keeps the certificates it has read (the CA file, tens of milliseconds) for the next
       connections only when there is no CA folder, which Debian's build sets beside the file. */
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_send);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
}

enum status transfer_borrow(struct transfers *transfers, struct call *call,
                            struct transfer *transfer)
{
    *transfer = (struct transfer){.state = TRANSFER_IDLE};
    if (transfers->easy_idle_count > 0)
        transfer->easy = transfers->easy_idle[--transfers->easy_idle_count];
    else
        transfer->easy = curl_easy_init();
    if (!transfer->easy)
        return call_fail(call, STATUS_UNAVAILABLE, "there is no memory for an outgoing request");
    set_common_options(transfer);
    transfer->older = transfers->borrowed;
    if (transfers->borrowed) transfers->borrowed->newer = transfer;
    transfers->borrowed = transfer;
    return STATUS_OK;
}

static void enqueue(struct transfers *transfers, struct transfer *transfer,
                    enum transfer_state state)
{
    transfer->state = state;
    transfer->queued = NULL;
    *transfers->queue_end = transfer;
    transfers->queue_end = &transfer->queued;
}

enum status transfer_run(struct transfers *transfers, struct call *call, struct transfer *transfer,
                         int64_t deadline_ms)
{
    bool in_time = true;
    assert(transfer->state == TRANSFER_IDLE && !transfer->attached);
    if (transfers->under_way >= transfers->waiting_max)
        return call_fail(call, STATUS_UNAVAILABLE, "too many outgoing requests are under way");
    transfers->under_way++;
    transfer->task = task_current(transfers->loop);
    transfer->sends = 0;
    enqueue(transfers, transfer, TRANSFER_QUEUED);
    while (transfer->state != TRANSFER_IDLE) {
        enum status parked = task_park(transfers->loop, in_time ? deadline_ms : INT64_MAX);
        if (parked == STATUS_OK || transfer->state == TRANSFER_IDLE) continue;
        /* libcurl still holds pointers into this task's memory: wait until it has let go. */
        in_time = false;
        if (transfer->state == TRANSFER_QUEUED)
            transfer->state = TRANSFER_GIVEN_UP;
        else if (transfer->state == TRANSFER_RUNNING)
            enqueue(transfers, transfer, TRANSFER_GIVEN_UP);
    }
    transfers->under_way--;
    return in_time ? STATUS_OK : STATUS_TIMEOUT;
}

void transfer_give_back(struct transfers *transfers, struct transfer *transfer)
{
    assert(transfer->state == TRANSFER_IDLE);
    detach(transfers, transfer);
    *(transfer->newer ? &transfer->newer->older : &transfers->borrowed) = transfer->older;
    if (transfer->older) transfer->older->newer = transfer->newer;
    if (transfers->easy_idle_count < EASY_IDLE_MAX) {
        curl_easy_reset(transfer->easy); /* also forgets headers, body and their secrets */
        transfers->easy_idle[transfers->easy_idle_count++] = transfer->easy;
    } else {
        curl_easy_cleanup(transfer->easy);
    }
    transfer->easy = NULL;
}

struct loop *transfers_loop(const struct transfers *transfers)
{
    return transfers->loop;
}

/* "host:port" of a URL; its user, password and path are nobody's business. */
static const char *host_of(const char *url, char out[128])
{
    char *host = NULL, *port = NULL;
    CURLU *parsed = curl_url();
    const char *text = "-";
    if (parsed && curl_url_set(parsed, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        (void)curl_url_get(parsed, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
        snprintf(out, 128, "%s:%s", host, port ? port : "");
        text = out;
    }
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(parsed);
    return text;
}

void transfers_log(struct transfers *transfers, const struct call *call, const char *event,
                   const char *url, const char *reason)
{
    char host[128];
    const int64_t now_ms = clock_monotonic_ms();
    if (transfers->logged_ms > 0 && now_ms - transfers->logged_ms < LOG_EVERY_MS) {
        transfers->unlogged++;
        return;
    }
    log_warn(event, call, LOG_TEXT("host", host_of(url, host)), LOG_TEXT("reason", reason),
             LOG_INT("unlogged", transfers->unlogged));
    transfers->logged_ms = now_ms;
    transfers->unlogged = 0;
}

/* --- life --- */

static void global_init(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) abort();
}

enum status transfers_open(struct loop *loop, const struct transfers_options *options,
                           struct transfers **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT; /* libcurl's own global state */
    if (pthread_once(&once, global_init) != 0) abort();
    struct transfers *transfers = calloc(1, sizeof(*transfers));
    if (!transfers) return STATUS_UNAVAILABLE;
    transfers->loop = loop;
    transfers->waiting_max = options->waiting_max;
    transfers->queue_end = &transfers->queue;
    if (multi_init(&transfers->multi, loop, options->connections_max) != STATUS_OK) {
        free(transfers);
        return STATUS_UNAVAILABLE;
    }
    transfers->hook = (struct loop_hook){.run = turn, .context = transfers};
    loop_add_hook(loop, &transfers->hook);
    *out = transfers;
    return STATUS_OK;
}

void transfers_close(struct transfers *transfers)
{
    loop_remove_hook(transfers->loop, &transfers->hook);
    /* Tasks that were still waiting are never resumed; only their handles are left to free. */
    for (struct transfer *transfer = transfers->borrowed; transfer; transfer = transfer->older) {
        detach(transfers, transfer);
        curl_easy_cleanup(transfer->easy);
    }
    while (transfers->easy_idle_count > 0)
        curl_easy_cleanup(transfers->easy_idle[--transfers->easy_idle_count]);
    multi_release(&transfers->multi);
    free(transfers);
}
