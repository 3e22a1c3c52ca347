/* The listening socket: private to the server.
 */
#ifndef STAGECRAFT_HTTP_LISTEN_H
#define STAGECRAFT_HTTP_LISTEN_H

#include "common/base/status.h"

#include <stdbool.h>

/* Listens on address and port (0: any free one). `joins`: another loop of this process listens
   there already. STATUS_CONFLICT when the port is taken, with a sentence in `error`. */
enum status listen_open(const char *address, int port, bool joins, int *out_fd, int *out_port,
                        char error[256]);

#endif
