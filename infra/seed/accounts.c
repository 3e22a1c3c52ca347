/* The hashing is the users module's own, so a seeded password is exactly as dear as a registered
 * one. It waits for an offload thread as every task does; hence a loop that runs one task and ends.
 */
#include "infra/seed/accounts.h"

#include "common/base/bytes.h"
#include "common/modules/users/users.h"
#include "common/runtime/task.h"
#include "infra/seed/files.h"

#include <stdio.h>
#include <string.h>

enum { HASHING_MS = 60000, ROLE_MAX = 16 };

/* What one account says before its password is hashed. */
struct draft {
    char role[ROLE_MAX + 1], email[USER_EMAIL_MAX + 1], password[USER_PASSWORD_MAX + 1];
};

struct hashing_errand {
    struct users_hashing users;
    struct call call;
    const struct draft *drafts;
    const char *shopper_password;
    struct accounts *out;
    enum status status;
};

void accounts_usual(struct accounts *out)
{
    *out = (struct accounts){
        .list = {{.email = "admin@shop.example", .name = "Admin", .role = "admin"},
                 {.email = "demo@shop.example", .name = "Demo", .role = "customer"}},
        .count = 2,
    };
}

static void hash_all(void *argument)
{
    struct hashing_errand *self = argument;
    struct accounts *out = self->out;
    self->status = users_hash_password(&self->users, &self->call, self->shopper_password,
                                       &out->shopper_password_hash);
    for (int i = 0; i < out->count && self->status == STATUS_OK; i++)
        self->status = users_hash_password(&self->users, &self->call, self->drafts[i].password,
                                           &out->list[i].password_hash);
    loop_stop(self->users.loop);
}

static enum status hash_in_a_task(struct hashing_errand *errand)
{
    enum status status = loop_open(&errand->users.loop);
    if (status != STATUS_OK) return status;
    status = offload_open(&errand->users.offload, 1, PLAN_ACCOUNTS_MAX + 1);
    if (status == STATUS_OK) {
        status = task_start(errand->users.loop, hash_all, errand);
        if (status == STATUS_OK) loop_run(errand->users.loop);
        offload_close(errand->users.offload);
    }
    loop_close(errand->users.loop);
    return status != STATUS_OK ? status : errand->status;
}

/* One line; the message does not repeat it, a part of it is secret. */
static enum status read_draft(struct call *call, const char *line, struct draft *draft,
                              struct plan_account *out)
{
    char format[32];
    int end = 0;
    snprintf(format, sizeof(format), "%%%ds %%%ds %%%ds%%n", ROLE_MAX, USER_EMAIL_MAX,
             USER_PASSWORD_MAX);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const int found = sscanf(line, format, draft->role, draft->email, draft->password, &end);
#pragma GCC diagnostic pop
    if (found != 3 || line[end] != '\0')
        return call_fail(call, STATUS_MALFORMED, "is not \"role e-mail password\"");
    const bool is_admin = strcmp(draft->role, users_role_name(ROLE_ADMIN)) == 0;
    if (!is_admin && strcmp(draft->role, users_role_name(ROLE_CUSTOMER)) != 0)
        return call_fail(call, STATUS_MALFORMED, "has a role that is neither admin nor customer");
    *out = (struct plan_account){
        .name = is_admin ? "Admin" : "Demo",
        .role = users_role_name(is_admin ? ROLE_ADMIN : ROLE_CUSTOMER),
    };
    const struct new_user user = {draft->email, out->name, draft->password};
    if (users_check_new(call, &user, &out->email) == STATUS_OK) return STATUS_OK;
    return call_fail(call, STATUS_MALFORMED, "has a bad %s: %s", call->failure.fields->field,
                     call->failure.fields->message);
}

static enum status read_drafts(struct accounts *out, struct call *call, char *text,
                               struct draft drafts[PLAN_ACCOUNTS_MAX], int *line_number)
{
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        ++*line_number;
        if (out->count == PLAN_ACCOUNTS_MAX)
            return call_fail(call, STATUS_MALFORMED, "is one account too many (at most %d)",
                             PLAN_ACCOUNTS_MAX);
        enum status status = read_draft(call, line, &drafts[out->count], &out->list[out->count]);
        if (status != STATUS_OK) return status;
        out->count++;
    }
    return out->count > 0 ? STATUS_OK : call_fail(call, STATUS_MALFORMED, "has no account");
}

enum status accounts_read(struct accounts *out, struct arena *arena, const char *file,
                          const char *shopper_file, char error[ACCOUNTS_ERROR])
{
    char text[FILES_TEXT_MAX], shopper[FILES_TEXT_MAX];
    struct draft drafts[PLAN_ACCOUNTS_MAX];
    struct hashing_errand errand = {.drafts = drafts, .out = out, .shopper_password = shopper};
    int line_number = 0;
    *out = (struct accounts){0};
    call_init(&errand.call, arena, HASHING_MS);
    enum status status = files_read(file, text, error, ACCOUNTS_ERROR);
    if (status == STATUS_OK && shopper_file)
        status = files_read_line(shopper_file, shopper, error, ACCOUNTS_ERROR);
    if (status != STATUS_OK) goto out;
    if (!shopper_file) snprintf(shopper, sizeof(shopper), "%s", bytes_random_token(arena));
    status = read_drafts(out, &errand.call, text, drafts, &line_number);
    if (status != STATUS_OK) {
        snprintf(error, ACCOUNTS_ERROR, "%s:%d %s", file, line_number, errand.call.failure.message);
        goto out;
    }
    status = hash_in_a_task(&errand);
    if (status != STATUS_OK)
        snprintf(error, ACCOUNTS_ERROR, "cannot hash passwords: %s", status_title(status));
out:
    explicit_bzero(text, sizeof(text));
    explicit_bzero(shopper, sizeof(shopper));
    explicit_bzero(drafts, sizeof(drafts));
    return status;
}
