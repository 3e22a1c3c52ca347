/* Settings as tables, and how a stage adds some of its own.
 *
 * A part is a struct of values and the keys that fill it; the rows name fields, not addresses, so a table is
 * constant. The shop's own (settings.c) is one part. A stage writes another and names it in its stage.mk:
 *
 *   STAGE_SETTINGS += cache_settings                      const struct settings_part cache_settings = …
 *
 * From then on its keys are read from the file and the environment, checked and listed by --help like all
 * others, and wire() gets the values:
 *
 *   const struct cache_settings_values *cache = settings_of(app->settings, &cache_settings);
 */
#ifndef STAGECRAFT_APP_SETTINGS_PART_H
#define STAGECRAFT_APP_SETTINGS_PART_H

#include "common/base/config.h"

#include <stddef.h>

struct settings;

struct settings_part {
    const struct config_key *keys; /* `out` is the offset of a field in the values */
    size_t count;
    size_t size; /* of the values */
    /* For what no single row can say; may be NULL. A sentence in `error` when it does not answer STATUS_OK. */
    enum status (*check)(const void *values, char error[256]);
};

/* Of the stage, in the order of STAGE_SETTINGS, then NULL. Written by build.mk. */
extern const struct settings_part *const settings_parts[];

/* The values of one of them. */
const void *settings_of(const struct settings *settings, const struct settings_part *part);

#define SETTINGS_PART(type, table, check_function)                                          \
    {                                                                                       \
        .keys = (table), .count = sizeof(table) / sizeof((table)[0]), .size = sizeof(type), \
        .check = (check_function)                                                           \
    }

#define SETTING_FIELD(type, field) ((void *)offsetof(type, field))

#define SETTING_INT(type, key, field, initial, low, high, text)                 \
    {                                                                           \
        .name = (key), .kind = CONFIG_INT64, .out = SETTING_FIELD(type, field), \
        .fallback = (initial), .min = (low), .max = (high), .help = (text)      \
    }
#define SETTING_TEXT(type, key, field, initial, text)                          \
    {                                                                          \
        .name = (key), .kind = CONFIG_TEXT, .out = SETTING_FIELD(type, field), \
        .fallback = (initial), .help = (text)                                  \
    }
#define SETTING_SECRET(type, key, field, text)                                                 \
    {                                                                                          \
        .name = (key), .kind = CONFIG_TEXT, .out = SETTING_FIELD(type, field), .secret = true, \
        .help = (text)                                                                         \
    }
#define SETTING_BOOL(type, key, field, initial, text)                          \
    {                                                                          \
        .name = (key), .kind = CONFIG_BOOL, .out = SETTING_FIELD(type, field), \
        .fallback = (initial), .help = (text)                                  \
    }

#endif
