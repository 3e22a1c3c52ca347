/* A streamed answer whose shape the request chooses, and a client that reads it to whatever end.
 *
 *   GET /stream?parts=&bytes=&ms=&fail=&empty=
 *
 * `parts` parts of `bytes` bytes, each made in `ms`; the one with number `fail` (from 0) fails; with
 * empty=1 every other part has no bytes. The parts are made of one letter each, from 'a' on. A part that finds
 * less than its own time left (STREAM_PART_MS) fails too.
 */
#ifndef STAGECRAFT_TESTS_UNIT_HTTP_STREAMS_H
#define STAGECRAFT_TESTS_UNIT_HTTP_STREAMS_H

#include "common/http/router.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/fixture.h"

enum { STREAM_PART_MS = 600 };

void streams_add(struct router *router, struct fixture *fixture);

enum stream_end {
    STREAM_COMPLETE, /* the last chunk, or with HTTP/1.0 an orderly end of the connection */
    STREAM_CUT,      /* chunks that stop, or a reset */
};

/* What came after the head of an answer. */
struct streamed {
    enum stream_end end;
    size_t bytes;
    int chunks;
    bool in_order; /* letters only went on to the next one */
};

/* Reads the body behind a head that client_read() has taken. */
void streams_read(int fd, const struct answer *answer, struct streamed *out);

/* One GET of /stream with this query: the head into `answer`, the rest into `out`. Answers the open socket. */
int streams_get(int port, const char *query, const char *version, struct answer *answer,
                struct streamed *out);

#endif
