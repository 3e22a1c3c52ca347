/* What visitors do: kinds of visits, each a list of requests, read from a YAML file (README.md describes it).
 *
 * A mix is complete and right, or it is not there: unknown keys, names of values that nobody defines, and anything
 * beyond the limits below are refused with file:line before a single request is sent.
 */
#ifndef STAGECRAFT_LOAD_MIX_H
#define STAGECRAFT_LOAD_MIX_H

#include "tests/load/template.h"

enum {
    MIX_FILE_MAX = 1 << 20,
    MIX_VISITS_MAX = 32,
    MIX_STEPS_MAX = 32, /* of one visit */
    MIX_NAMES_MAX = 64, /* of requests, in the whole mix */
    MIX_NAME_MAX = 64,
    MIX_SHOPPERS_MAX = 1000,
    MIX_PATH_MAX = 2048,
    MIX_TOKEN_MAX = 1024,
    MIX_BODY_MAX = 16 * 1024,
    MIX_THINK_MAX_MS = 600000,
    MIX_WEIGHT_MAX = 1000000,
    MIX_ERROR_MAX = 512,
    /* a request as it is written: its texts, and values at their longest in their longest form */
    MIX_REQUEST_MAX = MIX_PATH_MAX + MIX_TOKEN_MAX + MIX_BODY_MAX + 1024 +
                      3 * TEMPLATE_PLACES_MAX * VALUE_TEXT_MAX * 3,
};

struct mix_step {
    int name; /* its place in the mix's names */
    const char *method;
    struct template path, token, body;
    bool has_token, has_body;
    bool is_order;
    int think_ms;
    uint8_t expected[600 / 8]; /* a bit for each status that is no error */
};

struct mix_visit {
    const char *name;
    int weight;
    struct mix_step steps[MIX_STEPS_MAX];
    int step_count;
    uint32_t uses; /* a bit for each value that is drawn for it */
};

/* Lives in the arena it was read into. */
struct mix {
    const char *name;
    int shoppers; /* accounts to register, 0: none */
    struct values values;
    const char *names[MIX_NAMES_MAX];
    int name_count;
    struct mix_visit *visits;
    int visit_count, weight_sum;
};

/* Reads a file. `sets` are NAME=VALUE as given on the command line, which replace or add values. */
bool mix_read(struct arena *arena, const char *path, const char *const *sets, int set_count,
              struct mix *out, char error[MIX_ERROR_MAX]);

/* The same from memory; `path` is for messages, and where its files of lines: are looked for. */
bool mix_parse(struct arena *arena, const char *path, const char *text, size_t length,
               const char *const *sets, int set_count, struct mix *out, char error[MIX_ERROR_MAX]);

/* One kind of visit: one GET of this path. */
void mix_of_one_path(struct arena *arena, const char *path, struct mix *out);

/* The visit a number from 0 to weight_sum - 1 falls on. */
const struct mix_visit *mix_choose(const struct mix *mix, uint32_t number);

bool mix_expects(const struct mix_step *step, int status);

#endif
