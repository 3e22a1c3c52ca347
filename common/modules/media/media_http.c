/* A product's picture is two modules' business: media makes and keeps the files, the catalog remembers
 * the key. The upload goes through both, one after the other. Should the second step fail, the files
 * are there and nobody shows them, which harms nothing; sent again, the same picture finds them.
 */
#include "common/modules/media/media_http.h"

#include "common/modules/catalog/catalog.h"
#include "common/modules/catalog/catalog_http.h"
#include "common/modules/media/media.h"

#include <string.h>
#include <strings.h>

enum { UPLOAD_TIMEOUT_MS = 20000 }; /* others may be before it in the queue */

/* Only this long name may be cached for ever: it is made of what it names. */
static const char for_ever[] = "public, max-age=31536000, immutable";

/* --- the upload --- */

static enum status read_kind(struct call *call, const struct request *request,
                             enum picture_kind *out)
{
    static const struct {
        const char *name;
        enum picture_kind kind;
    } types[] = {{"image/png", PICTURE_PNG}, {"image/jpeg", PICTURE_JPEG}};
    const char *type = request_header(request, "Content-Type");
    for (size_t i = 0; type && i < sizeof(types) / sizeof(types[0]); i++) {
        const size_t length = strlen(types[i].name);
        if (strncasecmp(type, types[i].name, length) != 0) continue;
        if (type[length] != '\0' && !strchr("; \t", type[length])) continue;
        *out = types[i].kind;
        return STATUS_OK;
    }
    return call_fail(call, STATUS_MEDIA_TYPE, "a picture is image/png or image/jpeg");
}

static enum status change_picture(struct app *app, struct call *call, int64_t id, int64_t version,
                                  const char *key, struct response *response)
{
    const struct product_change change = {.has_picture = true, .picture = key};
    struct product product;
    enum status status = catalog_change(app->catalog, call, id, version, &change, &product);
    if (status == STATUS_OK) product_answer(response, call, 200, &product);
    return status;
}

static enum status put_picture(void *context, struct call *call, const struct request *request,
                               struct response *response)
{
    struct app *app = context;
    int64_t id, version;
    enum picture_kind kind = PICTURE_PNG;
    struct product product;
    char key[PICTURE_KEY_CHARS + 1];
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = product_if_match(call, request, id, &version);
    if (status == STATUS_OK) status = catalog_find(app->catalog, call, id, &product);
    if (status == STATUS_OK) status = read_kind(call, request, &kind);
    if (status == STATUS_OK)
        status = media_add(app->media, call, kind, request->body, request->body_length, key);
    if (status == STATUS_OK) status = change_picture(app, call, id, version, key, response);
    return status;
}

static enum status delete_picture(void *context, struct call *call, const struct request *request,
                                  struct response *response)
{
    int64_t id, version;
    enum status status = request_no_query(call, request);
    if (status == STATUS_OK) status = request_id(call, request, "id", &id);
    if (status == STATUS_OK) status = product_if_match(call, request, id, &version);
    if (status == STATUS_OK) status = change_picture(context, call, id, version, NULL, response);
    return status;
}

/* --- the files --- */

/* "medium.jpg" */
static bool read_size(const char *name, enum picture_size *out)
{
    for (enum picture_size size = PICTURE_SMALL; size < PICTURE_SIZES; size++) {
        const size_t length = strlen(picture_size_name(size));
        if (strncmp(name, picture_size_name(size), length) != 0) continue;
        if (strcmp(name + length, ".jpg") != 0) continue;
        *out = size;
        return true;
    }
    return false;
}

static enum status get_picture(void *context, struct call *call, const struct request *request,
                               struct response *response)
{
    struct app *app = context;
    const char *key = request->parameters[0].value, *name = request->parameters[1].value;
    enum picture_size size;
    enum status status = request_no_query(call, request);
    if (status != STATUS_OK) return status;
    if (!media_is_key(key) || !read_size(name, &size))
        return call_fail(call, STATUS_NOT_FOUND, "there is no such picture");
    status = media_read(app->media, call, key, size, &response->body);
    if (status != STATUS_OK) return status;
    response->content_type = "image/jpeg";
    response_header(response, "Cache-Control", for_ever);
    response_header(response, "ETag",
                    arena_printf(call->arena, "\"%s-%s\"", key, picture_size_name(size)));
    response_header(response, "X-Content-Type-Options", "nosniff");
    return STATUS_OK;
}

static const struct route routes[] = {
    {METHOD_GET, "/v1/pictures/{key}/{size}", ACCESS_PUBLIC, .run = get_picture},
    {METHOD_PUT, "/v1/admin/products/{id}/picture", ACCESS_ADMIN, .run = put_picture,
     .body_max = PICTURE_UPLOAD_MAX, .timeout_ms = UPLOAD_TIMEOUT_MS},
    {METHOD_DELETE, "/v1/admin/products/{id}/picture", ACCESS_ADMIN, .run = delete_picture},
};

void media_http_add(struct router *router, struct app *app)
{
    router_add(router, routes, sizeof(routes) / sizeof(routes[0]), app);
}
