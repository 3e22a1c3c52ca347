/* What mix.c and mix_yaml.c share; nobody else includes it.
 *
 * A step may use a value that stands further down in the file, or comes from the command line. So the texts
 * of the steps are kept with their lines until all values are known.
 */
#ifndef STAGECRAFT_LOAD_MIX_YAML_H
#define STAGECRAFT_LOAD_MIX_YAML_H

#include "tests/load/mix.h"

/* A text as it stands in the file; NULL: it does not. */
struct mix_text {
    const char *text;
    size_t line;
};

/* Those of one step, in the order of the file. */
struct mix_texts {
    struct mix_text path, token, body;
    struct mix_texts *next;
};

/* Fills everything but the templates, weight_sum, and the statuses of steps that do not name any. */
bool mix_yaml_read(struct arena *arena, const char *path, const char *text, size_t length,
                   struct mix *out, struct mix_texts **texts, char error[MIX_ERROR_MAX]);

#endif
