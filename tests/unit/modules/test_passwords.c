/* Registering and logging in with the real argon2id on a real offload thread, over a store in memory.
 */
#include "common/modules/users/users.h"

#include "common/runtime/task.h"
#include "tests/unit/modules/groups.h"

#include <sodium.h>
#include <string.h>

/* --- a store that holds one account --- */

struct one_account {
    struct users port;
    struct user user; /* id 0: none */
    char email[64], hash[200];
    enum status credentials_status; /* when not OK: the weather */
};

static enum status insert_one(struct users *users, struct call *call, const char *email,
                              const char *name, const char *password_hash, enum role role,
                              struct user *out)
{
    struct one_account *self = (struct one_account *)users;
    (void)call;
    strncpy(self->email, email, sizeof(self->email) - 1);
    strncpy(self->hash, password_hash, sizeof(self->hash) - 1);
    self->user = (struct user){.id = 1, .email = self->email, .name = name, .role = role};
    *out = self->user;
    return STATUS_OK;
}

static enum status credentials_of_one(struct users *users, struct call *call, const char *email,
                                      struct user *out, const char **password_hash)
{
    struct one_account *self = (struct one_account *)users;
    if (self->credentials_status != STATUS_OK)
        return call_fail(call, self->credentials_status, "the weather");
    if (self->user.id == 0 || strcmp(email, self->email) != 0)
        return call_fail(call, STATUS_NOT_FOUND, "no such account");
    *out = self->user;
    *password_hash = self->hash;
    return STATUS_OK;
}

static const struct users_ops one_account_ops = {
    .insert = insert_one,
    .credentials = credentials_of_one,
};

/* --- a task to wait in --- */

struct scene {
    struct users_hashing hashing;
    struct one_account store;
    struct call *call;
    void (*play)(struct scene *scene);
    bool ended;
};

static void scene_body(void *argument)
{
    struct scene *scene = argument;
    scene->play(scene);
    scene->ended = true;
    loop_stop(scene->hashing.loop);
}

static void play_in_task(void (*play)(struct scene *scene))
{
    struct scene scene = {
        .store = {.port = {.ops = &one_account_ops}}, .call = call_new(), .play = play};
    assert_int_equal(loop_open(&scene.hashing.loop), STATUS_OK);
    assert_int_equal(offload_open(&scene.hashing.offload, 1, 4), STATUS_OK);
    assert_int_equal(task_start(scene.hashing.loop, scene_body, &scene), STATUS_OK);
    if (!scene.ended) loop_run(scene.hashing.loop);
    assert_true(scene.ended);
    offload_close(scene.hashing.offload);
    loop_close(scene.hashing.loop);
    call_done(scene.call);
}

static enum status log_in(struct scene *scene, const char *email, const char *password)
{
    struct user user;
    call_forgive(scene->call);
    return users_authenticate(&scene->store.port, &scene->hashing, scene->call, email, password,
                              &user);
}

static void sign_up(struct scene *scene)
{
    const struct new_user ada = {"Ada@Example.org", "Ada", "correct horse"};
    struct user user;
    assert_int_equal(users_register(&scene->store.port, &scene->hashing, scene->call, &ada, &user),
                     STATUS_OK);
}

/* --- the scenes --- */

static void play_log_in(struct scene *scene)
{
    sign_up(scene);
    assert_int_equal(scene->store.user.role, ROLE_CUSTOMER);
    assert_string_equal(scene->store.email, "ada@example.org");
    assert_null(strstr(scene->store.hash, "correct horse"));
    assert_int_equal(log_in(scene, "ADA@example.org", "correct horse"), STATUS_OK);
    assert_int_equal(log_in(scene, "ada@example.org", "correct horse "), STATUS_UNAUTHENTICATED);
    assert_int_equal(log_in(scene, "ada@example.org", "Correct horse"), STATUS_UNAUTHENTICATED);
}

static void the_right_password_fits(void **state)
{
    (void)state;
    play_in_task(play_log_in);
}

static void play_strangers(struct scene *scene)
{
    sign_up(scene);
    assert_int_equal(log_in(scene, "ada@example.org", "wrong horse"), STATUS_UNAUTHENTICATED);
    const char *wrong = arena_strdup(scene->call->arena, scene->call->failure.message);
    assert_int_equal(log_in(scene, "eve@example.org", "correct horse"), STATUS_UNAUTHENTICATED);
    assert_string_equal(scene->call->failure.message, wrong);
    assert_int_equal(log_in(scene, "no address", "correct horse"), STATUS_UNAUTHENTICATED);
    assert_string_equal(scene->call->failure.message, wrong);
    assert_int_equal(scene->call->failure.field_count, 0);
}

static void strangers_learn_nothing(void **state)
{
    (void)state;
    play_in_task(play_strangers);
}

static void play_same_work(struct scene *scene)
{
    sign_up(scene);
    assert_int_equal(crypto_pwhash_str_needs_rehash(scene->store.hash, 2, 19 << 20), 0);
    assert_int_equal(crypto_pwhash_str_needs_rehash(users_nobodys_password, 2, 19 << 20), 0);
}

/* The time of a verification is decided by the parameters in the stored form. */
static void nobodys_password_is_as_dear(void **state)
{
    (void)state;
    play_in_task(play_same_work);
}

static void play_weather(struct scene *scene)
{
    scene->store.credentials_status = STATUS_UNAVAILABLE;
    assert_int_equal(log_in(scene, "ada@example.org", "correct horse"), STATUS_UNAVAILABLE);
}

static void a_dead_store_is_no_wrong_password(void **state)
{
    (void)state;
    play_in_task(play_weather);
}

static void play_wrong_fields(struct scene *scene)
{
    const struct new_user ada = {"ada", "Ada", "correct horse"};
    struct user user;
    assert_int_equal(users_register(&scene->store.port, &scene->hashing, scene->call, &ada, &user),
                     STATUS_UNPROCESSABLE);
    assert_int_equal(scene->store.user.id, 0);
}

static void wrong_fields_store_nothing(void **state)
{
    (void)state;
    play_in_task(play_wrong_fields);
}

int test_passwords(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_password_fits),
        cmocka_unit_test(strangers_learn_nothing),
        cmocka_unit_test(nobodys_password_is_as_dear),
        cmocka_unit_test(a_dead_store_is_no_wrong_password),
        cmocka_unit_test(wrong_fields_store_nothing),
    };
    return cmocka_run_group_tests_name("passwords", tests, NULL, NULL);
}
