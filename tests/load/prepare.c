/* What must be there before the clock starts: connections, lists that are fetched, accounts and their tokens.
 *
 * Registering and logging in is hashing passwords, which is made to be slow; so a few accounts are made at a time. None
 * of this is in the figures.
 */
#include "tests/load/run.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PREPARED_CONNECTIONS = 16, /* of an open run: enough for a server's loops to get their share */
    PREPARE_TIMEOUT_MS = 30000,
    PREPARE_TRIES = 5,
    PREPARE_BODY_MAX = 16 << 20,
    PREPARE_ARENA_MAX = 256 << 20,
    REGISTRARS = 4,
    PASSWORD_LENGTH = 20,
};

__attribute__((format(printf, 2, 3))) static bool fail(struct run *run, const char *format, ...)
{
    if (run->failed) return false; /* the first failure is the one to mend */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(run->error, sizeof(run->error), format, arguments);
    va_end(arguments);
    run->failed = true;
    return false;
}

static const char *outcome_text(const struct run *run, enum outcome outcome)
{
    static const char *const texts[] = {
        [OUTCOME_CLOSED] = "the connection was closed instead of an answer",
        [OUTCOME_TIMEOUT] = "no answer in time",
        [OUTCOME_GARBAGE] = "what came was not HTTP, or too long",
    };
    return outcome == OUTCOME_CONNECT ? strerror(connections_error(run->connections))
                                      : texts[outcome];
}

/* Asks, and again after a while when the server is busy. False: said. */
static bool ask(struct run *run, const char *method, const char *path, const char *json,
                struct http_body *body)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct mix_step step = {.method = method, .has_body = json != NULL};
    template_literal(&arena, path, &step.path);
    if (json) template_literal(&arena, json, &step.body);
    struct answer answer = {0};
    enum outcome outcome = OUTCOME_CONNECT;
    bool unused;
    for (int tries = 1; !run->failed && !run->ended; tries++) {
        outcome = run_ask(run, &step, NULL, NULL, clock_monotonic_ms() + PREPARE_TIMEOUT_MS, body,
                          PREPARE_BODY_MAX, &answer, &unused);
        const bool is_busy =
            outcome == OUTCOME_ANSWERED && (answer.status == 429 || answer.status == 503);
        if (!is_busy || tries == PREPARE_TRIES) break;
        task_sleep(run->loop, answer.retry_after_s > 0 ? answer.retry_after_s * 1000 : 300 * tries);
    }
    arena_release(&arena);
    if (outcome != OUTCOME_ANSWERED)
        return fail(run, "%s %s: %s", method, path, outcome_text(run, outcome));
    if (answer.status >= 200 && answer.status < 300) return true;
    return fail(run, "%s %s: the server answered %d%s%.200s", method, path, answer.status,
                body->length > 0 ? ": " : "", body->length > 0 ? body->text : "");
}

static bool ask_json(struct run *run, struct call *call, const char *method, const char *path,
                     const char *sent, json_t **out)
{
    struct http_body body = {0};
    bool good = ask(run, method, path, sent, &body);
    if (good && json_parse(call, body.length > 0 ? body.text : "", body.length, out) != STATUS_OK)
        good = fail(run, "%s %s: the answer is not JSON: %s", method, path, call->failure.message);
    free(body.text);
    return good;
}

/* --- lists --- */

static bool take_items(struct run *run, struct value *value, const json_t *items)
{
    const size_t count = json_array_size(items);
    if (count == 0 || count > VALUE_LIST_MAX)
        return fail(run, "GET %s: %zu items in the answer, where '%s' needs 1 to %d", value->path,
                    count, value->name, VALUE_LIST_MAX);
    value->list = arena_array(run->arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *member = json_object_get(json_array_get(items, i), value->member);
        const char *text =
            json_is_integer(member)
                ? arena_printf(run->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(member))
                : json_string_value(member);
        if (!text || !value_text_is_good(text))
            return fail(run, "GET %s: item %zu has no '%s' that is a number or a short text",
                        value->path, i, value->member);
        value->list[value->count++] = arena_strdup(run->arena, text);
    }
    return true;
}

