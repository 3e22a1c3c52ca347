/* mix.c and template.c: a mix that is right becomes the requests it describes.
 */
#include "tests/unit/load/fixture.h"

#include <glob.h>
#include <string.h>

static const char whole[] = "shoppers: 3\n"
                            "values:\n"
                            "  product: zipf:10\n"
                            "  word: text:a b/ü\"\\\n"
                            "visits:\n"
                            "  - name: one\n"
                            "    weight: 3\n"
                            "    steps:\n"
                            "      - name: home\n"
                            "        get: /v1/home\n"
                            "      - name: search\n"
                            "        get: /v1/products?q={word}&p={product}\n"
                            "        think_ms: 250\n"
                            "  - name: two\n"
                            "    steps:\n"
                            "      - name: order\n"
                            "        post: /v1/orders\n"
                            "        token: \"{shopper}\"\n"
                            "        order: true\n"
                            "        body: '{\"q\":\"{word}\",\"{x\":{}}'\n"
                            "        expect: 201 409\n"
                            "      - name: home\n"
                            "        delete: /v1/home\n";

static const char *written(struct mix_fixture *fixture, const struct template *template,
                           enum template_escape escape)
{
    struct strbuf out;
    struct drawn drawn[VALUES_MAX] = {0};
    strbuf_init(&out, &fixture->arena, 10000);
    for (int i = 0; i < fixture->mix.values.count; i++)
        drawn[i].text = fixture->mix.values.all[i].kind == VALUE_TEXT
                            ? fixture->mix.values.all[i].list[0]
                            : fixture->mix.values.all[i].name;
    template_write(template, drawn, escape, &out);
    return out.text;
}

static void all_of_it_is_read(void **state)
{
    struct mix_fixture *fixture = *state;
    const struct mix *mix = &fixture->mix;
    if (!mix_fixture_read(fixture, whole, NULL)) fail_msg("%s", fixture->error);
    assert_string_equal(mix->name, "m");
    assert_int_equal(mix->shoppers, 3);
    assert_int_equal(mix->values.count, 3); /* and {shopper} */
    assert_int_equal(mix->visit_count, 2);
    assert_int_equal(mix->weight_sum, 4);
    assert_int_equal(mix->name_count, 3); /* home is the same name twice */
    const struct mix_step *search = &mix->visits[0].steps[1], *order = &mix->visits[1].steps[0];
    assert_int_equal(search->think_ms, 250);
    assert_string_equal(search->method, "GET");
    assert_false(search->is_order);
    assert_string_equal(order->method, "POST");
    assert_true(order->is_order && order->has_body && order->has_token);
    assert_int_equal(mix->visits[1].steps[1].name, mix->visits[0].steps[0].name);
    assert_string_equal(mix->visits[1].steps[1].method, "DELETE");
}

static void values_are_escaped_for_where_they_stand(void **state)
{
    struct mix_fixture *fixture = *state;
    assert_true(mix_fixture_read(fixture, whole, NULL));
    const struct mix_step *search = &fixture->mix.visits[0].steps[1];
    const struct mix_step *order = &fixture->mix.visits[1].steps[0];
    assert_string_equal(written(fixture, &search->path, TEMPLATE_PATH),
                        "/v1/products?q=a%20b%2F%C3%BC%22%5C&p=product");
    assert_string_equal(written(fixture, &order->body, TEMPLATE_JSON),
                        "{\"q\":\"a b/ü\\\"\\\\\",\"{x\":{}}");
    assert_string_equal(written(fixture, &order->token, TEMPLATE_HEADER), "shopper");
}

static void only_what_a_visit_needs_is_drawn(void **state)
{
    struct mix_fixture *fixture = *state;
    assert_true(mix_fixture_read(fixture, whole, NULL));
    const struct mix *mix = &fixture->mix;
    const int product = values_find(&mix->values, "product", 7);
    const int word = values_find(&mix->values, "word", 4);
    const int shopper = values_find(&mix->values, "shopper", 7);
    assert_int_equal(mix->visits[0].uses, 1u << product | 1u << word);
    /* the ledger wants the product of an order, though its body does not name it */
    assert_int_equal(mix->visits[1].uses, 1u << product | 1u << word | 1u << shopper);
}

