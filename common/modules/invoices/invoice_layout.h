/* What an invoice looks like. Private to this module.
 */
#ifndef STAGECRAFT_INVOICES_INVOICE_LAYOUT_H
#define STAGECRAFT_INVOICES_INVOICE_LAYOUT_H

#include "common/modules/invoices/invoices.h"

/* Writes the document; any thread. `bytes` from malloc. What goes wrong is what pdf_finish() says. */
enum status invoice_layout(const struct pdf_fonts *fonts, const struct invoice *invoice,
                           char **bytes, size_t *length);

#endif