static bool fetch(struct run *run, struct value *value)
{
    struct arena arena;
    struct call call;
    json_t *answer = NULL;
    arena_init(&arena, PREPARE_ARENA_MAX);
    call_init(&call, &arena, PREPARE_TIMEOUT_MS);
    const bool good = ask_json(run, &call, "GET", value->path, NULL, &answer) &&
                      take_items(run, value, json_object_get(answer, "items"));
    arena_release(&arena);
    return good;
}

/* --- shoppers --- */

struct office {
    struct run *run;
    struct value *tokens;
    int next, wanted;
    int registrars;
    struct task *waiting;
};

static bool make_shopper(struct run *run, struct value *tokens, int number)
{
    struct arena arena;
    struct call call;
    json_t *account = NULL, *session = NULL;
    char password[PASSWORD_LENGTH + 1];
    arena_init(&arena, PREPARE_ARENA_MAX);
    call_init(&call, &arena, PREPARE_TIMEOUT_MS);
    bytes_random_hex(password, PASSWORD_LENGTH);
    const char *email = arena_printf(&arena, "load-%s-%d@shop.example", run->id, number);
    const char *registration =
        arena_printf(&arena, "{\"email\":\"%s\",\"name\":\"Load Shopper\",\"password\":\"%s\"}",
                     email, password);
    const char *login =
        arena_printf(&arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
    bool good = ask_json(run, &call, "POST", "/v1/users", registration, &account) &&
                ask_json(run, &call, "POST", "/v1/sessions", login, &session);
    const char *token = good ? json_string_value(json_object_get(session, "token")) : NULL;
    if (good && (!token || !value_text_is_good(token)))
        good = fail(run, "POST /v1/sessions: the answer has no 'token'");
    if (good) tokens->list[tokens->count++] = arena_strdup(run->arena, token);
    arena_release(&arena);
    return good;
}

static void register_some(void *argument)
{
    struct office *office = argument;
    while (office->next < office->wanted && !office->run->failed && !office->run->ended) {
        progress_say(&office->run->progress, "registering shopper %d of %d", office->next + 1,
                     office->wanted);
        if (!make_shopper(office->run, office->tokens, office->next++)) break;
    }
    office->registrars--;
    task_wake(office->waiting);
}

static bool register_shoppers(struct run *run, struct value *tokens)
{
    struct office office = {.run = run,
                            .tokens = tokens,
                            .wanted = run->mix->shoppers,
                            .waiting = task_current(run->loop)};
    tokens->list = arena_array(run->arena, const char *, (size_t)office.wanted);
    for (int i = 0; i < REGISTRARS; i++) {
        office.registrars++;
        if (task_start(run->loop, register_some, &office) != STATUS_OK) office.registrars--;
    }
    while (office.registrars > 0) {
        const enum status status = task_park(run->loop, INT64_MAX); /* each ends by itself */
        (void)status;
    }
    return !run->failed;
}

/* --- all --- */

static bool connect_to(struct run *run)
{
    const struct options *options = run->options;
    int count = options->saturate > 0 ? options->saturate : options->connections;
    if (options->saturate == 0 && count > PREPARED_CONNECTIONS) count = PREPARED_CONNECTIONS;
    const enum outcome outcome =
        connections_prepare(run->connections, count, clock_monotonic_ms() + options->timeout_ms);
    if (outcome == OUTCOME_ANSWERED) return true;
    return fail(run, "cannot connect to %s: %s: does it run there?", run->target->url,
                outcome_text(run, outcome));
}

bool run_prepare(struct run *run)
{
    run->patience_end_ms = INT64_MAX;
    if (!connect_to(run)) return false;
    for (int i = 0; i < run->mix->values.count && !run->ended; i++) {
        struct value *value = &run->mix->values.all[i];
        if (value->kind == VALUE_FETCH && !fetch(run, value)) return false;
        if (value->kind == VALUE_SHOPPER && !register_shoppers(run, value))
            return fail(run, "shoppers could not be registered");
    }
    return !run->ended;
}
