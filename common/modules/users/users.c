/* The rules of accounts: what an e-mail address, a name and a password must be like, and logging in without
 * telling strangers who has an account.
 *
 * Passwords follow NIST SP 800-63B: a minimum length, no rules about which characters, no expiry. An
 * e-mail address is only checked for what we need: that a mail can be written to it, in ASCII, and that
 * nothing in it can break out of a mail header. Whether it is somebody's is for a mail to find out.
 */
#include "common/modules/users/users.h"

#include "common/base/bytes.h"
#include "common/base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EMAIL_LOCAL_MAX = 64, EMAIL_LABEL_MAX = 63, CURSOR_MAX = 64 };

const char *users_role_name(enum role role)
{
    return role == ROLE_ADMIN ? "admin" : "customer";
}

enum role users_role(const char *name)
{
    return strcmp(name, "admin") == 0 ? ROLE_ADMIN : ROLE_CUSTOMER;
}

static bool is_alphanumeric(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

/* What stands before the @: dots only between other characters. */
static bool is_local_part(const char *text, size_t length)
{
    if (length == 0 || length > EMAIL_LOCAL_MAX || text[0] == '.' || text[length - 1] == '.')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' && text[i + 1] == '.') return false;
        if (!is_alphanumeric(text[i]) && strchr(".!#$%&'*+/=?^_`{|}~-", text[i]) == NULL)
            return false;
    }
    return true;
}

/* What stands behind it: at least two labels. "root@localhost" is nobody we can write to. */
static bool is_domain(const char *text)
{
    int labels = 0;
    for (;;) {
        size_t length = strcspn(text, ".");
        if (length == 0 || length > EMAIL_LABEL_MAX) return false;
        if (text[0] == '-' || text[length - 1] == '-') return false;
        for (size_t i = 0; i < length; i++)
            if (!is_alphanumeric(text[i]) && text[i] != '-') return false;
        labels++;
        if (text[length] == '\0') return labels >= 2;
        text += length + 1;
    }
}

const char *users_normal_email(struct call *call, const char *email)
{
    if (strlen(email) > USER_EMAIL_MAX) return NULL;
    char *normal = arena_strdup(call->arena, email);
    for (char *at = normal; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z') *at = (char)(*at - 'A' + 'a');
    const char *at_sign = strchr(normal, '@');
    if (at_sign == NULL || !is_local_part(normal, (size_t)(at_sign - normal))) return NULL;
    return is_domain(at_sign + 1) ? normal : NULL;
}

enum status users_check_new(struct call *call, const struct new_user *new_user, const char **email)
{
    *email = new_user->email != NULL ? users_normal_email(call, new_user->email) : NULL;
    if (new_user->email == NULL)
        call_fail_field(call, "email", "is required");
    else if (*email == NULL)
        call_fail_field(call, "email", "is not an e-mail address we can write to");

    text_check(call, "name", new_user->name, USER_NAME_MAX, TEXT_LINE);

    size_t length = new_user->password != NULL ? text_characters(new_user->password) : 0;
    if (new_user->password == NULL)
        call_fail_field(call, "password", "is required");
    else if (length < USER_PASSWORD_MIN || length > USER_PASSWORD_MAX)
        call_fail_field(call, "password", "must have %d to %d characters", USER_PASSWORD_MIN,
                        USER_PASSWORD_MAX);
    return call_check_fields(call);
}

enum status users_register(struct users *users, const struct users_hashing *hashing,
                           struct call *call, const struct new_user *new_user, struct user *out)
{
    const char *email, *hash;
    enum status status = users_check_new(call, new_user, &email);
    if (status == STATUS_OK) status = users_hash_password(hashing, call, new_user->password, &hash);
    if (status != STATUS_OK) return status;
    return users_insert(users, call, email, new_user->name, hash, ROLE_CUSTOMER, out);
}

enum status users_authenticate(struct users *users, const struct users_hashing *hashing,
                               struct call *call, const char *email, const char *password,
                               struct user *out)
{
    const char *normal = users_normal_email(call, email);
    const char *stored = users_nobodys_password;
    bool known = false, fits = false;
    if (normal != NULL) {
        enum status status = users_credentials(users, call, normal, out, &stored);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND) return status;
        known = status == STATUS_OK;
        call_forgive(call);
    }
    if (!known) stored = users_nobodys_password;
    enum status status = users_verify_password(hashing, call, password, stored, &fits);
    if (status != STATUS_OK) return status;
    if (!known || !fits)
        return call_fail(call, STATUS_UNAUTHENTICATED,
                         "the e-mail address or the password is wrong");
    return STATUS_OK;
}

#define CURSOR_PREFIX "users1:"

static const char *cursor_text(struct call *call, int64_t id)
{
    return arena_printf(call->arena, CURSOR_PREFIX "%" PRId64, id);
}

const char *users_cursor(struct call *call, const struct user *last)
{
    const char *text = cursor_text(call, last->id);
    return bytes_to_base64url(call->arena, text, strlen(text));
}

enum status users_read_cursor(struct call *call, const char *cursor, struct user_query *query)
{
    size_t length = 0;
    const char *text = NULL;
    if (strlen(cursor) <= CURSOR_MAX) text = bytes_from_base64url(call->arena, cursor, &length);
    /* however it reads, only what we would have written ourselves is a cursor */
    bool ours = text != NULL && strlen(text) == length &&
                strncmp(text, CURSOR_PREFIX, strlen(CURSOR_PREFIX)) == 0;
    int64_t id = ours ? strtoll(text + strlen(CURSOR_PREFIX), NULL, 10) : 0;
    if (id <= 0 || strcmp(text, cursor_text(call, id)) != 0)
        return call_fail(call, STATUS_MALFORMED, "the cursor is not one of ours");
    query->after_id = id;
    return STATUS_OK;
}
