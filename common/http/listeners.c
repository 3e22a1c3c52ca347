/* They are made one right after the other, before anything else is opened: so their descriptors are in order. */
#include "common/http/listeners.h"

#include "common/http/listen.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST_INHERITED = 3 };

/* How many sockets this very process was started with; a child of it has none of them. */
static long inherited(void)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    if (!pid || !count || strtol(pid, NULL, 10) != (long)getpid()) return 0;
    return strtol(count, NULL, 10);
}

enum status listeners_open(const char *address, int *port, int count, int out[], char error[256])
{
    const long given = inherited();
    int made = 0;
    enum status status = STATUS_OK;
    if (given > 1) {
        snprintf(error, 256, "%ld sockets were handed over (LISTEN_FDS): one is enough", given);
        return STATUS_MALFORMED;
    }
    if (given == 1) {
        status = listen_inherit(FIRST_INHERITED, port, error);
        out[made++] = FIRST_INHERITED;
    }
    while (status == STATUS_OK && made < count) {
        status = listen_bind(address, *port, made > 0, &out[made], port, error);
        if (status == STATUS_OK) made++;
        /* at once: until somebody listens, a second program could take the port as well */
        if (status == STATUS_OK && made == 1) status = listen_begin(out[0], *port, error);
    }
    for (int i = (int)given; status != STATUS_OK && i < made; i++)
        close(out[i]);
    return status;
}
