/* Where the requests go: http://HOST:PORT, taken apart and looked up once, before the clock starts.
 */
#ifndef STAGECRAFT_LOAD_TARGET_H
#define STAGECRAFT_LOAD_TARGET_H

#include "common/base/arena.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

enum { TARGET_ERROR_MAX = 400, TARGET_URL_MAX = 2048 };

struct target {
    const char *url;
    const char *authority; /* "127.0.0.1:8080", as the Host header has it */
    const char *host, *port;
    const char *path; /* with its query; NULL: none, or only "/" */
    struct sockaddr_storage address;
    socklen_t address_length;
};

/* Without asking anybody. False: `error` says what is wrong. */
bool target_parse(struct arena *arena, const char *url, struct target *out,
                  char error[TARGET_ERROR_MAX]);

/* Finds the host's address; may take as long as the system's resolver does. */
bool target_look_up(struct target *target, char error[TARGET_ERROR_MAX]);

#endif
