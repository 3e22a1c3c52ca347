/* Pictures whose sizes are made elsewhere, and reports: the suites of their ports with a worker beside them, and what
 * happens without one. */
#include "common/base/clock.h"
#include "common/runtime/task.h"
#include "stages/05-queues/documents_queued.h"
#include "stages/05-queues/media_queued.h"
#include "tests/ports/05-queues/cases.h"
#include "tests/ports/on_postgres.h"

#include <string.h>

enum { BRING_EVERY_MS = 5, SHORT_MS = 900 };

void *make_lonely_errands(struct harness *harness)
{
    struct lonely_errands *lonely = arena_new(harness->arena, struct lonely_errands);
    struct events_subject *outbox = make_outbox(harness);
    const struct errands_options options = {
        .loop = harness->loop,
        .write = harness->pool,
        .events = outbox->events,
    };
    lonely->media = media_queued_new(harness->arena, &options, make_media_pg(harness));
    lonely->documents = documents_queued_new(harness->arena, &options, make_documents_pg(harness));
    lonely->way = outbox->way;
    return lonely;
}

/* --- somebody who brings the events --- */

struct bringer {
    struct harness *harness;
    struct short_way *way;
    bool stopping, ended;
};

static void bring(void *argument)
{
    struct bringer *bringer = argument;
    while (!bringer->stopping) {
        (void)bring_all(bringer->harness, bringer->way);
        task_sleep(bringer->harness->loop, BRING_EVERY_MS);
    }
    bringer->ended = true;
}

static void stop(void *context)
{
    struct bringer *bringer = context;
    bringer->stopping = true;
    while (!bringer->ended)
        task_sleep(bringer->harness->loop, BRING_EVERY_MS);
}

static struct lonely_errands *make_errands(struct harness *harness)
{
    struct lonely_errands *lonely = make_lonely_errands(harness);
    struct bringer *bringer = arena_new(harness->arena, struct bringer);
    *bringer = (struct bringer){.harness = harness, .way = lonely->way};
    assert_int_equal(task_start(harness->loop, bring, bringer), STATUS_OK);
    harness_at_end(harness, stop, bringer);
    return lonely;
}

void *make_queued_media(struct harness *harness)
{
    return make_errands(harness)->media;
}

void *make_queued_documents(struct harness *harness)
{
    return make_errands(harness)->documents;
}

/* --- without --- */

static const char nonsense[] = "this is no picture";

static enum status upload(struct harness *harness, struct lonely_errands *lonely, const char **why)
{
    struct call *call = harness_call(harness);
    char key[PICTURE_KEY_CHARS + 1];
    call->deadline_ms = clock_monotonic_ms() + SHORT_MS;
    enum status status =
        media_add(lonely->media, call, PICTURE_PNG, nonsense, strlen(nonsense), key);
    *why = status == STATUS_OK ? "" : call->failure.message;
    return status;
}

static void one_is_told_to_come_back(struct harness *harness, void *context)
{
    struct lonely_errands *lonely = context;
    struct call *call = harness_call(harness);
    struct pdf_printed printed;
    const char *why;
    const int64_t began_ms = clock_monotonic_ms();
    assert_int_equal(upload(harness, lonely, &why), STATUS_UNAVAILABLE);
    assert_non_null(strstr(why, "make the picture's sizes; send it again"));
    call->deadline_ms = clock_monotonic_ms() + SHORT_MS;
    assert_int_equal(
        report_document(lonely->documents, call, (struct report_range){20700, 20701}, &printed),
        STATUS_UNAVAILABLE);
    assert_non_null(strstr(call->failure.message, "make the report; send it again"));
    assert_true(clock_monotonic_ms() - began_ms < 2 * SHORT_MS + 2000);
    assert_int_equal(waiting(harness), 2);
}

static void what_nobody_waits_for_any_more_does_no_harm(struct harness *harness, void *context)
{
    struct lonely_errands *lonely = context;
    const char *why;
    lonely->way->times = 2;
    assert_int_equal(upload(harness, lonely, &why), STATUS_UNAVAILABLE);
    assert_int_equal(bring_all(harness, lonely->way), 0);
    harness_sql(harness, "DO $$ BEGIN ASSERT (SELECT count(*) = 1 AND bool_and(problem IS NOT NULL "
                         "AND input IS NULL)"
                         " FROM events.errands); END $$");
    harness_sql(harness, "UPDATE events.errands SET wanted_at = now() - interval '2 hours'");
    assert_int_equal(upload(harness, lonely, &why), STATUS_UNAVAILABLE);
    assert_int_equal(bring_all(harness, lonely->way), 0);
    harness_sql(harness, "DO $$ BEGIN ASSERT (SELECT count(*) FROM events.errands) = 1; END $$");
}

static const struct port_case cases[] = {
    {"one is told to come back", one_is_told_to_come_back},
    {"what nobody waits for any more does no harm", what_nobody_waits_for_any_more_does_no_harm},
};
const struct port_suite lonely_errands_suite = {cases, sizeof(cases) / sizeof(cases[0])};
