/* mix_yaml.c: each mistake is named with its line.
 */
#include "tests/unit/load/fixture.h"

#include <string.h>

#define VISIT "visits:\n - name: v\n   steps:\n"

static void mistakes_of_grammar(void **state)
{
    struct mix_fixture *fixture = *state;
    mix_fixture_refuse(fixture, "", ":1: is empty: a mix needs 'visits'");
    mix_fixture_refuse(fixture, "just words", ":1: a mix must hold 'key: value' lines");
    mix_fixture_refuse(fixture, "\n\nvisits: [\n", ":4: not valid YAML: ");
    mix_fixture_refuse(fixture, "shoppers: 1\n", ":1: a mix needs 'visits'");
    mix_fixture_refuse(fixture, "visits: x\n", ":1: 'visits' takes a list");
    mix_fixture_refuse(fixture, "visits: []\n", ":1: 'visits' has 0 entries: 1 to 32");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n---\nvisits: x\n",
                       ":7: a second document");
    mix_fixture_refuse(fixture, "[a]: b\n", ":1: a key must be a name");
    mix_fixture_refuse(fixture, "visitors: 3\n",
                       ":1: unknown key 'visitors': a mix has shoppers, values, visits");
    mix_fixture_refuse(fixture, "shoppers: 1\nshoppers: 2\n", ":2: 'shoppers' is given twice");
}

static void mistakes_of_numbers(void **state)
{
    struct mix_fixture *fixture = *state;
    static const char *const wrong[] = {"-1", "1001", "x", "1x", "''", "1.5", "[1]", "99999999999"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        mix_fixture_refuse(fixture, arena_printf(&fixture->arena, "shoppers: %s\n", wrong[i]),
                           ":1: 'shoppers' takes a number from 0 to 1000");
    mix_fixture_refuse(fixture, "visits:\n - name: v\n   weight: 0\n",
                       ":3: 'weight' takes a number from 1 to 1000000");
}

static void mistakes_of_values(void **state)
{
    struct mix_fixture *fixture = *state;
    mix_fixture_refuse(fixture, "values:\n  a: zipf:0\n", ":2: zipf: takes a number from 1");
    mix_fixture_refuse(fixture, "values:\n  a: 500\n", ":2: '500' is not a value: it takes zipf:N");
    mix_fixture_refuse(fixture, "values:\n  a: text:x\n  a: text:y\n", ":3: 'a' is given twice");
    mix_fixture_refuse(fixture, "values:\n  Big: text:x\n", ":2: 'Big' cannot be a value's name");
    mix_fixture_refuse(fixture, "values: [a]\n", ":1: 'values' must hold");
    struct strbuf many;
    strbuf_init(&many, &fixture->arena, 10000);
    strbuf_add_text(&many, "values:\n");
    for (int i = 0; i <= VALUES_MAX; i++)
        strbuf_printf(&many, "  v%d: text:x\n", i);
    mix_fixture_refuse(fixture, many.text, ":34: more than 32 values");
}

static void mistakes_of_steps(void **state)
{
    struct mix_fixture *fixture = *state;
    mix_fixture_refuse(fixture, VISIT "   - get: /x\n", ":4: a step needs 'name'");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n", ":4: a step needs a request");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     put: /y\n",
                       ":6: a step is one request");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: x\n", ":5: 'get' takes a path");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x y\n", ":5: 'get' takes a path");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: \"/\\r\\nX: y\"\n",
                       ":5: 'get' has a control character");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: \"/\\0\"\n",
                       ":5: 'get' has a control character");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: ''\n", ":5: 'get' takes 1 to 2048");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     body: '{}'\n",
                       ":4: a 'get' has no 'body'");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     order: true\n",
                       ":4: an 'order' is a 'post'");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     order: maybe\n",
                       ":6: 'order' takes true or false");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     think_ms: 5\n",
                       ":4: no 'think_ms' before the first step");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     expect: 200 20\n",
                       ":6: 'expect' takes statuses");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     expect: 199\n",
                       ":6: 'expect' takes statuses");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     colour: red\n",
                       ":6: unknown key 'colour': a step has name, get, post");
}

static void values_that_nobody_defines(void **state)
{
    struct mix_fixture *fixture = *state;
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /{x}\n",
                       ":5: there is no value 'x': add it to 'values'");
    mix_fixture_refuse(fixture, VISIT "   - name: s\n     get: /x\n     token: '{shopper}'\n",
                       ":6: there is no value 'shopper': add it to 'values', or say with "
                       "'shoppers' how many");
    struct strbuf many;
    strbuf_init(&many, &fixture->arena, 10000);
    strbuf_add_text(&many, "values: {a: 'text:x'}\n" VISIT "   - name: s\n     get: /");
    for (int i = 0; i <= TEMPLATE_PLACES_MAX; i++)
        strbuf_add_text(&many, "{a}");
    mix_fixture_refuse(fixture, many.text, ":6: has more than 32 values");
}

static void too_much_of_anything(void **state)
{
    struct mix_fixture *fixture = *state;
    struct strbuf many;
    strbuf_init(&many, &fixture->arena, 100000);
    strbuf_add_text(&many, VISIT);
    for (int i = 0; i <= MIX_STEPS_MAX; i++)
        strbuf_printf(&many, "   - {name: s, get: /x}\n");
    mix_fixture_refuse(fixture, many.text, ":4: 'steps' has 33 entries: 1 to 32");
    strbuf_clear(&many);
    strbuf_add_text(&many, "visits:\n");
    for (int i = 0; i <= MIX_NAMES_MAX / 30; i++) {
        strbuf_add_text(&many, "- name: v\n  steps:\n");
        for (int j = 0; j < 30; j++)
            strbuf_printf(&many, "  - {name: s%d, get: /x}\n", 30 * i + j);
    }
    mix_fixture_refuse(fixture, many.text, ":72: requests have more than 64 names");
}

/* Aliases are only another way to write it; one that leads back to where it stands must come to an end. */
static void aliases_do_no_harm(void **state)
{
    struct mix_fixture *fixture = *state;
    assert_true(mix_fixture_read(fixture, VISIT "   - &a {name: s, get: /x}\n   - *a\n", NULL));
    assert_int_equal(fixture->mix.visits[0].step_count, 2);
    mix_fixture_refuse(fixture, "visits: &a\n - *a\n", ":1: a visit must hold");
    mix_fixture_refuse(fixture, "visits:\n - &a\n   name: v\n   steps: [*a]\n",
                       ":4: unknown key 'steps': a step has");
}

int test_mix_errors(void)
{
#define MIX_TEST(name) cmocka_unit_test_setup_teardown(name, mix_fixture_open, mix_fixture_close)
    const struct CMUnitTest tests[] = {
        MIX_TEST(mistakes_of_grammar),        MIX_TEST(mistakes_of_numbers),
        MIX_TEST(mistakes_of_values),         MIX_TEST(mistakes_of_steps),
        MIX_TEST(values_that_nobody_defines), MIX_TEST(too_much_of_anything),
        MIX_TEST(aliases_do_no_harm),
    };
    return cmocka_run_group_tests_name("mix_errors", tests, NULL, NULL);
}
