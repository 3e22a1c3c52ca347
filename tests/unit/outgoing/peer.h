/* The other side: a small server in threads of its own that does exactly what a test tells it to, also what
 * no decent server would do.
 */
#ifndef STAGECRAFT_TESTS_UNIT_OUTGOING_PEER_H
#define STAGECRAFT_TESTS_UNIT_OUTGOING_PEER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { PEER_CONNECTIONS_MAX = 256, PEER_REQUEST_MAX = 16384 };

struct peer;

/* Talks over one connection, the `index`-th from 0, and returns when it is to be closed. */
typedef void peer_serve_fn(struct peer *peer, int fd, int index);

struct peer {
    int listener, port;
    peer_serve_fn *serve;
    pthread_t acceptor;
    pthread_t threads[PEER_CONNECTIONS_MAX];
    int fds[PEER_CONNECTIONS_MAX];
    atomic_int connections; /* accepted */
    atomic_int requests;    /* read by peer_read_request() */
    pthread_mutex_t mutex;
    char first[PEER_REQUEST_MAX], last[PEER_REQUEST_MAX]; /* requests as they came */
};

/* Listens on a free port of 127.0.0.1. */
void peer_start(struct peer *peer, peer_serve_fn *serve);

/* Stops listening now; connections go on. */
void peer_refuse(struct peer *peer);

/* Ends everything. */
void peer_stop(struct peer *peer);

/* One HTTP request with its body; false when the client has gone. Kept in peer->last. */
bool peer_read_request(struct peer *peer, int fd);

/* One line of at most `size` - 1 bytes without its end. */
bool peer_read_line(int fd, char *line, size_t size);

/* False when the client has gone. */
bool peer_write(int fd, const char *text);

/* Until the client hangs up. */
void peer_hang(int fd);

/* A port nobody listens on. */
int peer_free_port(void);

#endif
