/* Posts: in order, from anywhere, none lost, none run twice.
 */
#include "tests/unit/runtime/world.h"

#include <pthread.h>
#include <stdlib.h>

enum { THREADS = 4, POSTS = 5000 };

struct counted {
    struct sender *sender;
    int number;
    struct loop_post post;
};

struct sender {
    struct world *world;
    pthread_t thread;
    struct counted *posts;
    int next;     /* the number that must come next */
    int disorder; /* how often another came */
};

static void arrive(void *context)
{
    struct counted *counted = context;
    struct sender *sender = counted->sender;
    if (counted->number != sender->next++) sender->disorder++;
    if (++sender->world->count == THREADS * POSTS) loop_stop(sender->world->loop);
}

static void *send_all(void *argument)
{
    struct sender *sender = argument;
    for (int i = 0; i < POSTS; i++)
        loop_post(sender->world->loop, &sender->posts[i].post);
    return NULL;
}

static void test_from_many_threads(void **state)
{
    struct world *world = *state;
    struct sender senders[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        struct sender *sender = &senders[i];
        sender->world = world;
        sender->posts = calloc(POSTS, sizeof(*sender->posts));
        assert_non_null(sender->posts);
        for (int k = 0; k < POSTS; k++)
            sender->posts[k] = (struct counted){
                .sender = sender,
                .number = k,
                .post = {.run = arrive, .context = &sender->posts[k]},
            };
        assert_int_equal(pthread_create(&sender->thread, NULL, send_all, sender), 0);
    }
    world_run(world);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(senders[i].thread, NULL);
        assert_int_equal(senders[i].next, POSTS);
        assert_int_equal(senders[i].disorder, 0);
        free(senders[i].posts);
    }
}

struct chain {
    struct world *world;
    struct loop_post post;
};

static void post_again(void *context)
{
    struct chain *chain = context;
    if (++chain->world->count < 1000)
        loop_post(chain->world->loop, &chain->post);
    else
        loop_stop(chain->world->loop);
}

static void test_posted_again_from_its_own_run(void **state)
{
    struct world *world = *state;
    struct chain chain = {.world = world, .post = {.run = post_again, .context = &chain}};
    loop_post(world->loop, &chain.post);
    world_run(world);
    assert_int_equal(world->count, 1000);
}

static void free_post(void *context)
{
    struct chain *chain = context;
    loop_stop(chain->world->loop);
    free(chain);
}

static void test_freed_in_its_own_run(void **state)
{
    struct world *world = *state;
    struct chain *chain = calloc(1, sizeof(*chain));
    assert_non_null(chain);
    *chain = (struct chain){.world = world, .post = {.run = free_post, .context = chain}};
    loop_post(world->loop, &chain->post);
    world_run(world);
}

static void *answer(void *argument)
{
    struct chain *chain = argument;
    loop_post(chain->world->loop, &chain->post);
    return NULL;
}

static void stop_loop(void *context)
{
    struct chain *chain = context;
    loop_stop(chain->world->loop);
}

/* The loop sleeps, with nothing else that could wake it in time. */
static void test_a_post_ends_the_wait(void **state)
{
    struct world *world = *state;
    for (int i = 0; i < 50; i++) {
        struct chain chain = {.world = world, .post = {.run = stop_loop, .context = &chain}};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, answer, &chain), 0);
        world_run(world);
        pthread_join(thread, NULL);
    }
}

int test_posts(void)
{
    const struct CMUnitTest tests[] = {
        world_test(test_from_many_threads),
        world_test(test_posted_again_from_its_own_run),
        world_test(test_freed_in_its_own_run),
        world_test(test_a_post_ends_the_wait),
    };
    return cmocka_run_group_tests_name("posts", tests, NULL, NULL);
}
