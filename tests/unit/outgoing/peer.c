/* One thread accepts, one more per connection talks. Blocking calls, so that a script reads like the
 * conversation it holds.
 */
#include "tests/unit/outgoing/peer.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct visit {
    struct peer *peer;
    int fd, index;
};

static void *talk(void *argument)
{
    struct visit visit = *(struct visit *)argument;
    free(argument);
    visit.peer->serve(visit.peer, visit.fd, visit.index);
    shutdown(visit.fd, SHUT_RDWR);
    return NULL;
}

static void *accept_all(void *argument)
{
    struct peer *peer = argument;
    for (int index = 0; index < PEER_CONNECTIONS_MAX; index++) {
        const int fd = accept(peer->listener, NULL, NULL);
        if (fd < 0) break;
        struct visit *visit = malloc(sizeof(*visit));
        if (!visit) abort();
        *visit = (struct visit){.peer = peer, .fd = fd, .index = index};
        peer->fds[index] = fd;
        if (pthread_create(&peer->threads[index], NULL, talk, visit) != 0) abort();
        peer->connections = index + 1;
    }
    return NULL;
}

static int listen_anywhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return fd;
}

void peer_start(struct peer *peer, peer_serve_fn *serve)
{
    memset(peer, 0, sizeof(*peer));
    pthread_mutex_init(&peer->mutex, NULL);
    peer->serve = serve;
    peer->listener = listen_anywhere(&peer->port);
    if (pthread_create(&peer->acceptor, NULL, accept_all, peer) != 0) abort();
}

void peer_refuse(struct peer *peer)
{
    shutdown(peer->listener, SHUT_RDWR);
}

void peer_stop(struct peer *peer)
{
    peer_refuse(peer);
    pthread_join(peer->acceptor, NULL);
    for (int i = 0; i < peer->connections; i++) {
        shutdown(peer->fds[i], SHUT_RDWR);
        pthread_join(peer->threads[i], NULL);
        close(peer->fds[i]);
    }
    close(peer->listener);
    pthread_mutex_destroy(&peer->mutex);
}

static void keep(struct peer *peer, const char *request)
{
    pthread_mutex_lock(&peer->mutex);
    if (peer->requests == 0) snprintf(peer->first, sizeof(peer->first), "%s", request);
    snprintf(peer->last, sizeof(peer->last), "%s", request);
    peer->requests++;
    pthread_mutex_unlock(&peer->mutex);
}

bool peer_read_request(struct peer *peer, int fd)
{
    char request[PEER_REQUEST_MAX];
    size_t length = 0, wanted = SIZE_MAX;
    while (length < wanted && length < sizeof(request) - 1) {
        const ssize_t got = recv(fd, request + length, sizeof(request) - 1 - length, 0);
        if (got <= 0) return false;
        length += (size_t)got;
        request[length] = '\0';
        const char *end = strstr(request, "\r\n\r\n");
        if (!end) continue;
        const char *header = strcasestr(request, "\r\nContent-Length:");
        wanted = (size_t)(end + 4 - request) + (header ? strtoul(header + 17, NULL, 10) : 0);
    }
    keep(peer, request);
    return true;
}

bool peer_read_line(int fd, char *line, size_t size)
{
    size_t length = 0;
    for (;;) {
        char byte;
        if (recv(fd, &byte, 1, 0) != 1) return false;
        if (byte == '\n') break;
        if (byte != '\r' && length < size - 1) line[length++] = byte;
    }
    line[length] = '\0';
    return true;
}

bool peer_write(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        const ssize_t sent = send(fd, text, left, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        text += sent;
        left -= (size_t)sent;
    }
    return true;
}

void peer_hang(int fd)
{
    char unread[1024];
    while (recv(fd, unread, sizeof(unread), 0) > 0)
        continue;
}

int peer_free_port(void)
{
    int port;
    close(listen_anywhere(&port));
    return port;
}
