/* One event loop with everything on it: the unit that main.c runs once per thread.
 *
 * Life: instance_open() wires and listens on the caller's thread; instance_run() turns the loop on its own
 * thread until instance_drain(), which any thread may call: stop accepting, finish what runs, end.
 */
#ifndef STAGECRAFT_APP_INSTANCE_H
#define STAGECRAFT_APP_INSTANCE_H

#include "common/app/app.h"

struct instance;

/* What all loops share; filled by main.c, borrowed. */
struct instance_shared {
    const struct settings *settings;
    struct offload *offload, *scaling;
    const struct pdf_fonts *fonts;
    struct metrics_group *metrics_group;
    const char *name;
    const int *listeners; /* one for each loop, which takes it (common/http/listeners.h) */
    int port;             /* where they listen */
    _Atomic bool *draining;
    void **place; /* app.h calls it `shared` */
};

/* On failure a sentence in `error`. */
enum status instance_open(struct arena *arena, const struct instance_shared *shared, int index,
                          struct instance **out, char error[256]);

/* Turns until drained. True when no request was cut. */
bool instance_run(struct instance *instance);

/* Closes everything, when no loop runs and the offload threads have ended: until then a thread may still
   post to the loop. */
void instance_close(struct instance *instance);

void instance_drain(struct instance *instance);

#endif
