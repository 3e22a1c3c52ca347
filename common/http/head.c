/* The head of a request, before anybody trusts it. libmicrohttpd is lenient where leniency is
 * dangerous: it takes the first of two Content-Lengths, prefers one framing when both are given,
 * reads "Content-Length :" as a header of that odd name. A proxy in front may decide otherwise, and
 * then the two disagree where the request ends, which is how requests are smuggled. Everything
 * ambiguous is therefore refused here, and the connection closed.
 */
#include "common/http/server_internal.h"
#include "common/http/target.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct head {
    struct exchange *exchange;
    int fields, lengths, codings, hosts;
    bool bad_name, bad_coding;
    uint64_t content_length;
    enum status query; /* of the query parameters so far */
};

static bool is_token_byte(unsigned char byte)
{
    if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
        (byte >= 'a' && byte <= 'z'))
        return true;
    return byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte) != NULL;
}

static bool is_token(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_token_byte((unsigned char)text[i])) return false;
    return length > 0;
}

static bool is_request_id(const char *text, size_t length)
{
    if (length == 0 || length > CALL_ID_MAX) return false;
    for (size_t i = 0; i < length; i++) {
        const char byte = text[i];
        const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        const bool digit = byte >= '0' && byte <= '9';
        if (!letter && !digit && byte != '.' && byte != '_' && byte != '-') return false;
    }
    return true;
}

/* W3C trace context, version 00: "00-<32 hex>-<16 hex>-<2 hex>". */
static bool is_traceparent(const char *text, size_t length)
{
    if (length != CALL_TRACEPARENT_MAX - 1 || strncmp(text, "00-", 3) != 0) return false;
    for (size_t i = 3; i < length; i++) {
        const bool dash = i == 35 || i == 52;
        const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !hex) return false;
    }
    return true;
}

static bool is_named(const char *name, size_t length, const char *wanted, size_t wanted_length)
{
    return length == wanted_length && strncasecmp(name, wanted, length) == 0;
}

#define IS_NAMED(name, length, wanted) is_named((name), (length), (wanted), sizeof(wanted) - 1)

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_length, const char *value, size_t value_length)
{
    struct head *head = context;
    struct call *call = &head->exchange->call;
    (void)kind;
    head->fields++;
    if (!is_token(name, name_length)) {
        head->bad_name = true;
    } else if (IS_NAMED(name, name_length, "Content-Length")) {
        head->lengths++;
        head->content_length = strtoull(value, NULL, 10); /* the library has checked the digits */
    } else if (IS_NAMED(name, name_length, "Transfer-Encoding")) {
        head->codings++;
        if (strcasecmp(value, "chunked") != 0) head->bad_coding = true;
    } else if (IS_NAMED(name, name_length, "Host")) {
        head->hosts++;
    } else if (IS_NAMED(name, name_length, "X-Request-Id")) {
        if (is_request_id(value, value_length)) memcpy(call->request_id, value, value_length + 1);
    } else if (IS_NAMED(name, name_length, "traceparent")) {
        if (is_traceparent(value, value_length)) memcpy(call->traceparent, value, value_length + 1);
    }
    return MHD_YES;
}

static enum MHD_Result note_query(void *context, enum MHD_ValueKind kind, const char *name,
                                  size_t name_length, const char *value, size_t value_length)
{
    struct head *head = context;
    struct exchange *exchange = head->exchange;
    (void)kind, (void)name_length, (void)value_length;
    head->query = target_add_query(&exchange->call, name, value, &exchange->request);
    return head->query == STATUS_OK ? MHD_YES : MHD_NO;
}

static enum method parse_method(const char *name)
{
    static const char *const names[METHOD_OTHER] = {"GET", "HEAD",  "POST",
                                                    "PUT", "PATCH", "DELETE"};
    for (int method = 0; method < METHOD_OTHER; method++)
        if (strcmp(name, names[method]) == 0) return (enum method)method;
    return METHOD_OTHER;
}

/* Where the request ends must be beyond doubt. */
static enum status check_framing(struct call *call, const struct head *head, const char *version)
{
    const bool is_1_0 = strcmp(version, "HTTP/1.0") == 0;
    if (head->bad_name) return call_fail(call, STATUS_MALFORMED, "a header's name is not valid");
    if (head->lengths > 1 || head->codings > 1 || (head->lengths > 0 && head->codings > 0))
        return call_fail(call, STATUS_MALFORMED, "the length of the body is given more than once");
    if (head->bad_coding || (head->codings > 0 && is_1_0))
        return call_fail(call, STATUS_MALFORMED,
                         "the only transfer coding understood is 'chunked'");
    if (head->hosts > 1 || (head->hosts == 0 && !is_1_0))
        return call_fail(call, STATUS_MALFORMED, "exactly one Host header is needed");
    return STATUS_OK;
}

static enum status check_size(struct exchange *exchange, const struct head *head)
{
    struct MHD_Connection *connection = exchange->connection;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    const int arguments = MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, NULL, NULL);
    const size_t records = (size_t)(head->fields + arguments) * HEAD_FIELD_BYTES;
    if (!info || info->header_size + records <= HEAD_BYTES_MAX) return STATUS_OK;
    return call_fail(&exchange->call, STATUS_HEADERS_LARGE,
                     "request line and headers may have %d bytes together, and each field counts "
                     "%d more",
                     HEAD_BYTES_MAX, HEAD_FIELD_BYTES);
}

static enum status check_body(struct exchange *exchange, const struct head *head)
{
    exchange->body_max = handler_body_max(exchange->server->handler, &exchange->request);
    exchange->body_announced = (size_t)head->content_length;
    if (head->content_length <= exchange->body_max) return STATUS_OK;
    return call_fail(&exchange->call, STATUS_TOO_LARGE, "the body may have %zu bytes here",
                     exchange->body_max);
}

enum status head_read(struct exchange *exchange, const char *url, const char *method,
                      const char *version, bool *must_close)
{
    struct head head = {.exchange = exchange};
    struct call *call = &exchange->call;
    struct request *request = &exchange->request;
    const struct client *client = exchange->client;
    request->method = parse_method(method);
    request->method_name = method;
    request->path = "";
    request->body = "";
    request->peer = client->peer;
    request->headers = &exchange->headers;

    MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, note_header, &head);
    exchange->has_body = head.codings > 0 || head.content_length > 0;
    *must_close = true;
    enum status status = check_framing(call, &head, version);
    if (status != STATUS_OK) return status;
    /* The library stops at a NUL and skips spaces; then the version is not where it should be. */
    if (!client->target || version != client->target + client->target_length + 1)
        return call_fail(call, STATUS_MALFORMED, "the request line is not valid");

    *must_close = false;
    status = check_size(exchange, &head);
    if (status == STATUS_OK) status = target_read_path(call, url, request);
    if (status == STATUS_OK) {
        MHD_get_connection_values_n(exchange->connection, MHD_GET_ARGUMENT_KIND, note_query, &head);
        status = head.query;
    }
    if (status == STATUS_OK) status = check_body(exchange, &head);
    return status;
}
