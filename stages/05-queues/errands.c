/* An errand is a row: what is wanted, until somebody has done it, then what became of it. The event only names the row;
 * eight megabytes do not belong into a broker. What is not the errand's fault (no memory, too many waiting) is no
 * outcome: the event is brought again.
 */
#include "stages/05-queues/errands.h"

#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/runtime/task.h"
#include "statements.h"

#include <inttypes.h>
#include <string.h>

enum { LOOK_EVERY_MS = 50, ANSWER_MS = 500, PAYLOAD_MAX = 256 };

struct errands {
    struct errands_options options;
};

/* --- where it is wanted --- */

static const char *payload_of(struct call *call, int64_t id)
{
    struct strbuf text;
    struct json_writer json;
    strbuf_init(&text, call->arena, PAYLOAD_MAX);
    json_writer_init(&json, &text);
    json_begin_object(&json, NULL);
    json_add_int64(&json, "errand_id", id);
    json_end_object(&json);
    return text.text;
}

static enum status publish(struct errands *errands, struct pg_tx *tx, int64_t id)
{
    struct call *call = pg_tx_call(tx);
    const struct event event = {
        .id = arena_printf(call->arena, "errand-%" PRId64 "-wanted", id),
        .topic = errands->options.topic,
        .key = arena_printf(call->arena, "errand-%" PRId64, id),
        .payload = payload_of(call, id),
    };
    return events_publish(errands->options.events, tx, &event);
}

static enum status store(struct errands *errands, struct call *call, const struct errand *wanted,
                         int64_t *id)
{
    struct pg_tx *tx;
    struct pg_rows rows;
    enum status status = pg_begin(errands->options.write, call, &tx);
    if (status != STATUS_OK) return status;
    status =
        pg_exec(tx, &errand_add_sql,
                PG_ARGS(PG_TEXT(wanted->detail), PG_BYTES(wanted->bytes, wanted->length)), &rows);
    if (status == STATUS_OK) *id = pg_int64(&rows, 0, 0);
    if (status == STATUS_OK) status = publish(errands, tx, *id);
    if (status == STATUS_OK) return pg_commit(tx);
    pg_rollback(tx);
    return status;
}

/* `known` is false while nobody has done it. */
static enum status look(struct errands *errands, struct call *call, int64_t id,
                        struct errand *outcome, bool *known)
{
    struct pg_rows rows;
    enum status status =
        pg_read(errands->options.write, call, &errand_outcome_sql, PG_ARGS(PG_INT(id)), &rows);
    *known = status == STATUS_OK && rows.count > 0;
    if (!*known) return status;
    if (!pg_is_null(&rows, 0, 1))
        return call_fail(call, STATUS_UNPROCESSABLE, "%s", pg_text(&rows, 0, 1));
    outcome->detail = NULL;
    outcome->bytes = pg_bytes(&rows, 0, 0, &outcome->length);
    return STATUS_OK;
}

enum status errands_ask(struct errands *errands, struct call *call, const struct errand *wanted,
                        struct errand *outcome)
{
    int64_t id = 0;
    bool known = false;
    enum status status = store(errands, call, wanted, &id);
    while (status == STATUS_OK && !known && call_remaining_ms(call) > ANSWER_MS) {
        task_sleep(errands->options.loop, LOOK_EVERY_MS);
        status = look(errands, call, id, outcome, &known);
    }
    if (status != STATUS_OK || known) return status;
    return call_fail(call, STATUS_UNAVAILABLE, "nobody has had the time to %s; send it again later",
                     errands->options.work);
}

/* --- where it is done --- */

static enum status read_event(struct call *call, const struct event *event, int64_t *id)
{
    json_t *payload = NULL;
    enum status status = json_parse(call, event->payload, strlen(event->payload), &payload);
    if (status != STATUS_OK) return status;
    *id = json_integer_value(json_object_get(payload, "errand_id"));
    if (*id > 0) return STATUS_OK;
    return call_fail(call, STATUS_MALFORMED, "event '%s' names no errand", event->id);
}

static enum status finish(struct errands *errands, struct call *call, int64_t id,
                          const struct errand *outcome, const char *problem)
{
    const struct pg_value output = problem ? PG_NULL : PG_BYTES(outcome->bytes, outcome->length);
    return pg_write(errands->options.write, call, &errand_finish_sql,
                    PG_ARGS(PG_INT(id), output, PG_TEXT(problem)), NULL);
}

static enum status on_wanted(void *context, struct call *call, const struct event *event)
{
    struct errands *errands = context;
    struct pg_rows rows;
    struct errand wanted, outcome = {0};
    int64_t id = 0;
    enum status status = read_event(call, event, &id);
    if (status == STATUS_OK)
        status =
            pg_read(errands->options.write, call, &errand_find_sql, PG_ARGS(PG_INT(id)), &rows);
    if (status != STATUS_OK || rows.count == 0) return status; /* none: it has been done */
    wanted.detail = pg_text(&rows, 0, 0);
    wanted.bytes = pg_bytes(&rows, 0, 1, &wanted.length);
    call->deadline_ms = clock_monotonic_ms() + errands->options.timeout_ms;
    status = errands->options.run(errands->options.context, call, &wanted, &outcome);
    if (status == STATUS_OK) return finish(errands, call, id, &outcome, NULL);
    if (status != STATUS_UNPROCESSABLE) return status;
    const char *problem = call->failure.message;
    call_forgive(call);
    return finish(errands, call, id, NULL, problem);
}

struct errands *errands_new(struct arena *arena, const struct errands_options *options)
{
    struct errands *errands = arena_new(arena, struct errands);
    errands->options = *options;
    events_subscribe(options->events, options->topic, options->subscriber, on_wanted, errands);
    return errands;
}
