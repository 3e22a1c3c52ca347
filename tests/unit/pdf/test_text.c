/* Whatever people put into a title comes out as they would expect, and never breaks the document.
 */
#include "tests/unit/pdf/groups.h"

#include <string.h>

static void shows_the_scripts_of_europe(void **state)
{
    static const char *const titles[] = {
        "Zażółć gęślą jaźń",
        "Περίπατος στην Ακρόπολη",
        "Экскурсия по городу",
        "Đường về ấ ạ ữ",
        "Þingvellir — “Çay” für 5 €",
        "Հայաստան",
        "✓★→♥",
    };
    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
        sample_row(*state, titles[i]);
        if (!sample_has(*state, titles[i])) fail_msg("'%s' is not shown", titles[i]);
    }
}

static void leaves_emoji_out(void **state)
{
    sample_row(*state, "Sunset 🌅 cruise ❤️ 👩‍👩‍👧");
    assert_true(sample_has(*state, "Sunset cruise ❤"));
    sample_row(*state, "🌅🌅");
    assert_true(sample_has(*state, "□"));
}

static void shows_that_something_is_missing(void **state)
{
    sample_row(*state, "日本 Tour");
    assert_true(sample_has(*state, "□□ Tour"));
    sample_row(*state, "שלום Tour");
    assert_true(sample_has(*state, "□□□□ Tour"));
    sample_row(*state, "a\xC3(b\xF0\x9F\x98 c\xED\xA0\x80\xFF");
    assert_true(sample_has(*state, "a□(b"));
}

static void ignores_control_characters(void **state)
{
    sample_row(*state, "one\x01\x7F two\x1B[31m\tthree");
    assert_true(sample_has(*state, "one two[31m three"));
}

/* Three times as many different characters as one font can address. */
static void shows_more_characters_than_a_byte_has_values(void **state)
{
    struct pdf *pdf = sample_new(*state);
    char text[16];
    for (unsigned c = 0x100; c < 0x460; c++) {
        if ((c >= 0x180 && c < 0x391) || c == 0x3A2) continue;
        text[0] = (char)(0xC0 | c >> 6);
        text[1] = (char)(0x80 | (c & 0x3F));
        text[2] = '\0';
        pdf_paragraph(pdf, text);
    }
    sample_finish(*state, pdf);
    assert_true(sample_has(*state, "Ā") && sample_has(*state, "ſ"));
    assert_true(sample_has(*state, "Ω") && sample_has(*state, "џ"));
    assert_false(sample_has(*state, "□"));
}

static void readers_have_nothing_to_complain_about(void **state)
{
    struct sample *sample = *state;
    sample_row(sample, "Łódź Ǟ 日本 ✓ Đ");
    const char *words = sample_ask(sample, "pdftotext -q $f /dev/null; pdfinfo $f");
    assert_null(strstr(words, "Error"));
    assert_null(strstr(words, "Warning"));
    assert_non_null(strstr(words, "Łódź"));
    assert_non_null(strstr(words, "Author:          Shop"));
    assert_non_null(strstr(words, "2026"));
    const char *fonts = sample_ask(sample, "pdffonts $f | tail -n +3 | awk '{print $4,$5,$6}'");
    assert_null(strstr(fonts, "no yes")); /* embedded, and a subset */
    assert_null(strstr(fonts, "yes no yes"));
    assert_non_null(
        strstr(sample_ask(sample, "pdftoppm -r 20 -png $f | head -c 4 | tail -c 3"), "PNG"));
}

static void is_small(void **state)
{
    struct sample *sample = *state;
    sample_row(sample, "Harbour tour");
    assert_in_range(sample->length, 1000, 25000);
}

int test_pdf_text(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_scripts_of_europe),
        cmocka_unit_test(leaves_emoji_out),
        cmocka_unit_test(shows_that_something_is_missing),
        cmocka_unit_test(ignores_control_characters),
        cmocka_unit_test(shows_more_characters_than_a_byte_has_values),
        cmocka_unit_test(readers_have_nothing_to_complain_about),
        cmocka_unit_test(is_small),
    };
    return cmocka_run_group_tests_name("pdf/text", tests, sample_setup, sample_teardown);
}
