/* What the payment provider answers, and what the shop makes of it. The first line is the operation (charge,
 * settle or refund, an x behind it: the database fails); each further line is one answer, a status code
 * and a body, or "away", "lost", "huge".
 *
 * The promises are about money: charged only when the provider has said so and it is recorded; "surely not
 * charged" only when no attempt can have been; and all attempts under one key, with one body.
 */
#include "common/modules/payments/payments.h"
#include "common/modules/payments/provider.h"
#include "common/pg/pg.h"
#include "common/runtime/task.h"
#include "statements.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>

enum { REQUESTS_MAX = 8, ORDER_ID = 17, AMOUNT_CENTS = 2500 };

/* One operation and all that it did. */
static struct {
    struct input answers;
    bool database_fails;
    const char *recorded; /* the outcome of the charge, or NULL */
    bool refund_recorded;
    const char *urls[REQUESTS_MAX], *keys[REQUESTS_MAX], *bodies[REQUESTS_MAX];
    enum status statuses[REQUESTS_MAX];
    int codes[REQUESTS_MAX];
    const char *said[REQUESTS_MAX]; /* the "status" member; NULL: the answer was no JSON object */
    int count;
} story;

/* --- stand-ins for the outside --- */

void task_sleep(struct loop *loop, int64_t delay_ms)
{
    (void)loop;
    MUST(delay_ms >= 0 && delay_ms < 1000);
}

enum status pg_read(struct pg_pool *pool, struct call *call, const struct pg_statement *statement,
                    struct pg_args args, struct pg_rows *out)
{
    (void)pool, (void)call, (void)args;
    MUST(statement == &payments_find_charge_sql || statement == &payments_find_refund_sql);
    *out = (struct pg_rows){0};
    return STATUS_OK;
}

const char *pg_text(const struct pg_rows *rows, int row, int column)
{
    (void)rows, (void)row, (void)column;
    return "charged";
}

enum status pg_write(struct pg_pool *pool, struct call *call, const struct pg_statement *statement,
                     struct pg_args args, struct pg_rows *out)
{
    (void)pool, (void)out;
    if (story.database_fails) return call_fail(call, STATUS_UNAVAILABLE, "no database");
    if (statement == &payments_record_refund_sql) {
        story.refund_recorded = true;
        return STATUS_OK;
    }
    MUST(statement == &payments_record_charge_sql && args.values[0].number == ORDER_ID);
    MUST(!story.recorded);
    story.recorded = args.values[1].text;
    return STATUS_OK;
}

static const char *member(const char *body, const char *name)
{
    json_t *object = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
    const char *text = json_string_value(json_object_get(object, name));
    static char kept[64];
    kept[0] = '\0';
    if (text) strncat(kept, text, sizeof(kept) - 1);
    const bool is_object = json_is_object(object);
    json_decref(object);
    return is_object ? kept : NULL;
}

enum status http_client_send(struct transfers *transfers, struct call *call,
                             const struct http_outgoing *outgoing, struct http_incoming *incoming)
{
    (void)transfers;
    MUST(story.count < REQUESTS_MAX);
    const int at = story.count++;
    story.urls[at] = outgoing->url;
    story.bodies[at] = outgoing->body ? outgoing->body : "";
    story.keys[at] = "";
    for (int i = 0; i < outgoing->header_count; i++)
        if (strcmp(outgoing->headers[i].name, "Idempotency-Key") == 0)
            story.keys[at] = outgoing->headers[i].value;
    const char *line = input_line(&story.answers, call);
    if (strcmp(line, "away") == 0) return story.statuses[at] = STATUS_UNAVAILABLE;
    if (strcmp(line, "lost") == 0) return story.statuses[at] = STATUS_TIMEOUT;
    if (strcmp(line, "huge") == 0) return story.statuses[at] = STATUS_TOO_LARGE;
    char *body;
    incoming->status = story.codes[at] = (int)strtol(line, &body, 10);
    incoming->body = body;
    incoming->body_length = strlen(body);
    const char *said = member(body, "status");
    story.said[at] = said ? arena_strdup(call->arena, said) : NULL;
    return STATUS_OK;
}

/* --- what must be true --- */

static bool last_said(const char *word)
{
    const char *said = story.count > 0 ? story.said[story.count - 1] : NULL;
    return said && strcmp(said, word) == 0;
}

static bool is_recorded(const char *outcome)
{
    return story.recorded && strcmp(story.recorded, outcome) == 0;
}

static void check_charge(enum status status)
{
    bool untouched = true; /* no attempt can have charged */
    for (int i = 0; i < story.count; i++) {
        if (strstr(story.urls[i], "by-key")) continue; /* only asks */
        MUST(strcmp(story.keys[i], "order-17") == 0);
        MUST(strcmp(story.bodies[i], story.bodies[0]) == 0);
        const bool busy = story.codes[i] == 503 && story.said[i];
        untouched = untouched && (story.statuses[i] == STATUS_UNAVAILABLE || busy);
    }
    switch (status) {
    case STATUS_OK:
        MUST(last_said("succeeded") && is_recorded("charged"));
        break;
    case STATUS_DECLINED:
        MUST(!is_recorded("charged"));
        MUST(story.recorded || (story.count > 1 && story.codes[story.count - 1] == 404));
        break;
    case STATUS_UNAVAILABLE:
        MUST(untouched && !story.recorded);
        break;
    default:
        MUST(status == STATUS_TIMEOUT && !story.recorded);
    }
}

static void check_settle(enum status status, enum payment_outcome outcome)
{
    static const char *const said[] = {"succeeded", "declined", "voided"};
    static const char *const recorded[] = {"charged", "declined", "voided"};
    if (status == STATUS_OK) {
        MUST(last_said(said[outcome]) && is_recorded(recorded[outcome]));
        return;
    }
    MUST(status == STATUS_UNAVAILABLE || status == STATUS_TIMEOUT);
    MUST(!story.recorded);
}

static void check_refund(enum status status)
{
    MUST(story.count == 1 && strcmp(story.keys[0], "booking-4-refund") == 0);
    if (status == STATUS_OK) MUST(story.codes[0] == 200 || story.codes[0] == 201);
    MUST((status == STATUS_OK) == story.refund_recorded);
    MUST(status == STATUS_OK || status == STATUS_CONFLICT || status == STATUS_UNAVAILABLE ||
         status == STATUS_TIMEOUT);
}

void fuzz_open(void)
{
}

void fuzz_one(struct call *call, struct input *input)
{
    const struct payments_options options = {"http://127.0.0.1:1", "key", 1000};
    const struct payment_charge charge = {ORDER_ID, AMOUNT_CENTS, "EUR", "card_ok"};
    struct payments *payments = payments_provider_new(call->arena, NULL, NULL, NULL, &options);
    const char *operation = input_line(input, call);
    memset(&story, 0, sizeof(story));
    story.answers = *input;
    story.database_fails = strchr(operation, 'x') != NULL;
    enum payment_outcome outcome = PAYMENT_CHARGED;
    if (operation[0] == 's') {
        enum status status = payments_settle(payments, call, ORDER_ID, &outcome);
        check_settle(status, outcome);
    } else if (operation[0] == 'r') {
        check_refund(payments_refund(payments, call, ORDER_ID, "booking-4-refund", AMOUNT_CENTS));
    } else {
        check_charge(payments_charge(payments, call, &charge));
    }
}
