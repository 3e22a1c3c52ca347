/* Settings: a YAML file, then the environment, into a struct, by a table.
 *
 * The table is the manual: each row names a key ("http.port"), its kind, bounds and default, and where
 * it goes. The file holds the same keys as nested mappings. The environment overrides the file:
 * "http.port" is SHOP_HTTP_PORT; for a secret SHOP_PAYMENTS_KEY_FILE may name a file that holds it.
 * Secrets are refused in the YAML file. An unknown key or a bad value stops the start with file:line.
 */
#ifndef STAGECRAFT_BASE_CONFIG_H
#define STAGECRAFT_BASE_CONFIG_H

#include "common/base/arena.h"
#include "common/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_kind {
    CONFIG_INT64, /* int64_t * */
    CONFIG_BOOL,  /* bool *: true or false */
    CONFIG_TEXT,  /* const char **: lives in the arena given to config_load */
};

struct config_key {
    const char *name; /* dotted, lower case: "postgres.read_connections" */
    enum config_kind kind;
    void *out;
    const char *fallback; /* as it would stand in the file; NULL: the key must be given */
    int64_t min, max;     /* INT64: the value (both 0: any); TEXT: the bytes (max 0: 1024) */
    bool secret;          /* only from the environment or a file it names */
    const char *help;     /* one line, printed by --help */
};

/* Fills every row. `path` may be NULL (environment and defaults only). On failure STATUS_MALFORMED and
   a message in `error` such as "config.yaml:12: unknown key 'http.prot'". */
enum status config_load(struct arena *arena, const char *path, const struct config_key *keys,
                        size_t count, char error[256]);

/* Prints the table for --help: key, environment name, default, help. */
void config_print_help(const struct config_key *keys, size_t count);

#endif
