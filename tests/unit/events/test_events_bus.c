/* The in-process bus on a transaction that is only a list of hooks: these are the two functions of pg.h
 * that the bus uses, and the linker takes them from here.
 */
#include "common/base/log.h"
#include "common/events/events.h"
#include "tests/unit/events/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOOKS_MAX = 16, TRACE_MAX = 512 };

struct pg_tx {
    struct call *call;
    int count;
    struct {
        void (*run)(void *context, struct call *call);
        void *context;
    } hooks[HOOKS_MAX];
};

struct call *pg_tx_call(struct pg_tx *tx)
{
    return tx->call;
}

void pg_on_commit(struct pg_tx *tx, void (*run)(void *context, struct call *call), void *context)
{
    assert_true(tx->count < HOOKS_MAX);
    tx->hooks[tx->count].run = run;
    tx->hooks[tx->count++].context = context;
}

static void commit(struct pg_tx *tx)
{
    const int count = tx->count;
    tx->count = 0;
    for (int i = 0; i < count; i++)
        tx->hooks[i].run(tx->hooks[i].context, tx->call);
}

struct world {
    struct arena process_arena, arena;
    struct call call;
    struct pg_tx tx;
    struct events *events;
    FILE *log;
    char trace[TRACE_MAX];
};

struct listener {
    struct world *world;
    const char *name;
    enum status answer;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    if (!world) return -1;
    arena_init(&world->process_arena, 1 << 20);
    arena_init(&world->arena, 1 << 20);
    call_init(&world->call, &world->arena, 1000);
    world->tx.call = &world->call;
    world->events = events_bus_new(&world->process_arena);
    world->log = tmpfile();
    if (!world->log) return -1;
    log_open(LOG_INFO, fileno(world->log));
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    log_open(LOG_INFO, STDERR_FILENO);
    fclose(world->log);
    arena_release(&world->arena);
    arena_release(&world->process_arena);
    free(world);
    return 0;
}

