/* A real server on a free port, its loop on a thread of its own; the tests are its clients.
 *
 * Its routes:
 *   GET  /ok            {"status":"ok"}
 *   GET  /sleep?ms=     the same, after that long in its task
 *   POST /echo          the body, at most ECHO_MAX bytes
 *   GET  /big?bytes=    that many bytes
 *   GET  /things/{id}   {"id":…,"q":…,"peer":…}, fails for what is not an id
 *   GET  /broken        500
 *   PUT  /none          204
 *   GET  /stream        see streams.h
 *   PUT  /upload        see uploads.h
 */
#ifndef STAGECRAFT_TESTS_UNIT_HTTP_FIXTURE_H
#define STAGECRAFT_TESTS_UNIT_HTTP_FIXTURE_H

#include "common/http/server.h"

#include <pthread.h>

enum { ECHO_MAX = 20000 };

struct fixture {
    struct arena arena;
    struct loop *loop;
    struct metrics_group *group;
    struct server *server;
    pthread_t thread;
    int port;
    _Atomic int begun;   /* requests to /sleep that have reached it */
    _Atomic int handled; /* handlers that have come to their end */
    _Atomic int parts;   /* of streamed answers that have been made */
};

/* Zero fields of `options` get values that do not disturb. */
void fixture_open(struct fixture *fixture, struct server_options options);

/* Stops the loop, closes the server, and waits for tasks that are left. */
void fixture_close(struct fixture *fixture);

/* Runs a function on the loop's thread and waits for it. */
void fixture_on_loop(struct fixture *fixture, void (*run)(struct fixture *fixture));

/* As the server says on its own thread. */
int fixture_active(struct fixture *fixture);
int fixture_connections(struct fixture *fixture);

/* All metrics as text, in the fixture's arena. */
const char *fixture_metrics(struct fixture *fixture);

#endif
