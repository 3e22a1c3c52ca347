/* What the summary looks like on paper. Private to this module.
 */
#ifndef STAGECRAFT_REPORTS_REPORT_LAYOUT_H
#define STAGECRAFT_REPORTS_REPORT_LAYOUT_H

#include "common/modules/reports/reports.h"

struct report_paper {
    const struct report *report;
    const char *seller_name;
    int64_t made_ms;
};

/* For pdf_print(); the subject is a struct report_paper. */
pdf_layout_fn report_layout;

#endif
