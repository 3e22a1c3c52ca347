/* One HTTP request by libcurl, and the translation of what can go wrong.
 *
 * The caller needs one thing to be certain: whether the other side can have acted on the request. libcurl's
 * error codes do not say (a connection may be refused on the second try, after the first try was written
 * to a kept connection that then broke), so the transfer counts how often the request began to go out.
 * Zero is STATUS_UNAVAILABLE; anything else without a whole answer is STATUS_TIMEOUT.
 */
#include "common/outgoing/http_client.h"

#include "common/base/clock.h"
#include "common/base/strbuf.h"
#include "common/outgoing/transfer_internal.h"

#include <string.h>
#include <strings.h>

enum { SENDS_MAX = 3, HEADERS_MAX = 16 };

/* What libcurl's callbacks fill while the task is parked. */
struct answer {
    struct strbuf body;
    bool too_large;
};

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct answer *answer = context;
    const size_t length = size * count;
    if (length > answer->body.max - answer->body.length) {
        answer->too_large = true;
        return 0; /* libcurl ends the transfer */
    }
    strbuf_add(&answer->body, bytes, length);
    return length;
}

static bool is_clean(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F) return false;
    return true;
}

static void add_header(struct call *call, struct curl_slist ***end, const char *line)
{
    struct curl_slist *item = arena_new(call->arena, struct curl_slist);
    item->data = arena_strdup(call->arena, line);
    **end = item;
    *end = &item->next;
}

/* The list lies in the call's arena: nothing to free, and it lives as long as the transfer. */
static enum status make_headers(struct call *call, const struct http_outgoing *outgoing,
                                struct curl_slist **out)
{
    struct curl_slist **end = out;
    *out = NULL;
    if (outgoing->header_count > HEADERS_MAX)
        return call_fail(call, STATUS_INTERNAL, "an outgoing request has too many headers");
    /* Without a value libcurl leaves its own header away: no "wait for 100 Continue", no guessed type. */
    add_header(call, &end, "Expect:");
    add_header(call, &end, "Content-Type:");
    add_header(call, &end, arena_printf(call->arena, "X-Request-Id: %s", call->request_id));
    if (call->traceparent[0] != '\0')
        add_header(call, &end, arena_printf(call->arena, "traceparent: %s", call->traceparent));
    for (int i = 0; i < outgoing->header_count; i++) {
        const struct http_header *header = &outgoing->headers[i];
        if (!is_clean(header->name) || !is_clean(header->value))
            return call_fail(call, STATUS_INTERNAL, "an outgoing header holds a control character");
        add_header(call, &end, arena_printf(call->arena, "%s: %s", header->name, header->value));
    }
    return STATUS_OK;
}

/* May the request arrive twice? RFC 9110 says so of most methods; the others need a key of ours. */
static bool may_repeat(const struct http_outgoing *outgoing)
{
    if (strcmp(outgoing->method, "POST") != 0 && strcmp(outgoing->method, "PATCH") != 0)
        return true;
    for (int i = 0; i < outgoing->header_count; i++)
        if (strcasecmp(outgoing->headers[i].name, "Idempotency-Key") == 0) return true;
    return false;
}

static void set_options(CURL *easy, const struct http_outgoing *outgoing,
                        struct curl_slist *headers, struct answer *answer)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_URL, outgoing->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)answer->body.max);
    if (strcmp(outgoing->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    if (outgoing->body || strcmp(outgoing->method, "POST") == 0) {
        /* Not copied: the caller's body stays where it is until we return. */
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)outgoing->body_length);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, outgoing->body ? outgoing->body : "");
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, outgoing->method);
}

static enum status translate(struct transfers *transfers, struct call *call,
                             const struct transfer *transfer, const struct answer *answer,
                             const char *url)
{
    const CURLcode code = transfer->result;
    transfers_log(transfers, call, "http_request_failed", url, curl_easy_strerror(code));
    if (answer->too_large || code == CURLE_FILESIZE_EXCEEDED)
        return call_fail(call, STATUS_TOO_LARGE, "a service this needs has answered too much");
    if (transfer->sends == 0)
        return call_fail(call, STATUS_UNAVAILABLE, "a service this needs cannot be reached");
    if (code == CURLE_OPERATION_TIMEDOUT)
        return call_fail(call, STATUS_TIMEOUT, "a service this needs has not answered in time");
    return call_fail(call, STATUS_TIMEOUT, "a service this needs has not answered properly");
}

enum status http_client_send(struct transfers *transfers, struct call *call,
                             const struct http_outgoing *outgoing, struct http_incoming *incoming)
{
    struct answer answer = {0};
    struct curl_slist *headers;
    struct transfer transfer;
    const size_t body_max = outgoing->body_max > 0 ? outgoing->body_max : HTTP_CLIENT_BODY_MAX;
    int64_t deadline_ms = call->deadline_ms;
    if (outgoing->timeout_ms > 0 && clock_monotonic_ms() + outgoing->timeout_ms < deadline_ms)
        deadline_ms = clock_monotonic_ms() + outgoing->timeout_ms;

    strbuf_init(&answer.body, call->arena, body_max);
    enum status status = make_headers(call, outgoing, &headers);
    if (status != STATUS_OK) return status;
    status = transfer_borrow(transfers, call, &transfer);
    if (status != STATUS_OK) return status;
    set_options(transfer.easy, outgoing, headers, &answer);
    transfer.sends_max = may_repeat(outgoing) ? SENDS_MAX : 1;
    status = transfer_run(transfers, call, &transfer, deadline_ms);
    if (status == STATUS_UNAVAILABLE) goto out;
    if (status == STATUS_TIMEOUT || transfer.result != CURLE_OK) {
        status = translate(transfers, call, &transfer, &answer, outgoing->url);
        goto out;
    }
    long code = 0;
    (void)curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &code);
    incoming->status = (int)code;
    incoming->body = answer.body.text;
    incoming->body_length = answer.body.length;
out:
    transfer_give_back(transfers, &transfer);
    return status;
}
