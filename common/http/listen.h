/* One listening socket: private to common/http.
 */
#ifndef STAGECRAFT_HTTP_LISTEN_H
#define STAGECRAFT_HTTP_LISTEN_H

#include "common/base/status.h"

#include <stdbool.h>

/* Takes address and port (0: any free one), without listening yet. `joins`: another loop of this process has
   them already. STATUS_CONFLICT when the port is taken, with a sentence in `error`. */
enum status listen_bind(const char *address, int port, bool joins, int *out_fd, int *out_port,
                        char error[256]);

/* A socket that listens already, from whoever started this process: at `*port`, which may be 0 (any) and
   is then set. STATUS_MALFORMED when it is something else. The caller keeps it in any case. */
enum status listen_inherit(int fd, int *port, char error[256]);

/* From here on the kernel takes connections and keeps them until they are accepted. */
enum status listen_begin(int fd, int port, char error[256]);

#endif
