/* What http_client.c and mail_smtp.c know of a transfer; nobody else includes this.
 *
 * A transfer is one easy handle of libcurl lent to a task. Its life:
 *
 *   transfer_borrow() -> options are set -> transfer_run(), which parks -> result -> transfer_give_back()
 *
 * libcurl's work is done by the loop between the turns, on the loop's own large stack; the task only
 * waits. A transfer with `connect_only` set stays with libcurl after transfer_run() as an open connection
 * for curl_easy_send() and curl_easy_recv(), until it is given back.
 */
#ifndef STAGECRAFT_OUTGOING_TRANSFER_INTERNAL_H
#define STAGECRAFT_OUTGOING_TRANSFER_INTERNAL_H

#include "common/outgoing/transfer.h"
#include "common/runtime/task.h"

#include <curl/curl.h>

enum transfer_state {
    TRANSFER_IDLE,     /* with its owner */
    TRANSFER_QUEUED,   /* the loop will hand it to libcurl at the end of this turn */
    TRANSFER_RUNNING,  /* libcurl's */
    TRANSFER_GIVEN_UP, /* the deadline passed; the loop will take it from libcurl */
};

struct transfer {
    CURL *easy;
    struct task *task; /* parked in transfer_run() */
    enum transfer_state state;
    CURLcode result;
    bool connect_only;              /* the connection stays open after transfer_run() */
    bool attached;                  /* libcurl's multi handle knows it */
    int sends_max;                  /* how often the request may go out; 0: no limit */
    int sends;                      /* how often it has begun to: 0 means that nobody has seen it */
    struct transfer *queued;        /* next in the queue */
    struct transfer *newer, *older; /* among those borrowed */
};

/* Fills `transfer`, whose address must not change until it is given back, with a handle that has the
   options every transfer needs. STATUS_UNAVAILABLE when memory is out. */
enum status transfer_borrow(struct transfers *transfers, struct call *call,
                            struct transfer *transfer);

/* Runs it and parks the current task. STATUS_OK: libcurl is done, see `result`. STATUS_TIMEOUT: the
   deadline came first, and libcurl has let go of everything the options point at. STATUS_UNAVAILABLE:
   too many are under way. */
enum status transfer_run(struct transfers *transfers, struct call *call, struct transfer *transfer,
                         int64_t deadline_ms);

/* Closes the connection of a connect_only transfer; takes the handle back in any case. */
void transfer_give_back(struct transfers *transfers, struct transfer *transfer);

struct loop *transfers_loop(const struct transfers *transfers);

/* Tells the operator why, at most once a second: `event`, the host that `url` names (never its user or
   path), and libcurl's reason. */
void transfers_log(struct transfers *transfers, const struct call *call, const char *event,
                   const char *url, const char *reason);

#endif
