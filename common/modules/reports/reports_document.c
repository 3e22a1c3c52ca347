/* The summary on paper. It is added up on the loop, where the database is, and laid out on an offload thread.
 */
#include "common/base/clock.h"
#include "common/modules/reports/report_layout.h"
#include "common/modules/reports/reports_pg.h"

static enum status make(struct report_documents *documents, struct call *call,
                        struct report_range range, struct pdf_printed *out)
{
    struct reports *reports = (struct reports *)documents;
    struct report report;
    enum status status = reports_summary(reports, call, range, &report);
    if (status != STATUS_OK) return status;
    const struct report_paper paper = {
        .report = &report,
        .seller_name = reports->options.seller_name,
        .made_ms = clock_wall_ms(),
    };
    return pdf_print(&reports->options.press, call, "the report", report_layout, &paper, out);
}

struct report_documents *reports_documents(struct reports *reports)
{
    static const struct report_documents_ops ops = {.make = make};
    reports->documents.ops = &ops;
    return &reports->documents;
}
