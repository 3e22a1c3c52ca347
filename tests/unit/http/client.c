/* Heads are read byte by byte, so that the next answer on the connection stays where it is.
 */
#include "tests/unit/http/client.h"

#include "common/base/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int client_connect(int port)
{
    const struct sockaddr_in where = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const struct timeval patience = {.tv_sec = 5};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&where, sizeof(where)) != 0) {
        perror("client: connect");
        abort();
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    return fd;
}

void client_send_bytes(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t count = send(fd, bytes, length, MSG_NOSIGNAL);
        if (count <= 0) return; /* refused: the answer, or its absence, tells */
        bytes += count;
        length -= (size_t)count;
    }
}

void client_send(int fd, const char *format, ...)
{
    char text[32 * 1024];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    client_send_bytes(fd, text, (size_t)length);
}

const char *answer_header(const struct answer *answer, const char *name)
{
    static _Thread_local char value[1024];
    const size_t length = strlen(name);
    for (const char *line = strstr(answer->head, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, length) != 0 || line[length] != ':') continue;
        snprintf(value, sizeof(value), "%.*s", (int)strcspn(line + length + 2, "\r"),
                 line + length + 2);
        return value;
    }
    return NULL;
}

bool answer_closes(const struct answer *answer)
{
    return strstr(answer->head, "\r\nConnection: close\r\n") != NULL;
}

static bool read_head(int fd, struct answer *answer)
{
    size_t length = 0;
    while (length < ANSWER_HEAD_MAX - 1) {
        const ssize_t count = recv(fd, answer->head + length, 1, 0);
        if (count <= 0) {
            answer->ended = count == 0 || length > 0;
            return false;
        }
        length++;
        answer->head[length] = '\0';
        if (length >= 4 && memcmp(answer->head + length - 4, "\r\n\r\n", 4) == 0) return true;
    }
    return false;
}

void client_read(int fd, struct answer *answer, bool bodiless)
{
    memset(answer, 0, sizeof(*answer));
    if (!read_head(fd, answer)) return;
    answer->status = atoi(answer->head + strlen("HTTP/1.1 "));
    const char *announced = answer_header(answer, "Content-Length");
    size_t left = announced && !bodiless ? strtoul(announced, NULL, 10) : 0;
    if (answer->status == 304 || answer->status == 204) left = 0;
    while (left > 0 && answer->body_length < ANSWER_BODY_MAX - 1) {
        size_t room = ANSWER_BODY_MAX - 1 - answer->body_length;
        const ssize_t count =
            recv(fd, answer->body + answer->body_length, left < room ? left : room, 0);
        if (count <= 0) {
            answer->ended = true;
            return;
        }
        answer->body_length += (size_t)count;
        left -= (size_t)count;
    }
}

void client_get(int fd, const char *target, struct answer *answer)
{
    client_send(fd, "GET %s HTTP/1.1\r\nHost: test\r\n\r\n", target);
    client_read(fd, answer, false);
}

void client_ask(int port, const char *text, struct answer *answer)
{
    const int fd = client_connect(port);
    client_send_bytes(fd, text, strlen(text));
    client_read(fd, answer, strncmp(text, "HEAD", 4) == 0);
    close(fd);
}

bool client_is_closed(int fd, int wait_for_ms)
{
    const int64_t until_ms = clock_monotonic_ms() + wait_for_ms;
    for (;;) {
        const int64_t left_ms = until_ms - clock_monotonic_ms();
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        if (left_ms <= 0 || poll(&poll_fd, 1, (int)left_ms) <= 0) return false;
        char unwanted[4096];
        if (recv(fd, unwanted, sizeof(unwanted), 0) <= 0) return true;
    }
}

void wait_ms(int duration_ms)
{
    const struct timespec duration = {.tv_sec = duration_ms / 1000,
                                      .tv_nsec = duration_ms % 1000 * 1000000L};
    nanosleep(&duration, NULL);
}
