/* Each loop has a listening socket of its own on the same port and the kernel deals out the
 * connections (SO_REUSEPORT): no lock, and no thundering herd. The option has a trap: with it, any
 * second program of the same user may bind the port as well and silently take half of the
 * connections. So the first loop binds without it, which fails when anybody is there, and sets it
 * only after that, for its siblings.
 */
#include "common/http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t parse_address(const char *text, int port, union address *out)
{
    memset(out, 0, sizeof(*out));
    if (inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)port);
        return sizeof(out->v4);
    }
    if (inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        return sizeof(out->v6);
    }
    return 0;
}

static bool switch_on(int fd, int option)
{
    const int on = 1;
    return setsockopt(fd, SOL_SOCKET, option, &on, sizeof(on)) == 0;
}

static int port_of(const union address *address)
{
    return ntohs(address->any.sa_family == AF_INET ? address->v4.sin_port : address->v6.sin6_port);
}

enum status listen_bind(const char *address, int port, bool joins, int *out_fd, int *out_port,
                        char error[256])
{
    enum status status = STATUS_UNAVAILABLE;
    union address where;
    socklen_t length = parse_address(address, port, &where);
    int fd = -1;
    if (length == 0) {
        snprintf(error, 256, "'%s' is not an IP address to listen on", address);
        return STATUS_MALFORMED;
    }
    fd = socket(where.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) goto out;
    /* A restart must not wait for connections of the last run to leave TIME_WAIT. */
    if (!switch_on(fd, SO_REUSEADDR)) goto out;
    if (joins && !switch_on(fd, SO_REUSEPORT)) goto out;
    if (bind(fd, &where.any, length) != 0) goto out;
    if (!joins && !switch_on(fd, SO_REUSEPORT)) goto out;
    if (getsockname(fd, &where.any, &length) != 0) goto out;
    *out_fd = fd;
    *out_port = port_of(&where);
    return STATUS_OK;
out:
    if (errno == EADDRINUSE) {
        status = STATUS_CONFLICT;
        snprintf(error, 256, "port %d of %s is taken by another program", port, address);
    } else {
        snprintf(error, 256, "cannot listen on port %d of %s: %s", port, address, strerror(errno));
    }
    if (fd >= 0) close(fd);
    return status;
}

enum status listen_inherit(int fd, int *port, char error[256])
{
    union address where = {0};
    socklen_t length = sizeof(where), size = sizeof(int);
    int listens = 0;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens ||
        getsockname(fd, &where.any, &length) != 0 ||
        (where.any.sa_family != AF_INET && where.any.sa_family != AF_INET6)) {
        snprintf(error, 256, "descriptor %d was handed over as a listening socket and is none", fd);
        return STATUS_MALFORMED;
    }
    if (*port != 0 && *port != port_of(&where)) {
        snprintf(error, 256, "a socket on port %d was handed over, and http.port is %d",
                 port_of(&where), *port);
        return STATUS_MALFORMED;
    }
    /* Its last owner may have had no siblings that share the port; we may. */
    if (!switch_on(fd, SO_REUSEPORT) || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        snprintf(error, 256, "cannot use the socket that was handed over: %s", strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    *port = port_of(&where);
    return STATUS_OK;
}

enum status listen_begin(int fd, int port, char error[256])
{
    if (listen(fd, BACKLOG) == 0) return STATUS_OK;
    snprintf(error, 256, "cannot listen on port %d: %s", port, strerror(errno));
    return errno == EADDRINUSE ? STATUS_CONFLICT : STATUS_UNAVAILABLE;
}
