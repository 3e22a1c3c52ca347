/* The summary on paper. It is added up on the loop, where the database is, and laid out on an offload thread.
 */
#include "common/base/clock.h"
#include "common/modules/reports/report_layout.h"
#include "common/modules/reports/reports_pg.h"

enum status reports_make_document(struct reports *reports, struct call *call,
                                  const struct report *report, struct pdf_printed *out)
{
    const struct report_paper paper = {
        .report = report,
        .seller_name = reports->options.seller_name,
        .made_ms = clock_wall_ms(),
    };
    return pdf_print(&reports->options.press, call, "the report", report_layout, &paper, out);
}
