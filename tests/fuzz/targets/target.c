/* The request target: first line the path, second line the query, as they stand in a request line.
 *
 * What is accepted must be what it was said to be: text, with the slashes it came with, and stable. Written
 * down again with every byte escaped it must be read as the same thing, since proxies may do just that.
 */
#include "common/http/target.h"
#include "common/base/bytes.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/requests.h"

void fuzz_open(void)
{
}

static int count_slashes(const char *text)
{
    int count = 0;
    for (; *text != '\0'; text++)
        count += *text == '/';
    return count;
}

/* Every byte but the slashes as %XX. */
static const char *escape(struct call *call, const char *text)
{
    char *out = arena_alloc(call->arena, 3 * strlen(text) + 1);
    char *end = out;
    for (; *text != '\0'; text++) {
        if (*text == '/') {
            *end++ = '/';
            continue;
        }
        char hex[3];
        bytes_to_hex(text, 1, hex);
        *end++ = '%';
        *end++ = hex[0];
        *end++ = hex[1];
    }
    return out;
}

static void check_path(struct call *call, const char *raw)
{
    struct request request = {0}, again = {0};
    enum status status = target_read_path(call, raw, &request);
    if (status != STATUS_OK) {
        MUST(status == STATUS_MALFORMED && strcmp(request.path, "") == 0);
        fuzz_check_failure(call, status);
        call_forgive(call);
        return;
    }
    MUST(bytes_is_utf8(request.path, strlen(request.path)));
    if (strcmp(raw, "*") == 0) return;
    MUST(request.path[0] == '/');
    if (raw[0] == '/') MUST(count_slashes(raw) == count_slashes(request.path));
    MUST(target_read_path(call, escape(call, request.path), &again) == STATUS_OK);
    MUST(strcmp(request.path, again.path) == 0);
}

static void check_query(struct call *call, const char *raw)
{
    struct request request = {0}, again = {0};
    enum status status = requests_read_query(call, raw, &request);
    if (status != STATUS_OK) {
        MUST(status == STATUS_MALFORMED);
        fuzz_check_failure(call, status);
        call_forgive(call);
        return;
    }
    MUST(request.query_count >= 0 && request.query_count <= REQUEST_QUERY_MAX);
    for (int i = 0; i < request.query_count; i++) {
        const struct request_pair *pair = &request.query[i];
        MUST(pair->name[0] != '\0');
        MUST(bytes_is_utf8(pair->name, strlen(pair->name)));
        MUST(bytes_is_utf8(pair->value, strlen(pair->value)));
        MUST(request_query(&request, pair->name) == pair->value); /* so no name is there twice */
        MUST(target_add_query(call, escape(call, pair->name), escape(call, pair->value), &again) ==
             STATUS_OK);
        MUST(strcmp(again.query[i].name, pair->name) == 0);
        MUST(strcmp(again.query[i].value, pair->value) == 0);
    }
}

/* One number has one spelling; what is refused leaves the variable alone. */
static void check_values(struct call *call, const char *raw)
{
    struct request request = {.query_count = 1, .parameter_count = 1};
    int64_t number = 7, id = 0;
    int32_t day = 7;
    const char *text = NULL;
    request.query[0] = request.parameters[0] = (struct request_pair){"name", raw};
    request_query_int64(call, &request, "name", INT64_MIN, INT64_MAX, &number);
    const bool wrong = call->failure.field_count > 0;
    MUST(wrong ? number == 7
               : strcmp(arena_printf(call->arena, "%lld", (long long)number), raw) == 0);
    call_forgive(call);
    number = 7;
    request_query_int64(call, &request, "name", -3, 40, &number);
    MUST(number >= -3 && number <= 40);
    call_forgive(call);

    if (request_id(call, &request, "name", &id) == STATUS_OK)
        MUST(!wrong && id > 0 &&
             strcmp(arena_printf(call->arena, "%lld", (long long)id), raw) == 0);
    else
        MUST(id == 0 && call->failure.status == STATUS_NOT_FOUND);
    call_forgive(call);

    request_query_day(call, &request, "name", &day);
    MUST(day == 7 || (day >= 0 && day <= 376199));
    call_forgive(call);
    if (!bytes_is_utf8(raw, strlen(raw))) return; /* the query has seen to that */
    request_query_text(call, &request, "name", 12, &text);
    MUST(text == NULL || (fuzz_is_clean(text) && strlen(text) <= 4 * 12));
    MUST((text == NULL) == (call->failure.field_count == 1));
}

void fuzz_one(struct call *call, struct input *input)
{
    const char *path = input_line(input, call);
    const char *query = input_line(input, call);
    check_path(call, path);
    check_query(call, query);
    check_values(call, query);
}
