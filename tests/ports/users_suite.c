/* What every implementation of the users port does. */
#include "tests/ports/suites.h"

#include <stdio.h>

static const char hash[] = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA";

static struct user insert(struct harness *harness, struct users *users, const char *email)
{
    struct call *call = harness_call(harness);
    struct user user;
    assert_status(call, STATUS_OK,
                  users_insert(users, call, email, "Ada", hash, ROLE_CUSTOMER, &user));
    return user;
}

static void an_inserted_user_is_found(struct harness *harness, void *subject)
{
    struct users *users = subject;
    struct call *call = harness_call(harness);
    struct user user = insert(harness, users, "ada@example.org");
    assert_true(user.id > 0);
    assert_true(user.created_ms > 1700000000000);

    struct user found;
    assert_status(call, STATUS_OK, users_find(users, call, user.id, &found));
    assert_int_equal(found.id, user.id);
    assert_string_equal(found.email, "ada@example.org");
    assert_string_equal(found.name, "Ada");
    assert_int_equal(found.role, ROLE_CUSTOMER);
    assert_int_equal(found.created_ms, user.created_ms);
}

static void a_role_is_kept(struct harness *harness, void *subject)
{
    struct users *users = subject;
    struct call *call = harness_call(harness);
    struct user user;
    assert_status(call, STATUS_OK,
                  users_insert(users, call, "root@example.org", "Root", hash, ROLE_ADMIN, &user));
    assert_int_equal(user.role, ROLE_ADMIN);
    assert_status(call, STATUS_OK, users_find(users, call, user.id, &user));
    assert_int_equal(user.role, ROLE_ADMIN);
}

static void a_taken_email_is_a_conflict(struct harness *harness, void *subject)
{
    struct users *users = subject;
    struct call *call = harness_call(harness);
    struct user user;
    insert(harness, users, "ada@example.org");
    assert_field(call, STATUS_CONFLICT, "email",
                 users_insert(users, call, "ada@example.org", "Eve", hash, ROLE_CUSTOMER, &user));
    assert_status(call, STATUS_OK,
                  users_insert(users, call, "eve@example.org", "Eve", hash, ROLE_CUSTOMER, &user));
}

static void an_unknown_user_is_not_found(struct harness *harness, void *subject)
{
    struct users *users = subject;
    struct call *call = harness_call(harness);
    struct user user;
    const char *stored;
    assert_status(call, STATUS_NOT_FOUND, users_find(users, call, 4711, &user));
    assert_status(call, STATUS_NOT_FOUND,
                  users_credentials(users, call, "ada@example.org", &user, &stored));
}

static void credentials_carry_the_hash(struct harness *harness, void *subject)
{
    struct users *users = subject;
    struct call *call = harness_call(harness);
    struct user user = insert(harness, users, "ada@example.org"), found;
    const char *stored = NULL;
    assert_status(call, STATUS_OK,
                  users_credentials(users, call, "ada@example.org", &found, &stored));
    assert_int_equal(found.id, user.id);
    assert_string_equal(stored, hash);
}

static struct user_page search(struct harness *harness, struct users *users,
                               struct user_query query)
{
    struct call *call = harness_call(harness);
    struct user_page page;
    assert_status(call, STATUS_OK, users_search(users, call, &query, &page));
    return page;
}

static void a_search_by_email_is_exact(struct harness *harness, void *subject)
{
    struct users *users = subject;
    insert(harness, users, "ada@example.org");
    insert(harness, users, "ada@example.org.uk");
    struct user_page page =
        search(harness, users, (struct user_query){.email = "Ada@Example.org", .limit = 10});
    assert_int_equal(page.count, 1);
    assert_false(page.more);
    assert_string_equal(page.users[0].email, "ada@example.org");
    page = search(harness, users, (struct user_query){.email = "ada", .limit = 10});
    assert_int_equal(page.count, 0);
}

static void a_search_by_prefix_takes_the_text_as_it_is(struct harness *harness, void *subject)
{
    struct users *users = subject;
    insert(harness, users, "a_da@example.org");
    insert(harness, users, "alda@example.org");
    insert(harness, users, "bob@example.org");
    struct user_page page = search(harness, users, (struct user_query){.prefix = "A", .limit = 10});
    assert_int_equal(page.count, 2);
    page = search(harness, users, (struct user_query){.prefix = "a_", .limit = 10});
    assert_int_equal(page.count, 1);
    assert_string_equal(page.users[0].email, "a_da@example.org");
    page = search(harness, users, (struct user_query){.prefix = "%", .limit = 10});
    assert_int_equal(page.count, 0);
    page = search(harness, users, (struct user_query){.prefix = "\\", .limit = 10});
    assert_int_equal(page.count, 0);
}

static void pages_follow_one_another(struct harness *harness, void *subject)
{
    struct users *users = subject;
    enum { USERS = 5 };
    for (int i = 0; i < USERS; i++) {
        char email[64];
        snprintf(email, sizeof(email), "user%d@example.org", i);
        insert(harness, users, email);
    }
    struct user_query query = {.prefix = "user", .limit = 2};
    int seen = 0;
    for (;;) {
        struct user_page page = search(harness, users, query);
        for (int i = 0; i < page.count; i++) {
            assert_true(page.users[i].id > query.after_id);
            query.after_id = page.users[i].id;
            seen++;
        }
        if (!page.more) break;
        assert_int_equal(page.count, 2);
    }
    assert_int_equal(seen, USERS);
}

struct race {
    struct users *users;
    int won, lost;
};

static void register_the_same(struct harness *harness, int index, void *context)
{
    struct race *race = context;
    struct call *call = harness_call(harness);
    struct user user;
    (void)index;
    enum status status =
        users_insert(race->users, call, "one@example.org", "One", hash, ROLE_CUSTOMER, &user);
    if (status == STATUS_OK)
        race->won++;
    else if (status == STATUS_CONFLICT)
        race->lost++;
}

static void one_of_many_gets_an_email(struct harness *harness, void *subject)
{
    struct race race = {.users = subject};
    harness_together(harness, 12, register_the_same, &race);
    assert_int_equal(race.won, 1);
    assert_int_equal(race.lost, 11);
}

static const struct port_case cases[] = {
    {"an inserted user is found", an_inserted_user_is_found},
    {"a role is kept", a_role_is_kept},
    {"a taken e-mail is a conflict", a_taken_email_is_a_conflict},
    {"an unknown user is not found", an_unknown_user_is_not_found},
    {"credentials carry the hash", credentials_carry_the_hash},
    {"a search by e-mail is exact", a_search_by_email_is_exact},
    {"a search by prefix takes the text as it is", a_search_by_prefix_takes_the_text_as_it_is},
    {"pages follow one another", pages_follow_one_another},
    {"one of many gets an e-mail", one_of_many_gets_an_email},
};
const struct port_suite users_suite = {cases, sizeof(cases) / sizeof(cases[0])};
