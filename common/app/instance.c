/* Draining is a task like any other: it lets the server refuse new connections, looks every few
 * milliseconds whether the running requests are done, and stops the loop when they are, or when the
 * configured patience is over.
 */
#include "common/app/instance.h"

#include "common/app/background.h"
#include "common/app/gauges.h"
#include "common/app/parts.h"
#include "common/base/log.h"
#include "common/http/server.h"
#include "common/runtime/task.h"

#include <stdio.h>

enum { REQUEST_ARENA_MAX = 32 << 20, DRAIN_LOOK_MS = 5 };

/* Bytes of large request bodies on their way: of all loops together, and what one loop has at least,
   twice the largest body there is. */
enum { LARGE_BODIES_MAX = 64 << 20, LOOP_LARGE_BODIES_MIN = 16 << 20 };

struct instance {
    struct app app;
    struct server *server;
    struct background *background;
    struct loop_post drain_post;
    bool clean;
};

static void drain(void *argument)
{
    struct instance *instance = argument;
    struct loop *loop = instance->app.loop;
    server_drain(instance->server);
    background_stop(instance->background);
    const int64_t until = loop_now_ms(loop) + instance->app.settings->process.drain_timeout_ms;
    while (server_active(instance->server) > 0 || server_connections(instance->server) > 0 ||
           task_count(loop) > 1) { /* this one */
        if (loop_now_ms(loop) >= until) break;
        task_sleep(loop, DRAIN_LOOK_MS);
    }
    instance->clean = server_active(instance->server) == 0;
    loop_stop(loop);
}

static void begin_drain(void *context)
{
    struct instance *instance = context;
    if (task_start(instance->app.loop, drain, instance) != STATUS_OK)
        loop_stop(instance->app.loop); /* no task left to wait in: end now rather than never */
}

static size_t large_bodies_max(int64_t loops)
{
    const int64_t share = LARGE_BODIES_MAX / loops;
    return (size_t)(share > LOOP_LARGE_BODIES_MIN ? share : LOOP_LARGE_BODIES_MIN);
}

static enum status serve_on(struct instance *instance, int listener, int port, char error[256])
{
    struct app *app = &instance->app;
    const struct server_options options = {
        .address = app->settings->http.address,
        .port = port,
        .listener = listener,
        .connections_max = (int)app->settings->http.connections_max,
        .idle_timeout_ms = app->settings->http.idle_timeout_ms,
        .request_timeout_ms = app->settings->http.request_timeout_ms,
        .arena_max = REQUEST_ARENA_MAX,
        .large_bodies_max = large_bodies_max(app->settings->process.loops),
        .instance = app->instance,
    };
    return server_open(app->loop, &options, app->handler, app->metrics, &instance->server, error);
}

enum status instance_open(struct arena *arena, const struct instance_shared *shared, int index,
                          struct instance **out, char error[256])
{
    struct instance *instance = arena_new(arena, struct instance);
    struct app *app = &instance->app;
    app->arena = arena;
    app->loop_index = index;
    app->settings = shared->settings;
    app->offload = shared->offload;
    app->scaling = shared->scaling;
    app->fonts = shared->fonts;
    app->metrics_group = shared->metrics_group;
    app->instance = shared->name;
    app->draining = shared->draining;
    app->shared = shared->place;
    instance->drain_post.run = begin_drain;
    instance->drain_post.context = instance;

    enum status status = loop_open(&app->loop);
    if (status != STATUS_OK) {
        snprintf(error, 256, "cannot make an event loop: no descriptors left (ulimit -n)");
        return status;
    }
    status = wire(app, error);
    if (status != STATUS_OK) return status;
    app->metrics = metrics_new(app->metrics_group, arena, app->router);
    gauges_start(app);
    status = serve_on(instance, shared->listeners[index], shared->port, error);
    if (status != STATUS_OK) return status;
    *out = instance;
    return STATUS_OK;
}

bool instance_run(struct instance *instance)
{
    instance->background = background_start(&instance->app);
    loop_run(instance->app.loop);
    log_flush();
    return instance->clean;
}

void instance_close(struct instance *instance)
{
    struct app *app = &instance->app;
    server_close(instance->server);
    app_close_parts(app);
    loop_close(app->loop);
}

void instance_drain(struct instance *instance)
{
    loop_post(instance->app.loop, &instance->drain_post);
}
