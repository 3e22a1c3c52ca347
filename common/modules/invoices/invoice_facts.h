/* What an invoice says, as the text that is stored. Private to this module.
 */
#ifndef STAGECRAFT_INVOICES_INVOICE_FACTS_H
#define STAGECRAFT_INVOICES_INVOICE_FACTS_H

#include "common/modules/invoices/invoices.h"

/* Everything but number, label and issued_ms, which the database gives. In the call's arena. */
const char *invoice_facts_write(struct call *call, const struct invoice *invoice);

/* The other way. STATUS_INTERNAL when the text is not one of ours. */
enum status invoice_facts_read(struct call *call, const char *facts, struct invoice *out);

#endif
