/* Sums. A request that failed is in the latencies too: leaving out the slow failures would flatter.
 */
#include "tests/load/tally.h"

void tally_init(struct tally *tally, struct arena *arena, int name_count)
{
    *tally = (struct tally){.name_count = name_count};
    tally->named = arena_array(arena, struct tally_named, (size_t)name_count);
}

void tally_add(struct tally *tally, const struct tally_request *request)
{
    const int64_t latency_us = request->done_us - request->due_us;
    histogram_add(&tally->recent, latency_us);
    if (request->due_us < tally->begin_us) return;
    struct tally_named *named = &tally->named[request->name];
    histogram_add(&named->latencies, latency_us);
    named->bytes += request->bytes;
    named->statuses[request->status]++;
    tally->requests++;
    if (request->status != 0) {
        tally->responses++;
        if (request->done_us > tally->last_us) tally->last_us = request->done_us;
    }
    if (request->error == TALLY_NO_ERROR) return;
    named->failed++;
    tally->failed++;
    tally->errors[request->error]++;
    if (request->error == TALLY_STATUS) tally->error_statuses[request->status]++;
}

const char *tally_error_name(enum tally_error error)
{
    static const char *const names[TALLY_ERRORS] = {
        [TALLY_CONNECT] = "connect",         [TALLY_CLOSED] = "closed",
        [TALLY_TIMEOUT] = "timeout",         [TALLY_GARBAGE] = "garbage",
        [TALLY_NOT_STARTED] = "not_started", [TALLY_UNFINISHED] = "unfinished",
    };
    return names[error];
}

void tally_sum(const struct tally *tally, struct tally_named *out)
{
    for (int i = 0; i < tally->name_count; i++) {
        const struct tally_named *named = &tally->named[i];
        histogram_merge(&out->latencies, &named->latencies);
        out->failed += named->failed;
        out->bytes += named->bytes;
        for (int j = 0; j < TALLY_STATUSES; j++)
            out->statuses[j] += named->statuses[j];
    }
}

double tally_seconds(const struct tally *tally)
{
    return tally->last_us > tally->begin_us ? (double)(tally->last_us - tally->begin_us) / 1e6 : 0;
}

double tally_rate(const struct tally *tally)
{
    const double seconds = tally_seconds(tally);
    return seconds > 0 ? (double)(tally->requests - tally->failed) / seconds : 0;
}
