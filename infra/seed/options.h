/* The command line.
 */
#ifndef STAGECRAFT_SEED_OPTIONS_H
#define STAGECRAFT_SEED_OPTIONS_H

#include "infra/seed/sizes.h"

#include <stdbool.h>

struct options {
    const struct size *size;
    uint64_t seed;
    int32_t today;
    const char *url_file, *accounts_file, *shopper_password_file,
        *ledger_file; /* NULL: not given */
    bool dry_run;
};

/* True: go on. False: `exit_code` is what to end with; everything has been said. */
bool options_read(struct options *out, int count, char **arguments, int *exit_code);

#endif
