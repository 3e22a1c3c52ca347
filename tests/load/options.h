/* The command line.
 */
#ifndef STAGECRAFT_LOAD_OPTIONS_H
#define STAGECRAFT_LOAD_OPTIONS_H

#include "tests/load/schedule.h"

#include <stdbool.h>
#include <stdint.h>

enum { OPTIONS_SETS_MAX = 32, OPTIONS_RATE_MAX = 1000000 };

struct options {
    const char *url, *mix; /* mix NULL: the url's path */
    double rate, seconds, warmup_s;
    int saturate; /* connections of a closed loop; 0: open */
    int connections, timeout_ms;
    enum schedule_kind arrivals;
    uint64_t seed;
    const char *sets[OPTIONS_SETS_MAX];
    int set_count;
    const char *json, *ledger; /* NULL: not wanted */
    bool quiet;
};

/* True: go on. False: `exit_code` is what to end with; everything has been said. */
bool options_read(struct options *out, int count, char **arguments, int *exit_code);

#endif
