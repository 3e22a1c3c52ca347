/* The payment provider's side of the orders whose days are still to come: without it their cancellation would ask for
 * money back of which the provider has never heard.
 *
 * It is a file as the sandbox keeps its ledger (infra/sandbox/ledger.h), which reads it when it starts. Orders of
 * past days only are left out: nobody can cancel them, and there are millions. What was written lies beside the
 * file until provider_finish() puts it in its place, so half a ledger is never there.
 */
#ifndef STAGECRAFT_SEED_PROVIDER_H
#define STAGECRAFT_SEED_PROVIDER_H

#include "common/base/strbuf.h"
#include "infra/seed/checkouts.h"

#include <stdio.h>

enum { PROVIDER_PATH_MAX = 1024, PROVIDER_ERROR = 512 };

struct provider {
    FILE *file;
    char path[PROVIDER_PATH_MAX], fresh[PROVIDER_PATH_MAX + 8]; /* in its place, and beside it */
    int64_t entries;
    struct arena arena; /* of the line */
    struct strbuf line;
};

/* STATUS_CONFLICT when there are entries at `path` already, STATUS_UNAVAILABLE when it cannot be written. */
enum status provider_open(struct provider *out, const char *path, char error[PROVIDER_ERROR]);

/* The entries of one order, if it has a place left on `today` or later: its charge, and what was given back. */
void provider_note(struct provider *provider, int32_t today, const struct checkout *order);

/* Puts the file in its place. */
enum status provider_finish(struct provider *provider, char error[PROVIDER_ERROR]);

/* Releases everything; what is not finished is removed. */
void provider_close(struct provider *provider);

#endif
