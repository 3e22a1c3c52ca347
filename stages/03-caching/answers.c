/* A table with one place for each hash of a request's target: a newcomer takes the place of whoever is there. When
 * the bytes are too many, a hand goes round and clears places. Both are crude and cheap; what is lost is written anew
 * from the near copy.
 *
 * An answer that is being sent is kept alive by the arena of its call, also when it has lost its place.
 */
#include "stages/03-caching/answers.h"

#include "common/base/bytes.h"
#include "common/http/conditional.h"
#include "stages/03-caching/counter.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 4096, TARGET_MAX = 512, ONE_MAX = 1 << 20 };

struct answer {
    int users; /* its place, and calls that send it */
    struct near_ref made_of;
    size_t length, bytes, target_length;
    const char *etag, *control, *route;
    int route_index;
    char *body;
    char target[]; /* then the texts above */
};

struct answers {
    struct handler handler; /* first: this is a handler */
    struct handler *inner;
    struct catalog_cache *cache;
    struct answer *places[PLACES];
    size_t bytes, bytes_max, hand;
    _Atomic int64_t repeated;
};

static void release(void *object)
{
    struct answer *answer = object;
    if (--answer->users == 0) free(answer);
}

static void clear(struct answers *answers, size_t place)
{
    struct answer *answer = answers->places[place];
    if (!answer) return;
    answers->places[place] = NULL;
    answers->bytes -= answer->bytes;
    release(answer);
}

/* --- targets --- */

/* The path and the query in the order it came; 0 when it is too long, or not a read. A NUL, which no part can
   hold, ends each of them. */
static size_t write_target(const struct request *request, char out[TARGET_MAX])
{
    if (request->method != METHOD_GET && request->method != METHOD_HEAD) return 0;
    if (strncmp(request->path, "/v1/", 4) != 0) return 0;
    const char *parts[1 + 2 * REQUEST_QUERY_MAX];
    int count = 0;
    size_t length = 0;
    parts[count++] = request->path;
    for (int i = 0; i < request->query_count; i++) {
        parts[count++] = request->query[i].name;
        parts[count++] = request->query[i].value;
    }
    for (int i = 0; i < count; i++) {
        const size_t part = strlen(parts[i]) + 1;
        if (length + part > TARGET_MAX) return 0;
        memcpy(out + length, parts[i], part);
        length += part;
    }
    return length;
}

/* --- keeping --- */

/* Routes whose answer is made of one value of the catalog and nothing else. */
static bool is_of_catalog(const char *route)
{
    static const char *const routes[] = {"/v1/home", "/v1/categories", "/v1/products",
                                         "/v1/products/{id}"};
    for (size_t i = 0; route && i < sizeof(routes) / sizeof(routes[0]); i++)
        if (strcmp(route, routes[i]) == 0) return true;
    return false;
}

static char *append(char **at, const char *bytes, size_t length)
{
    char *copy = *at;
    memcpy(copy, bytes, length);
    *at += length;
    return copy;
}

static struct answer *answer_new(const struct response *response, const char *target,
                                 size_t target_length)
{
    const char *etag = response_find_header(response, "ETag");
    const char *control = response_find_header(response, "Cache-Control");
    if (!etag || !control || response->header_count != 2) return NULL; /* not one we know */
    const size_t etag_size = strlen(etag) + 1, control_size = strlen(control) + 1;
    const size_t length = response->body.length;
    const size_t bytes =
        sizeof(struct answer) + target_length + etag_size + control_size + length + 1;
    struct answer *answer = malloc(bytes);
    if (!answer) return NULL;
    *answer = (struct answer){
        .users = 1, .length = length, .bytes = bytes, .target_length = target_length};
    char *at = answer->target;
    append(&at, target, target_length);
    answer->etag = append(&at, etag, etag_size);
    answer->control = append(&at, control, control_size);
    answer->body = append(&at, response->body.text, length + 1);
    answer->route = response->route; /* static */
    answer->route_index = response->route_index;
    return answer;
}

static void keep(struct answers *answers, size_t place, const char *target, size_t target_length,
                 const struct response *response, struct near_ref made_of)
{
    const bool fits = response->body.length > 0 && response->body.length <= ONE_MAX;
    if (response->status != 200 || response->next_part || !fits) return;
    if (!is_of_catalog(response->route)) return;
    struct answer *answer = answer_new(response, target, target_length);
    if (!answer) return;
    answer->made_of = made_of;
    clear(answers, place);
    for (int i = 0; i < PLACES && answers->bytes + answer->bytes > answers->bytes_max; i++)
        clear(answers, answers->hand++ % PLACES);
    answers->places[place] = answer;
    answers->bytes += answer->bytes;
}

/* --- the port --- */

static void repeat(struct answer *answer, struct call *call, const struct request *request,
                   struct response *response)
{
    const char *known = request_header(request, "If-None-Match");
    response->route = answer->route;
    response->route_index = answer->route_index;
    response_header(response, "Cache-Control", answer->control);
    response_header(response, "ETag", answer->etag);
    answer->users++;
    arena_on_release(call->arena, release, answer);
    if (known && conditional_matches(known, answer->etag)) {
        response->status = 304;
        return;
    }
    response->content_type = "application/json";
    response->body.text = answer->body; /* sent from here; nobody writes to a body after this */
    response->body.length = answer->length;
}

static enum status handle(struct handler *handler, struct call *call, struct request *request,
                          struct response *response)
{
    struct answers *answers = (struct answers *)handler;
    char target[TARGET_MAX];
    const size_t length = write_target(request, target);
    if (length == 0) return handler_handle(answers->inner, call, request, response);

    const size_t place = bytes_fnv1a(target, length) % PLACES;
    struct answer *answer = answers->places[place];
    if (answer && answer->target_length == length && memcmp(answer->target, target, length) == 0) {
        answer->users++; /* confirming may wait */
        const bool good = catalog_cache_confirm(answers->cache, call, answer->made_of);
        if (good) {
            repeat(answer, call, request, response);
            counter_add(&answers->repeated, 1);
        }
        release(answer);
        if (good) return STATUS_OK;
    }
    struct catalog_use use;
    catalog_cache_follow(answers->cache, &use, call);
    enum status status = handler_handle(answers->inner, call, request, response);
    catalog_cache_unfollow(&use);
    if (status == STATUS_OK && use.values == 1 && use.ref.slot != 0)
        keep(answers, place, target, length, response, use.ref);
    return status;
}

static size_t body_max(struct handler *handler, const struct request *request)
{
    return handler_body_max(((struct answers *)handler)->inner, request);
}

static enum status admit(struct handler *handler, struct call *call, const struct request *request)
{
    return handler_admit(((struct answers *)handler)->inner, call, request);
}

/* --- life --- */

struct answers *answers_around(struct arena *arena, struct handler *inner,
                               struct catalog_cache *cache, size_t bytes_max)
{
    static const struct handler_ops ops = {
        .handle = handle,
        .body_max = body_max,
        .admit = admit,
    };
    struct answers *answers = arena_new(arena, struct answers);
    answers->handler.ops = &ops;
    answers->inner = inner;
    answers->cache = cache;
    answers->bytes_max = bytes_max;
    return answers;
}

struct handler *answers_handler(struct answers *answers)
{
    return &answers->handler;
}

void answers_close(struct answers *answers)
{
    for (size_t i = 0; i < PLACES; i++)
        clear(answers, i);
}

const _Atomic int64_t *answers_repeated(const struct answers *answers)
{
    return &answers->repeated;
}
