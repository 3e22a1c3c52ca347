/* A request as it goes over the wire. The body is written first, into a buffer that all share, because its length
 * stands before it; nobody parks in between.
 */
#include "tests/load/run.h"

#include "common/base/clock.h"

#include <string.h>

static void write_request(struct run *run, const struct mix_step *step, const struct drawn *drawn,
                          const char *key, struct strbuf *out)
{
    strbuf_add_text(out, step->method);
    strbuf_add_char(out, ' ');
    template_write(&step->path, drawn, TEMPLATE_PATH, out);
    strbuf_add_text(out, " HTTP/1.1\r\nHost: ");
    strbuf_add_text(out, run->target->authority);
    strbuf_add_text(out, "\r\nUser-Agent: stagecraft-load\r\nAccept: */*\r\n");
    if (step->has_token) {
        strbuf_add_text(out, "Authorization: Bearer ");
        template_write(&step->token, drawn, TEMPLATE_HEADER, out);
        strbuf_add_text(out, "\r\n");
    }
    if (key) {
        strbuf_add_text(out, "Idempotency-Key: ");
        strbuf_add_text(out, key);
        strbuf_add_text(out, "\r\n");
    }
    strbuf_clear(&run->body);
    if (step->has_body) {
        template_write(&step->body, drawn, TEMPLATE_JSON, &run->body);
        strbuf_add_text(out, "Content-Type: application/json\r\n");
    }
    if (step->has_body || strcmp(step->method, "GET") != 0) {
        strbuf_add_text(out, "Content-Length: ");
        strbuf_add_int64(out, (int64_t)run->body.length);
        strbuf_add_text(out, "\r\n");
    }
    strbuf_add_text(out, "\r\n");
    strbuf_add(out, run->body.text, run->body.length);
}

enum outcome run_ask(struct run *run, const struct mix_step *step, const struct drawn *drawn,
                     const char *key, int64_t deadline_ms, struct http_body *body, size_t body_max,
                     struct answer *out, bool *waited)
{
    struct connection *connection = NULL;
    enum outcome outcome = connections_borrow(run->connections, deadline_ms, &connection, waited);
    if (outcome != OUTCOME_ANSWERED) {
        *out = (struct answer){.at_us = clock_monotonic_us()};
        return outcome;
    }
    write_request(run, step, drawn, key, connection_request(connection));
    outcome = connection_exchange(connection, deadline_ms, body, body_max, out);
    connections_give_back(connection);
    return outcome;
}
