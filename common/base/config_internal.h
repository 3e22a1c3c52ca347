/* What config.c (rows, environment, defaults) and config_yaml.c (the file) share; nobody else
 * includes it.
 *
 * Every value, wherever it comes from, goes through config_set(), so the rules are the same for
 * all; the `where` of each message is "config.yaml:12", "SHOP_HTTP_PORT" or the like: the place to
 * mend.
 */
#ifndef STAGECRAFT_BASE_CONFIG_INTERNAL_H
#define STAGECRAFT_BASE_CONFIG_INTERNAL_H

#include "common/base/config.h"

#include <stddef.h>

enum { CONFIG_ERROR_MAX = 256, CONFIG_ENVIRONMENT_MAX = 96, CONFIG_FILE_MAX = 1 << 20 };

struct config_load {
    struct arena *arena;
    const struct config_key *keys;
    size_t count;
    bool *given; /* one per row: it has a value */
    char *error; /* CONFIG_ERROR_MAX bytes */
};

/* "where: what is wrong, and what to do". Always STATUS_MALFORMED. */
enum status config_problem(struct config_load *load, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Checks the value against the row and stores it. Never puts a value into the message. */
enum status config_set(struct config_load *load, size_t row, const char *where, const char *text,
                       size_t length);

/* Reads all of a file of at most `max` bytes into the arena. */
enum status config_read_file(struct config_load *load, const char *path, size_t max, char **out,
                             size_t *out_length);

/* "http.port" -> "SHOP_HTTP_PORT". */
void config_environment_name(const char *name, char out[CONFIG_ENVIRONMENT_MAX]);

/* Sets every row that the YAML file at `path` names. */
enum status config_read_yaml(struct config_load *load, const char *path);

#endif
