/* Accounts on PostgreSQL. What somebody may have written a moment ago (their account, when they log in or
 * look at it) is read from where it is written: a replica may not have it yet. Only the search, which is
 * for admins and tolerates being a moment late, uses the read pool.
 */
#include "common/modules/users/users.h"

#include "common/pg/like.h"
#include "common/pg/pg.h"
#include "statements.h"

#include <inttypes.h>
#include <string.h>

struct users_pg {
    struct users port;
    struct pg_pool *read, *write;
};

/* Every statement names the same five columns first. */
static void read_user(const struct pg_rows *rows, int row, struct user *out)
{
    *out = (struct user){
        .id = pg_int64(rows, row, 0),
        .email = pg_text(rows, row, 1),
        .name = pg_text(rows, row, 2),
        .role = users_role(pg_text(rows, row, 3)),
        .created_ms = pg_time_ms(rows, row, 4),
    };
}

static enum status insert_user(struct users *users, struct call *call, const char *email,
                               const char *name, const char *password_hash, enum role role,
                               struct user *out)
{
    struct users_pg *self = (struct users_pg *)users;
    struct pg_rows rows;
    enum status status = pg_write(self->write, call, &users_insert_sql,
                                  PG_ARGS(PG_TEXT(email), PG_TEXT(name), PG_TEXT(password_hash),
                                          PG_TEXT(users_role_name(role))),
                                  &rows);
    if (status == STATUS_OK) {
        read_user(&rows, 0, out);
        return STATUS_OK;
    }
    const char *constraint = call->failure.constraint;
    if (status == STATUS_CONFLICT && constraint && strcmp(constraint, "accounts_email_key") == 0) {
        call_forgive(call);
        call_fail_field(call, "email", "is already registered");
        return call_fail(call, STATUS_CONFLICT, "this e-mail address is already registered");
    }
    return status;
}

static enum status find_user(struct users *users, struct call *call, int64_t id, struct user *out)
{
    struct users_pg *self = (struct users_pg *)users;
    struct pg_rows rows;
    enum status status = pg_read(self->write, call, &users_find_sql, PG_ARGS(PG_INT(id)), &rows);
    if (status != STATUS_OK) return status;
    if (rows.count == 0) return call_fail(call, STATUS_NOT_FOUND, "there is no user %" PRId64, id);
    read_user(&rows, 0, out);
    return STATUS_OK;
}

static enum status find_credentials(struct users *users, struct call *call, const char *email,
                                    struct user *out, const char **password_hash)
{
    struct users_pg *self = (struct users_pg *)users;
    struct pg_rows rows;
    enum status status =
        pg_read(self->write, call, &users_credentials_sql, PG_ARGS(PG_TEXT(email)), &rows);
    if (status != STATUS_OK) return status;
    if (rows.count == 0)
        return call_fail(call, STATUS_NOT_FOUND, "there is no account with this e-mail address");
    read_user(&rows, 0, out);
    *password_hash = pg_text(&rows, 0, 5);
    return STATUS_OK;
}

static enum status search_users(struct users *users, struct call *call,
                                const struct user_query *query, struct user_page *out)
{
    struct users_pg *self = (struct users_pg *)users;
    const struct pg_statement *statement =
        query->email != NULL ? &users_search_email_sql : &users_search_prefix_sql;
    const char *text = query->email != NULL ? query->email : pg_like_prefix(call, query->prefix);
    struct pg_rows rows;
    enum status status =
        pg_read(self->read, call, statement,
                PG_ARGS(PG_TEXT(text), PG_INT(query->after_id), PG_INT(query->limit + 1)), &rows);
    if (status != STATUS_OK) return status;
    out->more = rows.count > query->limit;
    out->count = out->more ? query->limit : rows.count;
    out->users = arena_array(call->arena, struct user, (size_t)out->count);
    for (int i = 0; i < out->count; i++)
        read_user(&rows, i, &out->users[i]);
    return STATUS_OK;
}

static const struct users_ops ops = {
    .insert = insert_user,
    .find = find_user,
    .credentials = find_credentials,
    .search = search_users,
};

struct users *users_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write)
{
    struct users_pg *self = arena_new(arena, struct users_pg);
    *self = (struct users_pg){.port = {.ops = &ops}, .read = read, .write = write};
    return &self->port;
}
