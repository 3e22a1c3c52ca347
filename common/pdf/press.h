/* Documents for requests: laid out on an offload thread while the task waits, and the outcome told in words
 * that a person can read. Who wants a document brings its layout, a function that knows pdf.h and its subject.
 */
#ifndef STAGECRAFT_PDF_PRESS_H
#define STAGECRAFT_PDF_PRESS_H

#include "common/pdf/pdf.h"
#include "common/runtime/offload.h"

struct pdf_press { /* all borrowed; one for each loop */
    struct offload *offload;
    struct loop *loop;
    const struct pdf_fonts *fonts;
};

struct pdf_printed {
    const char *bytes; /* live as long as the call's arena */
    size_t length;
};

/* Ends with what pdf_finish() says. Runs on any thread: it may read the subject, and nothing else. */
typedef enum status pdf_layout_fn(const struct pdf_fonts *fonts, const void *subject, char **bytes,
                                  size_t *length);

/* `name` is for the message: "invoice 2026-000017". STATUS_INTERNAL: it cannot be made at all, trying again
   does not help; anything else may pass (no memory, no free thread until the deadline). */
enum status pdf_print(const struct pdf_press *press, struct call *call, const char *name,
                      pdf_layout_fn *layout, const void *subject, struct pdf_printed *out);

#endif
