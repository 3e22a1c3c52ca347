/* Pages and tables: what breaks where, and what happens at the limits.
 */
#include "tests/unit/pdf/groups.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pdf_column columns[] = {
    {"Description", 0.6, PDF_LEFT}, {"Quantity", 0.2, PDF_RIGHT}, {"Amount", 0.2, PDF_RIGHT}};

static void make_table(struct sample *sample, int rows)
{
    struct pdf *pdf = sample_new(sample);
    pdf_table_begin(pdf, columns, 3);
    for (int i = 1; i <= rows; i++) {
        char title[40], amount[40];
        snprintf(title, sizeof(title), "row-%d", i);
        snprintf(amount, sizeof(amount), "%d.00", i * 7);
        pdf_table_row(pdf, PDF_ROW_NORMAL, (const char *[]){title, "1", amount});
    }
    pdf_table_end(pdf);
    sample_finish(sample, pdf);
}

static int count(const char *text, const char *word)
{
    int found = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        found++;
    return found;
}

static void repeats_the_header_and_counts_the_pages(void **state)
{
    make_table(*state, 100);
    const char *text = sample_ask(*state, "pdftotext -layout $f -");
    const int pages = count(text, "\f");
    char last[40];
    snprintf(last, sizeof(last), "Page %d of %d", pages, pages);
    assert_in_range(pages, 3, 6);
    assert_int_equal(count(text, "Description"), pages);
    assert_int_equal(count(text, "at the foot"), pages);
    assert_int_equal(count(text, "row-"), 100);
    assert_non_null(strstr(text, "Page 1 of"));
    assert_non_null(strstr(text, last));
}

/* The right edges that poppler measures. */
static void aligns_amounts_on_the_right(void **state)
{
    make_table(*state, 20);
    const char *edges = sample_ask(
        *state, "pdftotext -bbox $f - | sed -n 's/.*xMax=\"\\([0-9]*\\)\\..*>[0-9]*\\.00<.*/\\1/p'"
                " | sort -u");
    assert_string_equal(edges, "539\n");
}

static void keeps_a_row_on_one_page(void **state)
{
    struct pdf *pdf = sample_new(*state);
    pdf_table_begin(pdf, columns, 3);
    for (int i = 0; i < 60; i++)
        pdf_table_row(pdf, PDF_ROW_NORMAL, (const char *[]){"begin\nmiddle\nend", NULL, "1.00"});
    pdf_table_end(pdf);
    sample_finish(*state, pdf);
    char *text = strdup(sample_ask(*state, "pdftotext -layout $f -")), *rest = text;
    for (char *page = strsep(&rest, "\f"); page != NULL; page = strsep(&rest, "\f"))
        assert_int_equal(count(page, "begin"), count(page, "end"));
    free(text);
}

static void cuts_what_is_too_long(void **state)
{
    struct sample *sample = *state;
    char *text = arena_alloc(&sample->arena, 20001);
    for (int i = 0; i < 20000; i++)
        text[i] = i % 9 == 8 ? ' ' : 'x';
    sample_row(sample, text);
    assert_int_equal(sample->status, STATUS_OK);
    assert_true(sample_has(sample, "…"));
    assert_true(sample_has(sample, "Page 1 of 1"));
    for (int i = 0; i < 20000; i++)
        text[i] = 'W';
    struct pdf *pdf = sample_new(sample);
    pdf_heading(pdf, text);
    pdf_paragraph(pdf, text);
    sample_finish(sample, pdf);
    assert_true(sample_has(sample, "…"));
}

static void breaks_paragraphs_over_pages(void **state)
{
    struct pdf *pdf = sample_new(*state);
    for (int i = 0; i < 80; i++)
        pdf_paragraph(pdf, "one\n\ntwo");
    sample_finish(*state, pdf);
    const char *text = sample_ask(*state, "pdftotext -layout $f -");
    assert_int_equal(count(text, "one"), 80);
    assert_int_equal(count(text, "two"), 80);
    assert_in_range(count(text, "\f"), 5, 8);
}

static void refuses_endless_documents(void **state)
{
    struct sample *sample = *state;
    make_table(sample, 30000);
    assert_int_equal(sample->status, STATUS_TOO_LARGE);
    assert_null(sample->bytes);
    assert_int_equal(sample->length, 0);
}

static void an_empty_document_has_a_page(void **state)
{
    sample_finish(*state, sample_new(*state));
    assert_true(sample_has(*state, "Page 1 of 1"));
}

static void *make_many(void *argument)
{
    struct sample *sample = argument;
    for (int i = 0; i < 10; i++)
        sample_row(sample, "Łódź ✓ 日本");
    return NULL;
}

static void equal_input_gives_equal_bytes_on_every_thread(void **state)
{
    enum { THREADS = 4 };
    struct sample *sample = *state, others[THREADS] = {0};
    pthread_t threads[THREADS];
    make_many(sample);
    for (int i = 0; i < THREADS; i++) {
        others[i].fonts = sample->fonts;
        arena_init(&others[i].arena, 1 << 20);
        assert_int_equal(pthread_create(&threads[i], NULL, make_many, &others[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(others[i].length, sample->length);
        assert_memory_equal(others[i].bytes, sample->bytes, sample->length);
        arena_release(&others[i].arena);
    }
}

int test_pdf_pages(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_the_header_and_counts_the_pages),
        cmocka_unit_test(aligns_amounts_on_the_right),
        cmocka_unit_test(keeps_a_row_on_one_page),
        cmocka_unit_test(cuts_what_is_too_long),
        cmocka_unit_test(breaks_paragraphs_over_pages),
        cmocka_unit_test(refuses_endless_documents),
        cmocka_unit_test(an_empty_document_has_a_page),
        cmocka_unit_test(equal_input_gives_equal_bytes_on_every_thread),
    };
    return cmocka_run_group_tests_name("pdf/pages", tests, sample_setup, sample_teardown);
}