static void statuses_that_are_expected(void **state)
{
    struct mix_fixture *fixture = *state;
    assert_true(mix_fixture_read(fixture, whole, NULL));
    const struct mix_step *usual = &fixture->mix.visits[0].steps[0];
    const struct mix_step *named = &fixture->mix.visits[1].steps[0];
    for (int status = 100; status < 700; status++) {
        assert_int_equal(mix_expects(usual, status),
                         (status >= 200 && status < 300) || status == 304);
        assert_int_equal(mix_expects(named, status), status == 201 || status == 409);
    }
    assert_false(mix_expects(usual, -1));
}

static void visits_are_chosen_by_weight(void **state)
{
    struct mix_fixture *fixture = *state;
    assert_true(mix_fixture_read(fixture, whole, NULL));
    const struct mix *mix = &fixture->mix;
    for (uint32_t i = 0; i < 3; i++)
        assert_ptr_equal(mix_choose(mix, i), &mix->visits[0]);
    assert_ptr_equal(mix_choose(mix, 3), &mix->visits[1]);
}

static void the_command_line_replaces_and_adds(void **state)
{
    struct mix_fixture *fixture = *state;
    const struct mix *mix = &fixture->mix;
    assert_true(mix_fixture_read(fixture, whole, "product=zipf:100000"));
    assert_int_equal(mix->values.all[0].high, 100000);
    assert_true(mix_fixture_read(fixture, "visits: [{name: a, steps: [{name: b, get: '/{c}'}]}]",
                                 "c=text:d=e"));
    assert_string_equal(mix->values.all[0].list[0], "d=e");
    /* tokens that are given need no new accounts */
    assert_true(mix_fixture_read(fixture, whole, "shopper=text:token"));
    assert_int_equal(mix->shoppers, 0);
    assert_false(mix_fixture_read(fixture, whole, "product"));
    assert_non_null(strstr(fixture->error, "--set product: write NAME=VALUE"));
    assert_false(mix_fixture_read(fixture, whole, "product=zipf:x"));
    assert_non_null(strstr(fixture->error, "--set product=zipf:x: zipf: takes a number"));
}

static void one_path_is_a_mix(void **state)
{
    struct mix_fixture *fixture = *state;
    mix_of_one_path(&fixture->arena, "/a/{b}", &fixture->mix);
    const struct mix_visit *visit = mix_choose(&fixture->mix, 0);
    assert_int_equal(visit->step_count, 1);
    assert_string_equal(written(fixture, &visit->steps[0].path, TEMPLATE_PATH), "/a/{b}");
    assert_true(mix_expects(&visit->steps[0], 200));
}

/* Run from the root of the repository, as all tests are. */
static void the_mixes_that_are_here_are_right(void **state)
{
    struct mix_fixture *fixture = *state;
    glob_t found = {0};
    assert_int_equal(glob("tests/load/mixes/*.yaml", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (!mix_read(&fixture->arena, found.gl_pathv[i], NULL, 0, &fixture->mix, fixture->error))
            fail_msg("%s", fixture->error);
    globfree(&found);
    assert_false(mix_read(&fixture->arena, "tests/load/mixes/none.yaml", NULL, 0, &fixture->mix,
                          fixture->error));
    assert_string_equal(fixture->error, "tests/load/mixes/none.yaml: No such file or directory");
}

int test_mix(void)
{
#define MIX_TEST(name) cmocka_unit_test_setup_teardown(name, mix_fixture_open, mix_fixture_close)
    const struct CMUnitTest tests[] = {
        MIX_TEST(all_of_it_is_read),
        MIX_TEST(values_are_escaped_for_where_they_stand),
        MIX_TEST(only_what_a_visit_needs_is_drawn),
        MIX_TEST(statuses_that_are_expected),
        MIX_TEST(visits_are_chosen_by_weight),
        MIX_TEST(the_command_line_replaces_and_adds),
        MIX_TEST(one_path_is_a_mix),
        MIX_TEST(the_mixes_that_are_here_are_right),
    };
    return cmocka_run_group_tests_name("mix", tests, NULL, NULL);
}
