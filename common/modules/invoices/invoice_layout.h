/* What an invoice looks like. Private to this module.
 */
#ifndef STAGECRAFT_INVOICES_INVOICE_LAYOUT_H
#define STAGECRAFT_INVOICES_INVOICE_LAYOUT_H

#include "common/modules/invoices/invoices.h"

/* For pdf_print(); the subject is a struct invoice. */
pdf_layout_fn invoice_layout;

#endif
