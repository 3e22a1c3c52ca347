/* Connections that are kept open, each serving one task at a time, one request after the other (no pipelining, as
 * browsers do it).
 *
 * Whoever needs one takes the one that has been idle longest, so that all take turns: behind one address there may
 * be several loops or processes, and those share the load by connections. When none is idle another is opened, up
 * to the limit; after that tasks wait in line. An idle connection that the server closes is noticed at once,
 * and is not offered to anybody; one that it closes in this very moment is noticed when it is borrowed. (What remains
 * is a request that crosses with the end of its connection. It fails, as it does for a browser.)
 */
#ifndef STAGECRAFT_LOAD_CONNECTIONS_H
#define STAGECRAFT_LOAD_CONNECTIONS_H

#include "common/base/strbuf.h"
#include "common/runtime/task.h"
#include "tests/load/http_reader.h"
#include "tests/load/target.h"

enum {
    CONNECTIONS_MAX = 4096,
    CONNECTIONS_BODY_MAX = 64 << 20, /* of an answer that is thrown away; a longer one is garbage */
};

struct connections;
struct connection;

enum outcome {
    OUTCOME_ANSWERED,
    OUTCOME_CONNECT, /* no connection could be made */
    OUTCOME_CLOSED,  /* it was closed before the answer was complete */
    OUTCOME_TIMEOUT,
    OUTCOME_GARBAGE, /* what came was not HTTP, or more than the maximum */
};

struct answer {
    int status;
    int retry_after_s;
    bool replayed;
    size_t bytes;  /* of the body */
    int64_t at_us; /* when its last byte was read */
};

/* `target` and `arena` are borrowed. STATUS_UNAVAILABLE: no memory. */
enum status connections_open(struct connections **out, struct loop *loop, struct arena *arena,
                             const struct target *target, int limit, size_t request_max);

/* Nobody may have one or wait for one. */
void connections_close(struct connections *connections);

/* Opens `count` before they are needed. In a task. On failure the reason is in connections_error(). */
enum outcome connections_prepare(struct connections *connections, int count, int64_t deadline_ms);

/* Why the last connection could not be made: an errno. */
int connections_error(const struct connections *connections);

/* In a task: gets a connection that is open. `waited`: there was none at once. Not answered: there is nothing to give
   back. */
enum outcome connections_borrow(struct connections *connections, int64_t deadline_ms,
                                struct connection **out, bool *waited);

void connections_give_back(struct connection *connection);

/* Where the request is written, before connection_exchange() sends it; empty after connections_borrow(). */
struct strbuf *connection_request(struct connection *connection);

/* Sends what was written and reads the answer. `body` may be NULL; it takes at most `body_max` bytes. */
enum outcome connection_exchange(struct connection *connection, int64_t deadline_ms,
                                 struct http_body *body, size_t body_max, struct answer *out);

#endif
