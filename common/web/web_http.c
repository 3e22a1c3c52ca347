/* Pages must be asked for anew each time (cheaply: they have an ETag), because they name the assets
 * of their version; assets under that version never change and are kept for a year. While two
 * versions of the shop run side by side a page of one may ask the other for its assets: it gets
 * what there is, but may not keep it. The policy in each page's head allows scripts, styles,
 * pictures and requests from this shop alone, nothing inline, and no strings turned into code.
 */
#include "common/web/web_http.h"

#include "common/web/web_files.h"

#include <string.h>
#include <strings.h>

static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; "
                             "img-src 'self' blob:; font-src 'self'; connect-src 'self'; "
                             "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
                             "require-trusted-types-for 'script'; trusted-types 'none'";

/* Does the header list this coding or type, and not only to refuse it (";q=0")? */
static bool accepts(const struct request *request, const char *header, const char *wanted)
{
    const char *at = request_header(request, header);
    const size_t length = strlen(wanted);
    for (; at && *at != '\0'; at = *at == ',' ? at + 1 : at) {
        at += strspn(at, " \t");
        const size_t item = strcspn(at, ",");
        const bool named = item >= length && strncasecmp(at, wanted, length) == 0 &&
                           (item == length || strchr("; \t", at[length]) != NULL);
        if (named) {
            const char *quality = memmem(at, item, "q=0", 3);
            if (!quality) return true;
            const size_t zeros = strspn(quality + 2, "0.");
            return strchr(", \t;", quality[2 + zeros]) == NULL; /* also at the end */
        }
        at += item;
    }
    return false;
}

static void send_file(const struct request *request, const struct web_file *file,
                      struct response *response)
{
    const struct web_bytes *bytes = &file->plain;
    if (file->gzip.length > 0) {
        response_header(response, "Vary", "Accept-Encoding");
        if (accepts(request, "Accept-Encoding", "gzip")) {
            bytes = &file->gzip;
            response_header(response, "Content-Encoding", "gzip");
        }
    }
    response_header(response, "X-Content-Type-Options", "nosniff");
    response_header(response, "ETag", bytes->tag);
    response->content_type = file->content_type;
    strbuf_clear(&response->body);
    strbuf_add(&response->body, bytes->bytes, bytes->length);
}

static void send_page(const struct request *request, const struct web_file *page,
                      struct response *response)
{
    send_file(request, page, response);
    response_header(response, "Content-Security-Policy", policy);
    response_header(response, "Referrer-Policy", "same-origin");
    response_header(response, "Cross-Origin-Opener-Policy", "same-origin");
}

/* What the query says is for the page's script. */
static enum status get_page(void *context, struct call *call, const struct request *request,
                            struct response *response)
{
    (void)call;
    send_page(request, context, response);
    response_header(response, "Cache-Control", "public, max-age=0, must-revalidate");
    return STATUS_OK;
}

static enum status get_asset(void *context, struct call *call, const struct request *request,
                             struct response *response)
{
    (void)context;
    const char *version = request->parameters[0].value, *name = request->parameters[1].value;
    for (size_t i = 0; i < web_assets_count; i++) {
        if (strcmp(web_assets[i].name, name) != 0) continue;
        const bool ours = strcmp(version, web_version) == 0;
        send_file(request, &web_assets[i], response);
        response_header(response, "Cache-Control",
                        ours ? "public, max-age=31536000, immutable" : "no-cache");
        return STATUS_OK;
    }
    return call_fail(call, STATUS_NOT_FOUND, "there is no such file");
}

void web_http_add(struct router *router, struct arena *arena)
{
    static const struct route assets = {METHOD_GET, "/assets/{version}/{name}", ACCESS_PUBLIC,
                                        get_asset, .quiet = true};
    router_add(router, &assets, 1, NULL);
    struct route *pages = arena_alloc(arena, web_pages_count * sizeof(*pages));
    for (size_t i = 0; i < web_pages_count; i++) {
        pages[i] = (struct route){METHOD_GET, web_pages[i].name, ACCESS_PUBLIC, get_page};
        router_add(router, &pages[i], 1, (void *)&web_pages[i]);
    }
}

/* --- where there is nothing --- */

struct around {
    struct handler handler; /* first: it is a handler */
    struct handler *inner;
};

static bool wants_page(const struct request *request, const struct response *response)
{
    if (response->route || strncmp(request->path, "/v1/", 4) == 0) return false;
    if (request->method != METHOD_GET && request->method != METHOD_HEAD) return false;
    return accepts(request, "Accept", "text/html");
}

static enum status handle(struct handler *handler, struct call *call, struct request *request,
                          struct response *response)
{
    const struct around *around = (const struct around *)handler;
    enum status status = handler_handle(around->inner, call, request, response);
    if (status != STATUS_NOT_FOUND || !wants_page(request, response)) return status;
    send_page(request, &web_missing, response);
    response_header(response, "Cache-Control", "no-store");
    response->status = 404;
    return STATUS_OK;
}

static size_t body_max(struct handler *handler, const struct request *request)
{
    return handler_body_max(((const struct around *)handler)->inner, request);
}

struct handler *web_http_around(struct arena *arena, struct handler *inner)
{
    static const struct handler_ops ops = {.handle = handle, .body_max = body_max};
    struct around *around = arena_new(arena, struct around);
    around->handler.ops = &ops;
    around->inner = inner;
    return &around->handler;
}
