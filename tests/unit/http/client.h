/* The other end of the wire: raw sockets, so that a test can send what no HTTP library would.
 */
#ifndef STAGECRAFT_TESTS_UNIT_HTTP_CLIENT_H
#define STAGECRAFT_TESTS_UNIT_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

enum { ANSWER_HEAD_MAX = 8 * 1024, ANSWER_BODY_MAX = 128 * 1024 };

struct answer {
    int status; /* 0: the connection ended, or nothing came in time */
    bool ended; /* the server closed the connection instead of answering (in full) */
    char head[ANSWER_HEAD_MAX];
    char body[ANSWER_BODY_MAX];
    size_t body_length;
};

/* A connected socket that waits at most five seconds for anything. */
int client_connect(int port);

void client_send(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
void client_send_bytes(int fd, const char *bytes, size_t length);

/* Reads exactly one answer, leaving what follows unread. `bodiless`: an answer to HEAD. */
void client_read(int fd, struct answer *answer, bool bodiless);

/* GET on a connection that stays open. */
void client_get(int fd, const char *target, struct answer *answer);

/* A whole exchange on a connection of its own: sends the text, reads the first answer, closes. */
void client_ask(int port, const char *text, struct answer *answer);

/* Value of a header of the answer, copied into a static buffer; NULL when absent. */
const char *answer_header(const struct answer *answer, const char *name);

/* True when the answer says "Connection: close". Any thread. */
bool answer_closes(const struct answer *answer);

/* True when the server closes the connection within `wait_ms` (unread bytes are thrown away). */
bool client_is_closed(int fd, int wait_ms);

void wait_ms(int duration_ms);

#endif
