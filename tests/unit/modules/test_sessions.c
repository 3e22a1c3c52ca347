/* The rules of sessions over a store in memory that remembers one session and counts the questions.
 */
#include "common/modules/users/sessions.h"

#include "common/base/clock.h"
#include "tests/unit/modules/groups.h"

#include <string.h>

struct one_session {
    struct sessions port;
    char hash[128];
    struct session session;
    int asked;
    enum status weather; /* what find answers when not OK */
};

static enum status insert_one(struct sessions *sessions, struct call *call, const char *token_hash,
                              const struct session *session)
{
    struct one_session *self = (struct one_session *)sessions;
    (void)call;
    strncpy(self->hash, token_hash, sizeof(self->hash) - 1);
    self->session = *session;
    return STATUS_OK;
}

static enum status find_one(struct sessions *sessions, struct call *call, const char *token_hash,
                            struct session *out)
{
    struct one_session *self = (struct one_session *)sessions;
    self->asked++;
    if (self->weather != STATUS_OK) return call_fail(call, self->weather, "the weather");
    if (strcmp(token_hash, self->hash) != 0)
        return call_fail(call, STATUS_NOT_FOUND, "there is no such session");
    *out = self->session;
    return STATUS_OK;
}

static enum status remove_one(struct sessions *sessions, struct call *call, const char *token_hash)
{
    struct one_session *self = (struct one_session *)sessions;
    (void)call;
    if (strcmp(token_hash, self->hash) == 0) self->hash[0] = '\0';
    return STATUS_OK;
}

static const struct sessions_ops ops = {insert_one, find_one, remove_one};

static const char *start(struct one_session *store, struct call *call)
{
    const struct user user = {.id = 7, .role = ROLE_ADMIN};
    const char *token;
    int64_t expires_ms;
    *store = (struct one_session){.port = {.ops = &ops}};
    assert_int_equal(sessions_start(&store->port, call, &user, 1000, &token, &expires_ms),
                     STATUS_OK);
    assert_int_equal(expires_ms, store->session.expires_ms);
    assert_in_range(expires_ms, clock_wall_ms(), clock_wall_ms() + 1000);
    return token;
}

static void a_token_is_known_by_its_hash_alone(void **state)
{
    (void)state;
    struct one_session store;
    struct call *call = call_new();
    const char *token = start(&store, call);
    assert_int_equal(strlen(store.hash), 64);
    assert_null(strstr(store.hash, token));

    assert_int_equal(sessions_identify(&store.port, call, token), STATUS_OK);
    assert_int_equal(call->user_id, 7);
    assert_int_equal(call->role, ROLE_ADMIN);
    assert_string_equal(call->token_hash, store.hash);
    assert_int_equal(sessions_end(&store.port, call), STATUS_OK);
    assert_int_equal(sessions_identify(&store.port, call, token), STATUS_UNAUTHENTICATED);
    call_done(call);
}

static void two_tokens_differ(void **state)
{
    (void)state;
    struct one_session store;
    struct call *call = call_new();
    const char *first = start(&store, call);
    assert_string_not_equal(first, start(&store, call));
    assert_int_equal(sessions_identify(&store.port, call, first), STATUS_UNAUTHENTICATED);
    assert_int_equal(call->user_id, 0);
    call_done(call);
}

static void what_cannot_be_a_token_asks_nobody(void **state)
{
    (void)state;
    struct one_session store;
    struct call *call = call_new();
    start(&store, call);
    assert_int_equal(sessions_identify(&store.port, call, ""), STATUS_UNAUTHENTICATED);
    assert_int_equal(sessions_identify(&store.port, call, "x"), STATUS_UNAUTHENTICATED);
    assert_int_equal(sessions_identify(&store.port, call, repeat(call, "x", 512)),
                     STATUS_UNAUTHENTICATED);
    assert_int_equal(store.asked, 0);
    call_done(call);
}

static void a_dead_store_is_no_wrong_token(void **state)
{
    (void)state;
    struct one_session store;
    struct call *call = call_new();
    const char *token = start(&store, call);
    store.weather = STATUS_UNAVAILABLE;
    assert_int_equal(sessions_identify(&store.port, call, token), STATUS_UNAVAILABLE);
    assert_int_equal(call->user_id, 0);
    call_done(call);
}

int test_sessions(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_known_by_its_hash_alone),
        cmocka_unit_test(two_tokens_differ),
        cmocka_unit_test(what_cannot_be_a_token_asks_nobody),
        cmocka_unit_test(a_dead_store_is_no_wrong_token),
    };
    return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
