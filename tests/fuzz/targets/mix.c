/* The load generator's mixes: a file that somebody wrote, perhaps in a hurry. Either there is one sentence that names
 * the line to mend, or every visit can be made: its requests are within the limits and fit into their buffer.
 */
#include "tests/load/mix.h"

#include "common/base/bytes.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_MAX = 64 << 20 };

void fuzz_open(void)
{
    bytes_open();
}

static void check_step(struct arena *arena, const struct mix *mix, const struct mix_step *step,
                       const struct drawn *drawn, uint32_t uses)
{
    struct strbuf out;
    MUST(step->name >= 0 && step->name < mix->name_count && step->method);
    MUST(step->think_ms >= 0 && step->think_ms <= MIX_THINK_MAX_MS);
    MUST(((template_uses(&step->path) | template_uses(&step->token) | template_uses(&step->body)) &
          ~uses) == 0);
    bool expects_any = false;
    for (int status = 200; status < 600; status++)
        expects_any |= mix_expects(step, status);
    MUST(expects_any && !mix_expects(step, 199));
    strbuf_init(&out, arena, MIX_REQUEST_MAX); /* aborts when it is not enough */
    template_write(&step->path, drawn, TEMPLATE_PATH, &out);
    MUST(!memchr(out.text, ' ', out.length) && !memchr(out.text, '\n', out.length));
    template_write(&step->token, drawn, TEMPLATE_HEADER, &out);
    MUST(!memchr(out.text, '\n', out.length) && !memchr(out.text, '\r', out.length));
    template_write(&step->body, drawn, TEMPLATE_JSON, &out);
}

/* Every value at its longest: lists that are filled later may have such. */
static void draw_all(const struct mix *mix, struct drawn *drawn, struct random *dice)
{
    static char longest[VALUE_TEXT_MAX + 1];
    memset(longest, '"', VALUE_TEXT_MAX);
    for (int i = 0; i < mix->values.count; i++) {
        const struct value *value = &mix->values.all[i];
        if (value->kind == VALUE_ZIPF || value->kind == VALUE_RANGE || value->list) {
            value_draw(value, dice, &drawn[i]);
            MUST(value_text_is_good(drawn[i].text));
        } else {
            drawn[i].text = longest;
        }
    }
}

static void check(struct arena *arena, const struct mix *mix)
{
    struct drawn drawn[VALUES_MAX];
    struct random dice;
    random_init(&dice, 1, 1);
    MUST(mix->shoppers >= 0 && mix->shoppers <= MIX_SHOPPERS_MAX);
    MUST(mix->visit_count >= 1 && mix->visit_count <= MIX_VISITS_MAX);
    draw_all(mix, drawn, &dice);
    int weights = 0;
    for (int i = 0; i < mix->visit_count; i++) {
        const struct mix_visit *visit = &mix->visits[i];
        MUST(visit->step_count >= 1 && visit->step_count <= MIX_STEPS_MAX && visit->weight >= 1);
        MUST(mix_choose(mix, (uint32_t)weights) == visit);
        weights += visit->weight;
        for (int j = 0; j < visit->step_count; j++)
            check_step(arena, mix, &visit->steps[j], drawn, visit->uses);
    }
    MUST(weights == mix->weight_sum);
}

/* The first line is a --set, unless it is empty. */
void fuzz_one(struct call *call, struct input *input)
{
    static const char path[] = "folder/m.yaml";
    const char *set = input_line(input, call);
    size_t length;
    const char *text = input_rest(input, call, &length);
    struct arena arena;
    struct mix mix;
    char error[MIX_ERROR_MAX] = "";
    arena_init(&arena, ARENA_MAX);
    if (mix_parse(&arena, path, text, length, &set, set[0] != '\0', &mix, error)) {
        check(&arena, &mix);
    } else {
        MUST(memchr(error, '\0', sizeof(error)) && error[0] != '\0');
        MUST(strncmp(error, path, strlen(path)) == 0 || strncmp(error, "--set ", 6) == 0);
    }
    arena_release(&arena);
}
