/* Each function here reads a request, calls one rule or port operation, and writes its result. Answers of
 * this module are about one person or hold a token, so no cache may keep them.
 */
#include "common/modules/users/users_http.h"

#include "common/http/list.h"
#include "common/modules/users/sessions.h"
#include "common/modules/users/users.h"

enum { BODY_MAX = 8 * 1024, SEARCH_MAX = 100 };

static const int64_t HOUR_MS = 3600 * 1000;

static void user_write(struct json_writer *json, const char *name, const struct user *user)
{
    json_begin_object(json, name);
    json_add_int64(json, "id", user->id);
    json_add_text(json, "email", user->email);
    json_add_text(json, "name", user->name);
    json_add_text(json, "role", users_role_name(user->role));
    json_add_time(json, "created_at", user->created_ms);
    json_end_object(json);
}

/* Of the public routes; to answers of the others the router adds it. */
static void json_not_kept(struct response *response, int status, struct json_writer *json)
{
    response_json(response, status, json);
    response_header(response, "Cache-Control", "no-store");
}

static struct users_hashing hashing(const struct app *app)
{
    return (struct users_hashing){.offload = app->offload, .loop = app->loop};
}

static enum status post_user(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    struct app *app = context;
    struct new_user fresh = {0};
    const struct json_field fields[] = {
        {"email", JSON_KIND_TEXT, .out = &fresh.email},
        {"name", JSON_KIND_TEXT, .out = &fresh.name},
        {"password", JSON_KIND_TEXT, .out = &fresh.password},
    };
    json_t *body;
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = request_json(call, request, &body);
    if (status != STATUS_OK) return status;
    json_read(call, body, "", fields, sizeof(fields) / sizeof(fields[0]));
    status = call_check_fields(call);
    if (status != STATUS_OK) return status;

    const struct users_hashing work = hashing(app);
    struct user user;
    status = users_register(app->users, &work, call, &fresh, &user);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    json_not_kept(response, 201, &json);
    response_header(response, "Location", "/v1/users/me");
    user_write(&json, NULL, &user);
    return STATUS_OK;
}

static enum status post_session(void *context, struct call *call, const struct request *request,
                                struct response *response)
{
    struct app *app = context;
    const char *email = NULL, *password = NULL;
    const struct json_field fields[] = {
        {"email", JSON_KIND_TEXT, &email, .min = 1, .max = USER_EMAIL_MAX},
        {"password", JSON_KIND_TEXT, &password, .min = 1, .max = USER_PASSWORD_MAX},
    };
    json_t *body;
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = request_json(call, request, &body);
    if (status != STATUS_OK) return status;
    json_read(call, body, "", fields, sizeof(fields) / sizeof(fields[0]));
    status = call_check_fields(call);
    if (status != STATUS_OK) return status;

    const struct users_hashing work = hashing(app);
    struct user user;
    const char *token;
    int64_t expires_ms;
    status = users_authenticate(app->users, &work, call, email, password, &user);
    if (status == STATUS_OK)
        status = sessions_start(app->sessions, call, &user,
                                app->settings->shop.session_hours * HOUR_MS, &token, &expires_ms);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    json_not_kept(response, 201, &json);
    json_begin_object(&json, NULL);
    json_add_text(&json, "token", token);
    json_add_time(&json, "expires_at", expires_ms);
    user_write(&json, "user", &user);
    json_end_object(&json);
    return STATUS_OK;
}

static enum status delete_session(void *context, struct call *call, const struct request *request,
                                  struct response *response)
{
    struct app *app = context;
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = sessions_end(app->sessions, call);
    if (status != STATUS_OK) return status;
    response->status = 204;
    return STATUS_OK;
}

static enum status get_me(void *context, struct call *call, const struct request *request,
                          struct response *response)
{
    struct app *app = context;
    struct user user;
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = users_find(app->users, call, call->user_id, &user);
    if (status != STATUS_OK) return status;
    struct json_writer json;
    response_json(response, 200, &json);
    user_write(&json, NULL, &user);
    return STATUS_OK;
}

static enum status read_search(struct call *call, const struct request *request,
                               struct user_query *query)
{
    static const char *const names[] = {"email", "prefix", "limit", "cursor", NULL};
    const char *cursor;
    request_query_only(call, request, names);
    request_query_text(call, request, "email", USER_EMAIL_MAX, &query->email);
    request_query_text(call, request, "prefix", USER_EMAIL_MAX, &query->prefix);
    list_read(call, request, SEARCH_MAX, &query->limit, &cursor);
    if ((request_query(request, "email") != NULL) == (request_query(request, "prefix") != NULL))
        call_fail_field(call, "email", "exactly one of email and prefix must be given");
    enum status status = call_check_fields(call);
    if (status == STATUS_OK && cursor != NULL) status = users_read_cursor(call, cursor, query);
    return status;
}

static enum status get_users(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    struct app *app = context;
    struct user_query query = {0};
    struct user_page page;
    enum status status = read_search(call, request, &query);
    if (status == STATUS_OK) status = users_search(app->users, call, &query, &page);
    if (status != STATUS_OK) return status;

    struct json_writer json;
    list_begin(response, &json);
    for (int i = 0; i < page.count; i++)
        user_write(&json, NULL, &page.users[i]);
    list_end(&json, page.more ? users_cursor(call, &page.users[page.count - 1]) : NULL);
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_POST, "/v1/users", ACCESS_PUBLIC, .run = post_user, .body_max = BODY_MAX},
    {METHOD_POST, "/v1/sessions", ACCESS_PUBLIC, .run = post_session, .body_max = BODY_MAX},
    {METHOD_DELETE, "/v1/sessions/current", ACCESS_CUSTOMER, .run = delete_session},
    {METHOD_GET, "/v1/users/me", ACCESS_CUSTOMER, .run = get_me},
    {METHOD_GET, "/v1/admin/users", ACCESS_ADMIN, .run = get_users},
};

void users_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
}
