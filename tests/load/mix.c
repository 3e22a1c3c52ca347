/* The file as a whole: read it, add what the command line sets, put the values into their places.
 */
#include "tests/load/mix.h"

#include "tests/load/mix_yaml.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { GOOD_WITHOUT_WORD = 304 };

static void expect_usual(struct mix_step *step)
{
    for (int status = 200; status < 300; status++)
        step->expected[status / 8] |= (uint8_t)(1 << status % 8);
    step->expected[GOOD_WITHOUT_WORD / 8] |= (uint8_t)(1 << GOOD_WITHOUT_WORD % 8);
}

bool mix_expects(const struct mix_step *step, int status)
{
    return status >= 0 && status < 600 && (step->expected[status / 8] >> status % 8 & 1);
}

const struct mix_visit *mix_choose(const struct mix *mix, uint32_t number)
{
    const struct mix_visit *visit = mix->visits;
    while (number >= (uint32_t)visit->weight)
        number -= (uint32_t)visit++->weight;
    return visit;
}

static const char *base_name(struct arena *arena, const char *path)
{
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    const char *end = strrchr(name, '.');
    return arena_printf(arena, "%.*s", (int)(end && end > name ? end - name : (long)strlen(name)),
                        name);
}

/* --- what the command line sets --- */

static bool put_one(struct arena *arena, struct mix *mix, const char *set, char *error)
{
    const char *sign = strchr(set, '=');
    char why[VALUE_ERROR_MAX] = "write NAME=VALUE, for example product=zipf:100000";
    struct value value;
    if (sign) {
        const char *name = arena_printf(arena, "%.*s", (int)(sign - set), set);
        if (value_parse(arena, name, sign + 1, NULL, &value, why)) {
            if (values_put(&mix->values, &value)) return true;
            snprintf(why, sizeof(why), "a mix has at most %d values", VALUES_MAX);
        }
    }
    snprintf(error, MIX_ERROR_MAX, "--set %.80s: %s", set, why);
    return false;
}

/* Accounts are registered only when their tokens are not given. */
static bool put_shopper(struct mix *mix, const char *path, char *error)
{
    const struct value shopper = {.name = "shopper", .kind = VALUE_SHOPPER};
    if (mix->shoppers == 0) return true;
    if (values_find(&mix->values, "shopper", strlen("shopper")) >= 0)
        mix->shoppers = 0;
    else if (!values_put(&mix->values, &shopper)) {
        snprintf(error, MIX_ERROR_MAX, "%.300s: 'shopper' would be one value too many: at most %d",
                 path, VALUES_MAX);
        return false;
    }
    return true;
}

/* --- values into their places --- */

static bool compile_one(struct arena *arena, const struct mix *mix, const char *path,
                        const struct mix_text *text, struct template *out, char *error)
{
    char why[VALUE_ERROR_MAX];
    if (!text->text || template_compile(arena, text->text, &mix->values, out, why)) return true;
    snprintf(error, MIX_ERROR_MAX, "%.100s:%zu: %s", path, text->line, why);
    return false;
}

static bool compile(struct arena *arena, struct mix *mix, const char *path,
                    const struct mix_texts *texts, char *error)
{
    for (int i = 0; i < mix->visit_count; i++) {
        struct mix_visit *visit = &mix->visits[i];
        for (int j = 0; j < visit->step_count; j++, texts = texts->next) {
            struct mix_step *step = &visit->steps[j];
            if (!compile_one(arena, mix, path, &texts->path, &step->path, error) ||
                !compile_one(arena, mix, path, &texts->token, &step->token, error) ||
                !compile_one(arena, mix, path, &texts->body, &step->body, error))
                return false;
            visit->uses |= template_uses(&step->path) | template_uses(&step->token) |
                           template_uses(&step->body);
            if (step->is_order) /* the ledger names these */
                for (int k = 0; k < mix->values.count; k++) {
                    const char *name = mix->values.all[k].name;
                    if (strcmp(name, "product") == 0 || strcmp(name, "day") == 0 ||
                        strcmp(name, "quantity") == 0)
                        visit->uses |= UINT32_C(1) << k;
                }
        }
    }
    return true;
}

bool mix_parse(struct arena *arena, const char *path, const char *text, size_t length,
               const char *const *sets, int set_count, struct mix *out, char error[MIX_ERROR_MAX])
{
    *out = (struct mix){.name = base_name(arena, path)};
    struct mix_texts *texts = NULL;
    if (!mix_yaml_read(arena, path, text, length, out, &texts, error)) return false;
    for (int i = 0; i < set_count; i++)
        if (!put_one(arena, out, sets[i], error)) return false;
    if (!put_shopper(out, path, error) || !compile(arena, out, path, texts, error)) return false;
    for (int i = 0; i < out->visit_count; i++)
        out->weight_sum += out->visits[i].weight;
    for (int i = 0; i < out->visit_count; i++)
        for (int j = 0; j < out->visits[i].step_count; j++) {
            struct mix_step *step = &out->visits[i].steps[j];
            static const uint8_t none[sizeof(step->expected)];
            if (memcmp(step->expected, none, sizeof(none)) == 0) expect_usual(step);
        }
    return true;
}

bool mix_read(struct arena *arena, const char *path, const char *const *sets, int set_count,
              struct mix *out, char error[MIX_ERROR_MAX])
{
    FILE *file = fopen(path, "re");
    char *text = arena_alloc(arena, MIX_FILE_MAX + 1);
    const size_t length = file ? fread(text, 1, MIX_FILE_MAX + 1, file) : 0;
    const bool is_read = file && !ferror(file);
    const int why = errno;
    if (file) fclose(file);
    if (!is_read) {
        snprintf(error, MIX_ERROR_MAX, "%.300s: %s", path, strerror(why));
        return false;
    }
    if (length > MIX_FILE_MAX) {
        snprintf(error, MIX_ERROR_MAX, "%.300s: a mix has at most %d bytes", path, MIX_FILE_MAX);
        return false;
    }
    return mix_parse(arena, path, text, length, sets, set_count, out, error);
}

void mix_of_one_path(struct arena *arena, const char *path, struct mix *out)
{
    *out = (struct mix){.name = path, .names = {path}, .name_count = 1, .visit_count = 1};
    out->visits = arena_new(arena, struct mix_visit);
    out->visits[0].name = path;
    out->visits[0].weight = out->weight_sum = 1;
    out->visits[0].step_count = 1;
    struct mix_step *step = &out->visits[0].steps[0];
    step->method = "GET";
    template_literal(arena, path, &step->path);
    expect_usual(step);
}
