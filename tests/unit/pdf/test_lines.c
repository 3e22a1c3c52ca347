/* Where lines end, without looking at a page.
 */
#include "common/pdf/lines.h"
#include "tests/unit/pdf/groups.h"

#include <string.h>

static const struct style style = {FACE_REGULAR, 10, 14, NULL};

struct desk {
    struct sample *sample;
    HPDF_Doc doc;
    struct letters letters;
    struct characters characters;
};

static void ignore(HPDF_STATUS code, HPDF_STATUS detail, void *context)
{
    (void)code, (void)detail, (void)context;
}

static int desk_setup(void **state)
{
    struct desk *desk = test_calloc(1, sizeof(*desk));
    *state = desk;
    if (sample_setup((void **)&desk->sample) != 0) return 1;
    desk->doc = HPDF_New(ignore, NULL);
    letters_open(&desk->letters, desk->doc, desk->sample->fonts);
    return 0;
}

static int desk_teardown(void **state)
{
    struct desk *desk = *state;
    HPDF_Free(desk->doc);
    sample_teardown((void **)&desk->sample);
    test_free(desk);
    return 0;
}

/* The lines of an ASCII text, with "|" between them. */
static const char *broken(struct desk *desk, const char *text, double width, char out[256])
{
    int at = 0, length = 0;
    struct line line;
    characters_read(&desk->characters, text);
    while (line_next(&desk->letters, &style, &desk->characters, width, &at, &line)) {
        for (int i = 0; i < line.count; i++)
            out[length++] = (char)desk->characters.codes[line.start + i];
        out[length++] = '|';
    }
    out[length] = '\0';
    return out;
}

static void breaks_at_blanks_and_hyphens(void **state)
{
    char out[256];
    assert_string_equal(broken(*state, "one two three", 40, out), "one two|three|");
    assert_string_equal(broken(*state, "  one   two  ", 500, out), "one two|");
    assert_string_equal(broken(*state, "one-two-three", 45, out), "one-two-|three|");
    assert_string_equal(broken(*state, "", 40, out), "");
    assert_string_equal(broken(*state, "   ", 40, out), "");
}

static void breaks_where_told(void **state)
{
    char out[256];
    assert_string_equal(broken(*state, "a\nb", 100, out), "a|b|");
    assert_string_equal(broken(*state, "a\n\nb\n", 100, out), "a||b|");
}

static void breaks_inside_a_word_only_if_it_must(void **state)
{
    char out[256];
    assert_string_equal(broken(*state, "a wwwwwwwwww", 40, out), "a|wwwww|wwwww|");
    assert_string_equal(broken(*state, "ww", 1, out), "w|w|");
}

static void cuts_with_room_for_the_dots(void **state)
{
    struct desk *desk = *state;
    int at = 0;
    struct line line;
    characters_read(&desk->characters, "wwww wwww");
    assert_true(line_next(&desk->letters, &style, &desk->characters, 45, &at, &line));
    line_cut(&desk->letters, &style, &desk->characters, 35, &line);
    assert_true(line.width <= 35 && line.count > 1);
    assert_int_equal(desk->characters.codes[line.start + line.count - 1], LETTER_ELLIPSIS);
}

static void reads_at_most_so_much(void **state)
{
    struct desk *desk = *state;
    char text[PDF_TEXT_MAX + 10];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    characters_read(&desk->characters, text);
    assert_int_equal(desk->characters.count, PDF_TEXT_MAX + 1);
    assert_int_equal(desk->characters.codes[PDF_TEXT_MAX], LETTER_ELLIPSIS);
}

int test_pdf_lines(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breaks_at_blanks_and_hyphens),
        cmocka_unit_test(breaks_where_told),
        cmocka_unit_test(breaks_inside_a_word_only_if_it_must),
        cmocka_unit_test(cuts_with_room_for_the_dots),
        cmocka_unit_test(reads_at_most_so_much),
    };
    return cmocka_run_group_tests_name("pdf/lines", tests, desk_setup, desk_teardown);
}
