/* What every implementation of the sessions port does. */
#include "tests/ports/suites.h"

#include "common/base/clock.h"

static const char token_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char token_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

static int64_t somebody(struct harness *harness, struct sessions_subject *subject)
{
    struct call *call = harness_call(harness);
    struct user user;
    assert_status(call, STATUS_OK,
                  users_insert(subject->users, call, "ada@example.org", "Ada",
                               "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", ROLE_ADMIN, &user));
    return user.id;
}

static void insert(struct harness *harness, struct sessions_subject *subject, const char *hash,
                   int64_t user_id, int64_t lifetime_ms)
{
    struct call *call = harness_call(harness);
    const struct session session = {user_id, ROLE_ADMIN, clock_wall_ms() + lifetime_ms};
    assert_status(call, STATUS_OK, sessions_insert(subject->sessions, call, hash, &session));
}

static void a_session_is_found_until_it_is_removed(struct harness *harness, void *context)
{
    struct sessions_subject *subject = context;
    struct call *call = harness_call(harness);
    struct session found;
    int64_t user_id = somebody(harness, subject);
    const struct session session = {user_id, ROLE_ADMIN, clock_wall_ms() + 60000};
    assert_status(call, STATUS_OK, sessions_insert(subject->sessions, call, token_a, &session));

    assert_status(call, STATUS_OK, sessions_find(subject->sessions, call, token_a, &found));
    assert_int_equal(found.user_id, user_id);
    assert_int_equal(found.role, ROLE_ADMIN);
    assert_int_equal(found.expires_ms, session.expires_ms);

    assert_status(call, STATUS_OK, sessions_remove(subject->sessions, call, token_a));
    assert_status(call, STATUS_NOT_FOUND, sessions_find(subject->sessions, call, token_a, &found));
}

static void an_unknown_session_is_not_found(struct harness *harness, void *context)
{
    struct sessions_subject *subject = context;
    struct call *call = harness_call(harness);
    struct session found;
    assert_status(call, STATUS_NOT_FOUND, sessions_find(subject->sessions, call, token_a, &found));
}

static void an_expired_session_is_not_found(struct harness *harness, void *context)
{
    struct sessions_subject *subject = context;
    struct call *call = harness_call(harness);
    struct session found;
    int64_t user_id = somebody(harness, subject);
    insert(harness, subject, token_b, user_id, 60000); /* a login may sweep: let that be this one */
    insert(harness, subject, token_a, user_id, -1000);
    assert_status(call, STATUS_NOT_FOUND, sessions_find(subject->sessions, call, token_a, &found));
}

static void removing_what_is_not_there_is_fine(struct harness *harness, void *context)
{
    struct sessions_subject *subject = context;
    struct call *call = harness_call(harness);
    assert_status(call, STATUS_OK, sessions_remove(subject->sessions, call, token_a));
}

static void sessions_of_one_user_are_apart(struct harness *harness, void *context)
{
    struct sessions_subject *subject = context;
    struct call *call = harness_call(harness);
    struct session found;
    int64_t user_id = somebody(harness, subject);
    insert(harness, subject, token_a, user_id, 60000);
    insert(harness, subject, token_b, user_id, 60000);
    assert_status(call, STATUS_OK, sessions_remove(subject->sessions, call, token_a));
    assert_status(call, STATUS_NOT_FOUND, sessions_find(subject->sessions, call, token_a, &found));
    assert_status(call, STATUS_OK, sessions_find(subject->sessions, call, token_b, &found));
}

/* The rules on top, with a real store underneath: what login, a request and logout do. */
static void a_token_identifies_until_it_is_ended(struct harness *harness, void *context)
{
    struct sessions_subject *subject = context;
    struct call *login = harness_call(harness), *later = harness_call(harness);
    const struct user user = {.id = somebody(harness, subject), .role = ROLE_ADMIN};
    const char *token;
    int64_t expires_ms;
    assert_status(login, STATUS_OK,
                  sessions_start(subject->sessions, login, &user, 60000, &token, &expires_ms));
    assert_true(expires_ms > clock_wall_ms());

    assert_status(later, STATUS_OK, sessions_identify(subject->sessions, later, token));
    assert_int_equal(later->user_id, user.id);
    assert_int_equal(later->role, ROLE_ADMIN);
    assert_string_not_equal(later->token_hash, token);

    assert_status(later, STATUS_OK, sessions_end(subject->sessions, later));
    assert_status(login, STATUS_UNAUTHENTICATED,
                  sessions_identify(subject->sessions, login, token));
    assert_status(login, STATUS_UNAUTHENTICATED,
                  sessions_identify(subject->sessions, login, "not a token"));
    assert_int_equal(login->user_id, 0);
}

static const struct port_case cases[] = {
    {"a session is found until it is removed", a_session_is_found_until_it_is_removed},
    {"an unknown session is not found", an_unknown_session_is_not_found},
    {"an expired session is not found", an_expired_session_is_not_found},
    {"removing what is not there is fine", removing_what_is_not_there_is_fine},
    {"sessions of one user are apart", sessions_of_one_user_are_apart},
    {"a token identifies until it is ended", a_token_identifies_until_it_is_ended},
};
const struct port_suite sessions_suite = {cases, sizeof(cases) / sizeof(cases[0])};
