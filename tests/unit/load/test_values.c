/* values.c: each kind draws what it says, and nothing else can be written.
 */
#include "tests/load/values.h"

#include "common/base/clock.h"
#include "tests/unit/load/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAWS = 20000 };

struct box {
    struct arena arena;
    struct value value;
    struct random dice;
    char error[VALUE_ERROR_MAX];
};

static int open_box(void **state)
{
    static struct box box;
    box = (struct box){0};
    arena_init(&box.arena, 256 << 20);
    random_init(&box.dice, 1, 1);
    *state = &box;
    return 0;
}

static int close_box(void **state)
{
    arena_release(&((struct box *)*state)->arena);
    return 0;
}

static bool parse(struct box *box, const char *text)
{
    return value_parse(&box->arena, "name", text, NULL, &box->value, box->error);
}

static int64_t draw_number(struct box *box)
{
    struct drawn drawn;
    value_draw(&box->value, &box->dice, &drawn);
    return strtoll(drawn.text, NULL, 10);
}

static void a_range_draws_each_as_likely(void **state)
{
    struct box *box = *state;
    int seen[4] = {0};
    assert_true(parse(box, "range:3-6"));
    for (int i = 0; i < DRAWS; i++) {
        const int64_t number = draw_number(box);
        assert_in_range(number, 3, 6);
        seen[number - 3]++;
    }
    for (int i = 0; i < 4; i++)
        assert_in_range(seen[i], DRAWS / 4 - 400, DRAWS / 4 + 400);
    assert_true(parse(box, "range:7-7"));
    assert_int_equal(draw_number(box), 7);
}

/* Every doubling of the rank has the same share: 1, 2-3, 4-7, … */
static void zipf_draws_the_first_most_often(void **state)
{
    struct box *box = *state;
    int seen[9] = {0};
    assert_true(parse(box, "zipf:511"));
    for (int i = 0; i < DRAWS; i++) {
        const int64_t number = draw_number(box);
        assert_in_range(number, 1, 511);
        seen[63 - __builtin_clzll((unsigned long long)number)]++;
    }
    for (int i = 0; i < 9; i++)
        assert_in_range(seen[i], DRAWS / 9 - 300, DRAWS / 9 + 300);
}

static void days_are_counted_from_today(void **state)
{
    struct box *box = *state;
    struct drawn drawn;
    int32_t day = 0;
    const int32_t today = clock_today();
    assert_true(parse(box, "days:1-3"));
    for (int i = 0; i < 100; i++) {
        value_draw(&box->value, &box->dice, &drawn);
        assert_true(clock_parse_day(drawn.text, &day));
        assert_in_range(day, today + 1, today + 4); /* one more, should midnight have passed */
    }
}

static void text_is_always_the_same(void **state)
{
    struct box *box = *state;
    struct drawn drawn;
    assert_true(parse(box, "text:two words: ü"));
    value_draw(&box->value, &box->dice, &drawn);
    assert_string_equal(drawn.text, "two words: ü");
}

static void fetch_is_a_path_and_a_member(void **state)
{
    struct box *box = *state;
    assert_true(parse(box, "fetch:/v1/categories?x=1#slug"));
    assert_string_equal(box->value.path, "/v1/categories?x=1");
    assert_string_equal(box->value.member, "slug");
}

static void others_are_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "500",
        "zipf",
        "zipf:",
        "zipf:0",
        "zipf:-1",
        "zipf:1.5",
        "zipf:1 ",
        "zipf: 1",
        "zipf:+1",
        "zipf:100000001",
        "range:3",
        "range:3-",
        "range:3-2",
        "range:-3-2",
        "range:1-2-3",
        "range:0-99999999999",
        "days:1",
        "days:1-4000",
        "days:x-y",
        "text:a\nb",
        "text:\xff",
        "lines:",
        "fetch:",
        "fetch:/items",
        "fetch:/items#",
        "fetch:x#id",
        "fetch:/a b#id",
        "colour:red",
    };
    struct box *box = *state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        box->error[0] = '\0';
        if (parse(box, texts[i])) fail_msg("taken: %s", texts[i]);
        assert_true(box->error[0] != '\0');
    }
    char longest[VALUE_TEXT_MAX + 7] = "text:";
    memset(longest + 5, 'x', VALUE_TEXT_MAX);
    assert_true(parse(box, longest));
    longest[5 + VALUE_TEXT_MAX] = 'x';
    assert_false(parse(box, longest));
}

static void names_are_plain_words(void **state)
{
    static const char *const wrong[] = {
        "", "1st", "Big", "a-b", "a b", "_a", "a123456789012345678901234567890123"};
    struct box *box = *state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(value_parse(&box->arena, wrong[i], "text:x", NULL, &box->value, box->error));
    assert_true(value_parse(&box->arena, "a_1", "text:x", NULL, &box->value, box->error));
}

/* A file with these bytes, as the only value. */
static bool read_lines(struct box *box, struct values *values, const char *bytes, size_t length)
{
    char path[] = "/tmp/load-values-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0 && write(file, bytes, length) == (ssize_t)length);
    close(file);
    assert_true(parse(box, arena_printf(&box->arena, "lines:%s", path)));
    *values = (struct values){.all = {box->value}, .count = 1};
    const bool good = values_read_files(&box->arena, values, box->error);
    unlink(path);
    return good;
}

static void lines_are_read_once(void **state)
{
    static const char text[] = "one\r\n\ntwo words\nlast";
    struct box *box = *state;
    struct values values;
    assert_true(read_lines(box, &values, text, sizeof(text) - 1));
    assert_int_equal(values.all[0].count, 3);
    assert_string_equal(values.all[0].list[0], "one");
    assert_string_equal(values.all[0].list[1], "two words");
    assert_string_equal(values.all[0].list[2], "last");
}

static void files_that_are_no_lists_are_refused(void **state)
{
    struct box *box = *state;
    struct values values;
    assert_false(read_lines(box, &values, "", 0));
    assert_false(read_lines(box, &values, "\n\n", 2));
    assert_false(read_lines(box, &values, "a\0b", 3));
    assert_false(read_lines(box, &values, "good\n\xff\n", 7));
    assert_non_null(strstr(box->error, ":2: "));
    assert_true(parse(box, "lines:/nonexistent/words.txt"));
    values = (struct values){.all = {box->value}, .count = 1};
    assert_false(values_read_files(&box->arena, &values, box->error));
    assert_non_null(strstr(box->error, "/nonexistent/words.txt: No such file"));
}

int test_values(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_range_draws_each_as_likely, open_box, close_box),
        cmocka_unit_test_setup_teardown(zipf_draws_the_first_most_often, open_box, close_box),
        cmocka_unit_test_setup_teardown(days_are_counted_from_today, open_box, close_box),
        cmocka_unit_test_setup_teardown(text_is_always_the_same, open_box, close_box),
        cmocka_unit_test_setup_teardown(fetch_is_a_path_and_a_member, open_box, close_box),
        cmocka_unit_test_setup_teardown(others_are_refused, open_box, close_box),
        cmocka_unit_test_setup_teardown(names_are_plain_words, open_box, close_box),
        cmocka_unit_test_setup_teardown(lines_are_read_once, open_box, close_box),
        cmocka_unit_test_setup_teardown(files_that_are_no_lists_are_refused, open_box, close_box),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
