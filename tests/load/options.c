/* Wrong use ends with 2 and the sentence that would have helped. Words that would be without effect are wrong too: who
 * gives a rate to a closed loop believes something that is not so.
 */
#include "tests/load/options.h"

#include "tests/load/connections.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "Sends a shop the load of visitors who come when they come, and counts how long they wait.\n"
    "\n"
    "  load --url http://HOST:PORT --mix FILE [option ...]\n"
    "  load --url http://HOST:PORT/PATH [option ...]\n"
    "\n"
    "  --url URL           no TLS; with a path, and no mix: each visit is one GET of it\n"
    "  --mix FILE          what visitors do: tests/load/mixes/*.yaml\n"
    "  --rate R            visits begun per second (default 100)\n"
    "  --seconds S         how long visits begin, 1 ... 3600 (default 10)\n"
    "  --saturate N        closed loop: N connections, each as fast as it is answered\n"
    "  --connections N     open loop: at most so many, 1 ... 4096 (default 256)\n"
    "  --arrivals WORD     constant or poisson (default constant)\n"
    "  --seed N            the same seed draws the same visits (default 1)\n"
    "  --warmup S          seconds at the beginning that are not counted (default 0)\n"
    "  --timeout-ms N      patience for one answer, 1 ... 600000 (default 10000)\n"
    "  --set NAME=VALUE    replaces or adds a value of the mix, several times:\n"
    "                      product=zipf:100000\n"
    "  --json FILE         the result; - is standard output\n"
    "  --ledger FILE       CSV: each order and what was acknowledged\n"
    "  --quiet             no progress line\n"
    "\n"
    "tests/load/README.md describes mixes, result and ledger. Exit code: 0 a run was made (errors\n"
    "are in the result), 1 it could not be, 2 wrong words or a wrong mix, 130 interrupted.\n";

enum {
    URL = 1,
    MIX,
    RATE,
    SECONDS,
    SATURATE,
    CONNECTIONS,
    ARRIVALS,
    SEED,
    WARMUP,
    TIMEOUT,
    SET,
    JSON,
    LEDGER,
    QUIET,
    HELP,
    OPTION_COUNT,
};

static const struct option known[] = {
    {"url", required_argument, NULL, URL},
    {"mix", required_argument, NULL, MIX},
    {"rate", required_argument, NULL, RATE},
    {"seconds", required_argument, NULL, SECONDS},
    {"saturate", required_argument, NULL, SATURATE},
    {"connections", required_argument, NULL, CONNECTIONS},
    {"arrivals", required_argument, NULL, ARRIVALS},
    {"seed", required_argument, NULL, SEED},
    {"warmup", required_argument, NULL, WARMUP},
    {"timeout-ms", required_argument, NULL, TIMEOUT},
    {"set", required_argument, NULL, SET},
    {"json", required_argument, NULL, JSON},
    {"ledger", required_argument, NULL, LEDGER},
    {"quiet", no_argument, NULL, QUIET},
    {"help", no_argument, NULL, HELP},
    {0},
};

/* Digits with at most one point: no sign, no exponent, no "inf". */
static bool read_decimal(const char *text, double min, double max, double *out)
{
    const size_t length = strspn(text, "0123456789.");
    char *end = NULL;
    if (length == 0 || length > 20 || text[length] != '\0') return false;
    *out = strtod(text, &end);
    return *end == '\0' && *out >= min && *out <= max;
}

static bool read_integer(const char *text, int min, int max, int *out)
{
    double value = 0;
    if (!read_decimal(text, min, max, &value) || value != floor(value)) return false;
    *out = (int)value;
    return true;
}

static bool read_seed(const char *text, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

static bool read_arrivals(const char *text, enum schedule_kind *out)
{
    *out = strcmp(text, "poisson") == 0 ? SCHEDULE_POISSON : SCHEDULE_CONSTANT;
    return strcmp(text, "poisson") == 0 || strcmp(text, "constant") == 0;
}

static bool take_set(struct options *out, const char *value)
{
    if (out->set_count == OPTIONS_SETS_MAX) return false;
    out->sets[out->set_count++] = value;
    return true;
}

/* False when the value is wrong. */
static bool take(struct options *out, int option, const char *value)
{
    switch (option) {
    case RATE:
        return read_decimal(value, 0.01, OPTIONS_RATE_MAX, &out->rate);
    case SECONDS:
        return read_decimal(value, 1, 3600, &out->seconds);
    case SATURATE:
        return read_integer(value, 1, CONNECTIONS_MAX, &out->saturate);
    case CONNECTIONS:
        return read_integer(value, 1, CONNECTIONS_MAX, &out->connections);
    case ARRIVALS:
        return read_arrivals(value, &out->arrivals);
    case SEED:
        return read_seed(value, &out->seed);
    case WARMUP:
        return read_decimal(value, 0, 3600, &out->warmup_s);
    case TIMEOUT:
        return read_integer(value, 1, 600000, &out->timeout_ms);
    case SET:
        return take_set(out, value);
    case QUIET:
        out->quiet = true;
        return true;
    default:
        *(option == URL    ? &out->url
          : option == MIX  ? &out->mix
          : option == JSON ? &out->json
                           : &out->ledger) = value;
        return value[0] != '\0';
    }
}

/* What is wrong with the words together; NULL: nothing. */
static const char *complain(const struct options *options, const bool *given)
{
    if (!given[URL]) return "--url is needed";
    if (given[SATURATE] && given[RATE])
        return "--rate and --saturate exclude each other: open or closed loop";
    if (given[SATURATE] && given[CONNECTIONS])
        return "--saturate says how many connections: leave out --connections";
    if (given[SATURATE] && given[ARRIVALS]) return "--arrivals is without effect with --saturate";
    if (options->set_count > 0 && !given[MIX]) return "--set is without effect without --mix";
    return NULL;
}

bool options_read(struct options *out, int count, char **arguments, int *exit_code)
{
    bool given[OPTION_COUNT] = {false};
    *out = (struct options){
        .rate = 100, .seconds = 10, .connections = 256, .timeout_ms = 10000, .seed = 1};
    *exit_code = 2;
    int option, index = 0;
    while ((option = getopt_long(count, arguments, "", known, &index)) != -1) {
        if (option == HELP) {
            fputs(help, stdout);
            *exit_code = 0;
            return false;
        }
        if (option == '?') return false; /* getopt has said what is wrong */
        given[option] = true;
        if (!take(out, option, optarg)) {
            fprintf(stderr, "load: --%s cannot be '%s'; see --help\n", known[index].name, optarg);
            return false;
        }
    }
    const char *complaint = complain(out, given);
    if (optind < count)
        fprintf(stderr, "load: '%s' is too much; see --help\n", arguments[optind]);
    else if (complaint)
        fprintf(stderr, "load: %s; see --help\n", complaint);
    else
        return true;
    return false;
}
