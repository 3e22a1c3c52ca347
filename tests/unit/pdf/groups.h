/* The test groups of common/pdf, and how they look at a document: with poppler's tools, as a reader would.
 */
#ifndef STAGECRAFT_TESTS_UNIT_PDF_GROUPS_H
#define STAGECRAFT_TESTS_UNIT_PDF_GROUPS_H

#include "common/pdf/pdf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Each runs its group and returns how many tests failed. */
int test_pdf_figures(void);
int test_pdf_text(void);
int test_pdf_pages(void);
int test_pdf_lines(void);

struct sample {
    struct pdf_fonts *fonts;
    struct arena arena;
    char *bytes; /* of the last document, in the arena */
    size_t length;
    enum status status;
};

/* For cmocka: state is a struct sample with fonts. */
int sample_setup(void **state);
int sample_teardown(void **state);

struct pdf *sample_new(struct sample *sample);
/* Ends the document and keeps its bytes. */
void sample_finish(struct sample *sample, struct pdf *pdf);
/* A document of one table row with that text, finished. */
void sample_row(struct sample *sample, const char *text);

/* What a program says about the document: "pdftotext -layout %s -". Its errors are part of it. */
const char *sample_ask(struct sample *sample, const char *command);
bool sample_has(struct sample *sample, const char *text);

#endif
