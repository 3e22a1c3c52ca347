/* What a spreadsheet will read: cells that stay cells, and no formula from a stranger.
 */
#include "common/base/csv.h"

#include "tests/unit/base/groups.h"

static const char *row_of(struct arena *arena, const char *const *texts, int count)
{
    static struct strbuf out;
    struct csv_writer csv;
    strbuf_init(&out, arena, 4096);
    csv_init(&csv, &out);
    for (int i = 0; i < count; i++)
        csv_add_text(&csv, texts[i]);
    csv_end_row(&csv);
    return out.text;
}

static void expect_cell(const char *text, const char *expected)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    expect_text(row_of(&arena, &text, 1), expected);
    arena_release(&arena);
}

static void test_quotes_where_needed(void **state)
{
    (void)state;
    expect_cell("Harbour by night", "Harbour by night\r\n");
    expect_cell("", "\r\n");
    expect_cell(NULL, "\r\n");
    expect_cell("one, two", "\"one, two\"\r\n");
    expect_cell("the \"old\" town", "\"the \"\"old\"\" town\"\r\n");
    expect_cell("\"", "\"\"\"\"\r\n");
    expect_cell("two\nlines", "\"two\nlines\"\r\n");
    expect_cell("two\rlines", "\"two\rlines\"\r\n");
    expect_cell(" spaced ", "\" spaced \"\r\n");
    expect_cell("T\xc3\xb6pfern \xe2\x80\x93 f\xc3\xbcr alle; 'ja'",
                "T\xc3\xb6pfern \xe2\x80\x93 f\xc3\xbcr alle; 'ja'\r\n");
}

static void test_formulas_are_defused(void **state)
{
    (void)state;
    expect_cell("=1+1", "'=1+1\r\n");
    expect_cell("+49 40", "'+49 40\r\n");
    expect_cell("-1", "'-1\r\n");
    expect_cell("@SUM(A1)", "'@SUM(A1)\r\n");
    expect_cell("\t=1", "'\t=1\r\n");
    expect_cell("\n=1", "\"'\n=1\"\r\n");
    expect_cell("=HYPERLINK(\"http://x\",\"y\")",
                "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n");
    expect_cell("1=1", "1=1\r\n");
    expect_cell("a-b", "a-b\r\n");
}

static void test_rows(void **state)
{
    (void)state;
    struct arena arena;
    struct strbuf out;
    struct csv_writer csv;
    arena_init(&arena, 1 << 20);
    strbuf_init(&out, &arena, 4096);
    csv_init(&csv, &out);
    csv_add_int64(&csv, -7);
    csv_add_text(&csv, NULL);
    csv_add_day(&csv, 20781);
    csv_add_time(&csv, INT64_C(1795467000250));
    csv_add_time(&csv, 0);
    csv_end_row(&csv);
    csv_add_text(&csv, NULL);
    csv_add_int64(&csv, INT64_MAX);
    csv_end_row(&csv);
    expect_text(out.text, "-7,,2026-11-24,2026-11-23T20:50:00.250Z,\r\n,9223372036854775807\r\n");
    arena_release(&arena);
}

int test_csv(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quotes_where_needed),
        cmocka_unit_test(test_formulas_are_defused),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