/* How often `part` stands in the log. */
static int logged(const struct world *world, const char *part)
{
    char text[8192] = "";
    int count = 0;
    log_flush();
    const ssize_t length = pread(fileno(world->log), text, sizeof(text) - 1, 0);
    assert_true(length >= 0);
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

static enum status listen(void *context, struct call *call, const struct event *event)
{
    const struct listener *listener = context;
    struct world *world = listener->world;
    const size_t used = strlen(world->trace);
    assert_ptr_equal(call, &world->call);
    assert_int_equal(call->failure.status, STATUS_OK); /* nobody else's failure is in sight */
    assert_int_equal(call->failure.field_count, 0);
    snprintf(world->trace + used, TRACE_MAX - used, "%s:%s:%s:%s ", listener->name, event->id,
             event->key, event->payload);
    if (listener->answer == STATUS_OK) return STATUS_OK;
    call_fail_field(call, "field", "is of the subscriber");
    return call_fail(call, listener->answer, "the mail server is down");
}

static void subscribe(struct world *world, const char *topic, struct listener *listener)
{
    listener->world = world;
    events_subscribe(world->events, topic, listener->name, listen, listener);
}

static void publish(struct world *world, const char *id, const char *topic)
{
    char copied[] = "order-17", payload[] = "{}";
    const struct event event = {.id = id, .topic = topic, .key = copied, .payload = payload};
    assert_int_equal(events_publish(world->events, &world->tx, &event), STATUS_OK);
    memset(copied, '?', sizeof(copied) - 1); /* the bus has its own */
    memset(payload, '?', sizeof(payload) - 1);
}

static void test_nothing_before_the_commit(void **state)
{
    struct world *world = *state;
    struct listener mail = {.name = "mail"};
    subscribe(world, "order.confirmed", &mail);
    publish(world, "e1", "order.confirmed");
    assert_string_equal(world->trace, "");
    commit(&world->tx);
    assert_string_equal(world->trace, "mail:e1:order-17:{} ");
}

static void test_nothing_after_a_rollback(void **state)
{
    struct world *world = *state;
    struct listener mail = {.name = "mail"};
    subscribe(world, "order.confirmed", &mail);
    publish(world, "e1", "order.confirmed");
    world->tx.count = 0;
    commit(&world->tx);
    assert_string_equal(world->trace, "");
}

static void test_to_whom_and_in_which_order(void **state)
{
    struct world *world = *state;
    struct listener a = {.name = "a"}, b = {.name = "b"}, c = {.name = "c"};
    subscribe(world, "order.confirmed", &a);
    subscribe(world, "order.rejected", &b);
    subscribe(world, "order.confirmed", &c);
    publish(world, "e1", "order.confirmed");
    publish(world, "e2", "order.rejected");
    publish(world, "e3", "nobody.cares");
    commit(&world->tx);
    assert_string_equal(world->trace, "a:e1:order-17:{} c:e1:order-17:{} b:e2:order-17:{} ");
    assert_int_equal(logged(world, "event="), 0);
}

static void test_a_failure_is_logged_once_and_forgiven(void **state)
{
    struct world *world = *state;
    struct listener a = {.name = "first", .answer = STATUS_UNAVAILABLE}, b = {.name = "second"};
    subscribe(world, "order.confirmed", &a);
    subscribe(world, "order.confirmed", &b);
    publish(world, "e1", "order.confirmed");
    commit(&world->tx);
    assert_string_equal(world->trace, "first:e1:order-17:{} second:e1:order-17:{} ");
    assert_int_equal(world->call.failure.status, STATUS_OK);
    assert_null(world->call.failure.message);
    assert_int_equal(logged(world, "event=event_not_handled"), 1);
    assert_int_equal(logged(world, "level=error"), 1);
    assert_int_equal(logged(world, "subscriber=first"), 1);
    assert_int_equal(logged(world, "topic=order.confirmed"), 1);
    assert_int_equal(logged(world, "event_id=e1"), 1);
    assert_int_equal(logged(world, "detail=\"the mail server is down\""), 1);
}

/* What the call had to say before the commit, it still has to say. */
static void test_the_call_keeps_its_own_failure(void **state)
{
    struct world *world = *state;
    struct listener a = {.name = "a", .answer = STATUS_TIMEOUT}, b = {.name = "b"};
    subscribe(world, "order.rejected", &a);
    subscribe(world, "order.rejected", &b);
    call_fail_field(&world->call, "lines[0].quantity", "only 2 places are left");
    assert_int_equal(call_fail(&world->call, STATUS_SOLD_OUT, "not enough places are left"),
                     STATUS_SOLD_OUT);
    publish(world, "e1", "order.rejected");
    commit(&world->tx);
    assert_int_equal(world->call.failure.status, STATUS_SOLD_OUT);
    assert_string_equal(world->call.failure.message, "not enough places are left");
    assert_int_equal(world->call.failure.field_count, 1);
    assert_string_equal(world->call.failure.fields->field, "lines[0].quantity");
    assert_null(world->call.failure.fields->next);
}

struct chain {
    struct world *world;
    const char *topic; /* what it publishes in answer */
};

static enum status publish_next(void *context, struct call *call, const struct event *event)
{
    const struct chain *chain = context;
    struct pg_tx tx = {.call = call};
    const struct event next = {
        .id = "e2", .topic = chain->topic, .key = event->key, .payload = event->payload};
    enum status status = events_publish(chain->world->events, &tx, &next);
    commit(&tx);
    return status;
}

static void test_a_subscriber_may_publish(void **state)
{
    struct world *world = *state;
    struct chain chain = {.world = world, .topic = "mail.sent"};
    struct listener a = {.name = "a"}, b = {.name = "b"};
    events_subscribe(world->events, "order.confirmed", "chain", publish_next, &chain);
    subscribe(world, "order.confirmed", &a);
    subscribe(world, "mail.sent", &b);
    publish(world, "e1", "order.confirmed");
    commit(&world->tx);
    assert_string_equal(world->trace, "b:e2:order-17:{} a:e1:order-17:{} ");
}

int test_events_bus(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_before_the_commit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_after_a_rollback, setup, teardown),
        cmocka_unit_test_setup_teardown(test_to_whom_and_in_which_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_failure_is_logged_once_and_forgiven, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_call_keeps_its_own_failure, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_subscriber_may_publish, setup, teardown),
    };
    return cmocka_run_group_tests_name("events bus", tests, NULL, NULL);
}
