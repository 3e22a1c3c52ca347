/* A report as an errand: the word is its days, as ISO 8601 writes an interval ("2026-11-01/2026-11-30"), the outcome the
 * document. */
#include "stages/05-queues/documents_queued.h"

#include "common/base/clock.h"

#include <string.h>

/* With millions of sales a summary takes seconds, on a busy machine many. */
enum { WORK_MS = 120000 };

struct documents_queued {
    struct report_documents port; /* first: the port is this */
    struct report_documents *documents;
    struct errands *errands;
};

static enum status make_elsewhere(struct report_documents *documents, struct call *call,
                                  struct report_range range, struct pdf_printed *out)
{
    struct documents_queued *self = (struct documents_queued *)documents;
    char from[CLOCK_DAY_TEXT], to[CLOCK_DAY_TEXT];
    clock_format_day(range.from, from);
    clock_format_day(range.to, to);
    const struct errand wanted = {.detail = arena_printf(call->arena, "%s/%s", from, to),
                                  .bytes = ""};
    struct errand outcome;
    enum status status = errands_ask(self->errands, call, &wanted, &outcome);
    if (status == STATUS_OK) *out = (struct pdf_printed){outcome.bytes, outcome.length};
    return status;
}

static bool read_range(const char *text, struct report_range *out)
{
    char from[CLOCK_DAY_TEXT] = "";
    const char *slash = strchr(text, '/');
    if (!slash || (size_t)(slash - text) >= sizeof(from)) return false;
    memcpy(from, text, (size_t)(slash - text));
    return clock_parse_day(from, &out->from) && clock_parse_day(slash + 1, &out->to);
}

static enum status make_here(void *context, struct call *call, const struct errand *wanted,
                             struct errand *outcome)
{
    struct documents_queued *self = context;
    struct report_range range;
    struct pdf_printed printed;
    if (!read_range(wanted->detail, &range))
        return call_fail(call, STATUS_MALFORMED, "'%s' are no days of a report", wanted->detail);
    enum status status = report_document(self->documents, call, range, &printed);
    if (status == STATUS_OK)
        *outcome = (struct errand){.bytes = printed.bytes, .length = printed.length};
    return status;
}

struct report_documents *documents_queued_new(struct arena *arena,
                                              const struct errands_options *options,
                                              struct report_documents *documents)
{
    static const struct report_documents_ops ops = {.make = make_elsewhere};
    struct documents_queued *self = arena_new(arena, struct documents_queued);
    struct errands_options ours = *options;
    ours.topic = "report.wanted";
    ours.subscriber = "report";
    ours.work = "make the report";
    ours.timeout_ms = WORK_MS;
    ours.run = make_here;
    ours.context = self;
    self->port.ops = &ops;
    self->documents = documents;
    self->errands = errands_new(arena, &ours);
    return &self->port;
}
