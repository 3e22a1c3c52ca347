/* Jansson builds the tree: a result is written once, and a run that has just measured has time for it.
 */
#include "tests/load/report.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

enum { PRECISION = 9 };

/* One decimal: latencies' means and rates have no more that means anything. */
static double tenth(double value)
{
    return (double)(int64_t)(value * 10 + 0.5) / 10;
}

static json_t *integer(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *quantiles(const struct histogram *histogram)
{
    static const struct {
        const char *name;
        double share;
    } wanted[] = {
        {"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p99_9", 0.999},
    };
    json_t *out = json_object();
    json_object_set_new(out, "count", integer(histogram->count));
    json_object_set_new(out, "mean", json_real(tenth(histogram_mean(histogram))));
    json_object_set_new(out, "min", json_integer(histogram->least));
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        json_object_set_new(out, wanted[i].name,
                            json_integer(histogram_quantile(histogram, wanted[i].share)));
    json_object_set_new(out, "max", json_integer(histogram->most));
    return out;
}

static json_t *buckets(const struct histogram *histogram)
{
    json_t *out = json_array();
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        if (histogram->buckets[i] > 0)
            json_array_append_new(out, json_pack("[I,I,I]", (json_int_t)histogram_low(i),
                                                 (json_int_t)histogram_high(i),
                                                 (json_int_t)histogram->buckets[i]));
    return out;
}

static json_t *statuses(const uint64_t *counts, const char *prefix, json_t *into)
{
    for (int i = 1; i < TALLY_STATUSES; i++) {
        char name[24];
        if (counts[i] == 0) continue;
        snprintf(name, sizeof(name), "%s%d", prefix, i);
        json_object_set_new(into, name, integer(counts[i]));
    }
    return into;
}

static json_t *named(const struct tally_named *one)
{
    json_t *out = quantiles(&one->latencies);
    json_object_set_new(out, "failed", integer(one->failed));
    json_object_set_new(out, "bytes", integer(one->bytes));
    json_object_set_new(out, "statuses", statuses(one->statuses, "", json_object()));
    json_object_set_new(out, "buckets", buckets(&one->latencies));
    return out;
}

static void add_settings(const struct run *run, json_t *out)
{
    const struct options *options = run->options;
    const bool is_open = options->saturate == 0;
    json_object_set_new(out, "mix", json_string(run->mix->name));
    json_object_set_new(out, "url", json_string(options->url));
    json_object_set_new(out, "seed", integer(options->seed));
    json_object_set_new(out, "mode", json_string(is_open ? "open" : "saturate"));
    json_object_set_new(out, "rate", is_open ? json_real(options->rate) : json_null());
    json_object_set_new(out, "connections",
                        json_integer(is_open ? options->connections : options->saturate));
    json_object_set_new(out, "warmup_s", json_real(options->warmup_s));
}

static void add_counts(const struct tally *tally, json_t *out)
{
    const double seconds = tally_seconds(tally);
    const uint64_t bookings = tally->orders[TALLY_CONFIRMED];
    json_object_set_new(out, "seconds", json_real(seconds));
    json_object_set_new(out, "visits", integer(tally->visits));
    json_object_set_new(out, "visits_completed", integer(tally->visits_completed));
    json_object_set_new(out, "requests", integer(tally->requests));
    json_object_set_new(out, "responses", integer(tally->responses));
    json_object_set_new(out, "failed", integer(tally->failed));
    json_object_set_new(out, "requests_per_s", json_real(tenth(tally_rate(tally))));
    json_object_set_new(out, "bookings", integer(bookings));
    json_object_set_new(out, "bookings_per_s",
                        json_real(seconds > 0 ? tenth((double)bookings / seconds) : 0));
    json_object_set_new(out, "orders_pending", integer(tally->orders[TALLY_PENDING]));
    json_object_set_new(out, "orders_refused", integer(tally->orders[TALLY_REFUSED]));
    json_object_set_new(out, "orders_unknown", integer(tally->orders[TALLY_UNKNOWN]));
    json_object_set_new(out, "retries", integer(tally->retries));
    json_object_set_new(out, "replayed", integer(tally->replayed));
}

static json_t *errors(const struct tally *tally)
{
    json_t *out = statuses(tally->error_statuses, "status_", json_object());
    for (int i = TALLY_STATUS + 1; i < TALLY_ERRORS; i++)
        if (tally->errors[i] > 0)
            json_object_set_new(out, tally_error_name((enum tally_error)i),
                                integer(tally->errors[i]));
    return out;
}

bool report_json(const struct run *run, FILE *out)
{
    const struct tally *tally = &run->tally;
    struct tally_named *sum = arena_new(run->arena, struct tally_named);
    tally_sum(tally, sum);
    json_t *names = json_object(), *result = json_object();
    for (int i = 0; i < tally->name_count; i++)
        json_object_set_new(names, run->mix->names[i], named(&tally->named[i]));
    add_settings(run, result);
    add_counts(tally, result);
    json_object_set_new(result, "errors", errors(tally));
    json_object_set_new(result, "late_us",
                        json_pack("{s:I,s:I,s:I}", "p50",
                                  (json_int_t)histogram_quantile(&tally->late, 0.5), "p99",
                                  (json_int_t)histogram_quantile(&tally->late, 0.99), "max",
                                  (json_int_t)tally->late.most));
    json_object_set_new(result, "all", named(sum));
    json_object_set_new(result, "named", names);
    const bool good = json_dumpf(result, out, JSON_REAL_PRECISION(PRECISION)) == 0 &&
                      fputc('\n', out) != EOF && fflush(out) == 0;
    json_decref(result);
    return good;
}

/* --- for people --- */

static void print_row(FILE *out, const char *name, const struct tally_named *one)
{
    const struct histogram *latencies = &one->latencies;
    char p50[24], p90[24], p99[24], most[24];
    fprintf(out, "%-24.24s %10" PRIu64 " %8" PRIu64 " %10s %10s %10s %10s\n", name,
            latencies->count, one->failed, progress_time(histogram_quantile(latencies, 0.5), p50),
            progress_time(histogram_quantile(latencies, 0.9), p90),
            progress_time(histogram_quantile(latencies, 0.99), p99),
            progress_time(latencies->most, most));
}

static void print_errors(FILE *out, const struct tally *tally)
{
    const char *separator = "errors: ";
    for (int i = 1; i < TALLY_STATUSES; i++)
        if (tally->error_statuses[i] > 0) {
            fprintf(out, "%s%" PRIu64 " status_%d", separator, tally->error_statuses[i], i);
            separator = ", ";
        }
    for (int i = TALLY_STATUS + 1; i < TALLY_ERRORS; i++)
        if (tally->errors[i] > 0) {
            fprintf(out, "%s%" PRIu64 " %s", separator, tally->errors[i],
                    tally_error_name((enum tally_error)i));
            separator = ", ";
        }
    if (strcmp(separator, ", ") == 0) fputc('\n', out);
}

void report_table(const struct run *run, FILE *out)
{
    const struct tally *tally = &run->tally;
    struct tally_named *sum = arena_new(run->arena, struct tally_named);
    tally_sum(tally, sum);
    const double seconds = tally_seconds(tally);
    fprintf(out, "%-24s %10s %8s %10s %10s %10s %10s\n", "request", "count", "failed", "p50", "p90",
            "p99", "max");
    for (int i = 0; i < tally->name_count; i++)
        print_row(out, run->mix->names[i], &tally->named[i]);
    if (tally->name_count > 1) print_row(out, "all", sum);
    fprintf(out, "%" PRIu64 " visits, %.1f s, %.1f requests/s without errors", tally->visits,
            seconds, tally_rate(tally));
    uint64_t orders = 0;
    for (int i = 0; i < TALLY_ORDERS; i++)
        orders += tally->orders[i];
    if (orders > 0)
        fprintf(out,
                ", %.1f bookings/s\norders: %" PRIu64 " confirmed, %" PRIu64 " pending, %" PRIu64
                " refused, %" PRIu64 " unknown, %" PRIu64 " retries",
                seconds > 0 ? (double)tally->orders[TALLY_CONFIRMED] / seconds : 0,
                tally->orders[TALLY_CONFIRMED], tally->orders[TALLY_PENDING],
                tally->orders[TALLY_REFUSED], tally->orders[TALLY_UNKNOWN], tally->retries);
    fputc('\n', out);
    print_errors(out, tally);
    char late[24];
    if (tally->late.count > 0)
        fprintf(out, "the generator was late by %s (p99)\n",
                progress_time(histogram_quantile(&tally->late, 0.99), late));
}
