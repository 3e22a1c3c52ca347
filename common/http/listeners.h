/* The sockets of a process on its port, one for each loop; the first may be handed over by the process before.
 *
 * The kernel deals connections out to all sockets of a port that say they share it (SO_REUSEPORT), and keeps them in
 * a queue of that socket until they are accepted. When the last owner of a socket closes it, whoever waits in its
 * queue is reset. So a port is not handed over by closing one socket and opening another: the successor is given
 * the socket itself, and the queue with it. It is given as systemd gives one (sd_listen_fds(3)): LISTEN_PID is the
 * process, LISTEN_FDS is 1, and the socket is descriptor 3. Whoever hands it over (infra/local/sockets.py) relies on
 * two more promises: the first loop has the lowest descriptor, and is the first to listen.
 */
#ifndef STAGECRAFT_HTTP_LISTENERS_H
#define STAGECRAFT_HTTP_LISTENERS_H

#include "common/base/status.h"

/* Makes `count` sockets for `*port`, or takes the first one over. The first listens, the others do not before their
   servers are open: who waits in their queues would be reset if the start failed. `*port` 0: any free one, and then
   it is set. The sockets go to the servers (server_options.listener). STATUS_CONFLICT when the port is taken; a
   sentence in `error`. */
enum status listeners_open(const char *address, int *port, int count, int out[], char error[256]);

#endif
