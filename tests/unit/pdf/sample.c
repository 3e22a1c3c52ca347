/* Making documents and looking at them.
 */
#include "tests/unit/pdf/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLE_ARENA_MAX = 64 << 20, ANSWER_MAX = 1 << 20 };

int sample_setup(void **state)
{
    struct sample *sample = test_calloc(1, sizeof(*sample));
    char error[PDF_ERROR_TEXT] = "";
    arena_init(&sample->arena, SAMPLE_ARENA_MAX);
    if (pdf_fonts_open(&sample->arena, &sample->fonts, error) != STATUS_OK)
        fprintf(stderr, "%s\n", error);
    *state = sample;
    return sample->fonts != NULL ? 0 : 1;
}

int sample_teardown(void **state)
{
    struct sample *sample = *state;
    arena_release(&sample->arena);
    test_free(sample);
    return 0;
}

struct pdf *sample_new(struct sample *sample)
{
    const struct pdf_options options = {
        .title = "Łódź", .author = "Shop", .made_ms = 1779283200000, .footer = "at the foot"};
    return pdf_new(sample->fonts, &options);
}

void sample_finish(struct sample *sample, struct pdf *pdf)
{
    sample->status = pdf_finish(pdf, &sample->bytes, &sample->length);
    if (sample->bytes != NULL) arena_on_release(&sample->arena, free, sample->bytes);
}

void sample_row(struct sample *sample, const char *text)
{
    static const struct pdf_column columns[] = {{"Title", 0.5, PDF_LEFT},
                                                {"Amount", 0.5, PDF_RIGHT}};
    struct pdf *pdf = sample_new(sample);
    pdf_table_begin(pdf, columns, 2);
    pdf_table_row(pdf, PDF_ROW_NORMAL, (const char *[]){text, "EUR 1.00"});
    pdf_table_end(pdf);
    sample_finish(sample, pdf);
}

const char *sample_ask(struct sample *sample, const char *command)
{
    char path[] = "/tmp/stagecraft-pdf-XXXXXX", line[512];
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0 && sample->bytes != NULL);
    assert_int_equal(write(descriptor, sample->bytes, sample->length), sample->length);
    close(descriptor);
    snprintf(line, sizeof(line), "f=%s; exec 2>&1; %s", path, command);
    char *answer = arena_alloc(&sample->arena, ANSWER_MAX);
    FILE *program = popen(line, "r");
    assert_non_null(program);
    const size_t length = fread(answer, 1, ANSWER_MAX - 1, program);
    answer[length] = '\0';
    const int code = pclose(program);
    unlink(path);
    assert_int_equal(code, 0);
    return answer;
}

bool sample_has(struct sample *sample, const char *text)
{
    return strstr(sample_ask(sample, "pdftotext -layout $f -"), text) != NULL;
}
