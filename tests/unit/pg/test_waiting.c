/* The queue for exclusive connections: first come first served, bounded, and left at the deadline. */
#include "tests/unit/pg/cmocka_group.h"

struct order {
    int next, finished[64], count;
};

static void hold_for_a_while(struct world *world)
{
    struct order *order = world->extra;
    int mine = order->next++;
    struct errand errand;
    errand_begin(&errand, 5000);
    struct pg_tx *tx;
    check_status(world, STATUS_OK, pg_begin(world->pool, &errand.call, &tx));
    order->finished[order->count++] = mine;
    check_status(world, STATUS_OK, pg_exec(tx, &sql[SQL_SLEEP], PG_ARGS(PG_INT(10)), NULL));
    check_status(world, STATUS_OK, pg_commit(tx));
    errand_end(&errand);
}

static void order_body(struct world *world)
{
    struct order order = {0};
    world->extra = &order;
    world_await_ready(world);
    for (int i = 0; i < 12; i++)
        world_start(world, hold_for_a_while);
    check(world, world_stats(world).waiting == 10 && world_stats(world).exclusive_busy == 2);
    world_join(world);
    for (int i = 0; i < 12; i++)
        check(world, order.finished[i] == i);
    check(world, world_stats(world).waiting == 0 && world_stats(world).exclusive_busy == 0);
}

static void test_first_come_first_served(void **state)
{
    world_run(*state, order_body);
}

static void full_body(struct world *world)
{
    struct order order = {0};
    world->extra = &order;
    world_await_ready(world);
    for (int i = 0; i < 12; i++)
        world_start(world, hold_for_a_while);
    struct errand errand;
    errand_begin(&errand, 5000);
    int64_t began_us = clock_monotonic_us();
    check_status(world, STATUS_UNAVAILABLE,
                 pg_write(world->pool, &errand.call, &sql[SQL_PID], PG_NO_ARGS, NULL));
    struct pg_tx *tx;
    check_status(world, STATUS_UNAVAILABLE, pg_begin(world->pool, &errand.call, &tx));
    check(world, clock_monotonic_us() - began_us < 20000);
    pg_rollback(tx);
    errand_end(&errand);
    world_join(world);
}

static void test_a_full_queue_refuses_at_once(void **state)
{
    world_run(*state, full_body);
}

static void wait_in_vain(struct world *world)
{
    struct errand errand;
    errand_begin(&errand, 50);
    check_status(world, STATUS_TIMEOUT,
                 pg_write(world->pool, &errand.call, &sql[SQL_PID], PG_NO_ARGS, NULL));
    errand_end(&errand);
}

static void patience_body(struct world *world)
{
    struct order order = {0};
    world->extra = &order;
    struct errand errand;
    errand_begin(&errand, 5000);
    world_await_ready(world);
    struct pg_tx *one, *two;
    check_status(world, STATUS_OK, pg_begin(world->pool, &errand.call, &one));
    check_status(world, STATUS_OK, pg_begin(world->pool, &errand.call, &two));
    world_start(world, hold_for_a_while);
    world_start(world, wait_in_vain); /* in the middle of the queue */
    world_start(world, hold_for_a_while);
    world_start(world, wait_in_vain); /* at its end */
    check(world, world_stats(world).waiting == 4);
    task_sleep(world->loop, 100);
    check(world, world_stats(world).waiting == 2);
    pg_rollback(one);
    check_status(world, STATUS_OK, pg_commit(two));
    world_join(world);
    check(world, order.count == 2);
    errand_end(&errand);
}

static void test_waiting_ends_at_the_deadline(void **state)
{
    world_run(*state, patience_body);
}

int test_waiting(struct server *server)
{
    const struct CMUnitTest tests[] = {
        world_test(test_first_come_first_served, server),
        world_test(test_a_full_queue_refuses_at_once, server),
        world_test(test_waiting_ends_at_the_deadline, server),
    };
    return cmocka_run_group_tests_name("pg waiting", tests, NULL, NULL);
}
