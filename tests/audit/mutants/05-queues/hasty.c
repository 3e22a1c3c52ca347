/* A worker that says "done" first and does it then: the inbox and the broker are told before the effect is there. Whoever is
 * asked whether it works says yes, until it is killed in between.
 *
 * The linker leads subscriptions_add() here (--wrap), so that every handler can be put behind one that answers at once.
 */
#include "common/base/log.h"
#include "common/runtime/task.h"
#include "stages/05-queues/subscriptions.h"
#include "tests/audit/mutants/mutants.h"

#include <stdlib.h>
#include <string.h>

enum { LATER_MS = 5000, ARENA_MAX = 32 << 20, TIMEOUT_MS = 15000 };

static struct loop *loop; /* set when the mistake is wanted */

struct wrapped {
    event_handler_fn *handler;
    void *context;
};

struct postponed {
    const struct wrapped *to;
    struct arena arena;
    struct event event;
};

static void do_it_then(void *argument)
{
    struct postponed *postponed = argument;
    struct call call;
    task_sleep(loop, LATER_MS);
    call_init(&call, &postponed->arena, TIMEOUT_MS);
    if (postponed->to->handler(postponed->to->context, &call, &postponed->event) != STATUS_OK)
        log_warn("postponed_failed", &call, LOG_TEXT("event_id", postponed->event.id));
    arena_release(&postponed->arena);
    free(postponed);
}

static enum status say_done(void *context, struct call *call, const struct event *event)
{
    const struct wrapped *to = context;
    if (!loop) return to->handler(to->context, call, event);
    struct postponed *postponed = calloc(1, sizeof(*postponed));
    if (!postponed) return call_fail(call, STATUS_UNAVAILABLE, "no memory");
    postponed->to = to;
    arena_init(&postponed->arena, ARENA_MAX);
    postponed->event = (struct event){
        .id = arena_strdup(&postponed->arena, event->id),
        .topic = arena_strdup(&postponed->arena, event->topic),
        .key = arena_strdup(&postponed->arena, event->key),
        .payload = arena_strdup(&postponed->arena, event->payload),
        .again = event->again,
    };
    return task_start(loop, do_it_then, postponed);
}

void __real_subscriptions_add(struct subscriptions *subscriptions, const char *topic,
                              const char *subscriber, event_handler_fn *handler, void *context);
void __wrap_subscriptions_add(struct subscriptions *subscriptions, const char *topic,
                              const char *subscriber, event_handler_fn *handler, void *context);

void __wrap_subscriptions_add(struct subscriptions *subscriptions, const char *topic,
                              const char *subscriber, event_handler_fn *handler, void *context)
{
    static struct wrapped wrapped[32]; /* as long as the process */
    static int count;
    if (count == (int)(sizeof(wrapped) / sizeof(wrapped[0]))) abort();
    wrapped[count] = (struct wrapped){handler, context};
    __real_subscriptions_add(subscriptions, topic, subscriber, say_done, &wrapped[count++]);
}

void done_before_effect(struct app *app)
{
    loop = app->loop;
}
