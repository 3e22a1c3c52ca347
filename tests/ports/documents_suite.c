/* Reports on paper, whoever makes them: a document for every range of days, and each his own.
 */
#include "tests/ports/reports_cases.h"
#include "tests/ports/suites.h"

#include <string.h>

static void check(struct call *call, struct report_documents *documents, struct report_range range,
                  size_t *length)
{
    struct pdf_printed printed;
    assert_status(call, STATUS_OK, report_document(documents, call, range, &printed));
    assert_true(printed.length > 1000);
    assert_memory_equal(printed.bytes, "%PDF-", 5);
    assert_non_null(memmem(printed.bytes + printed.length - 10, 10, "%%EOF", 5));
    *length = printed.length;
}

static void days_without_sales_are_a_document(struct harness *harness, void *subject)
{
    size_t length;
    check(harness_call(harness), subject, (struct report_range){SALE_DAY, SALE_DAY}, &length);
}

static void more_days_make_it_longer(struct harness *harness, void *subject)
{
    const struct report_range year = {SALE_DAY, SALE_DAY + REPORT_DAYS_MAX - 1};
    size_t one, many;
    check(harness_call(harness), subject, (struct report_range){SALE_DAY, SALE_DAY}, &one);
    check(harness_call(harness), subject, year, &many);
    assert_true(many > one);
}

struct reader {
    struct report_documents *documents;
    size_t lengths[DOCUMENTS_AT_ONCE];
};

static void read_one(struct harness *harness, int index, void *context)
{
    struct reader *reader = context;
    check(harness_call(harness), reader->documents,
          (struct report_range){SALE_DAY, SALE_DAY + 100 * (index % 2)}, &reader->lengths[index]);
}

static void everybody_gets_their_own(struct harness *harness, void *subject)
{
    struct reader reader = {.documents = subject};
    harness_together(harness, DOCUMENTS_AT_ONCE, read_one, &reader);
    for (int i = 0; i + 1 < DOCUMENTS_AT_ONCE; i += 2)
        assert_true(reader.lengths[i + 1] > reader.lengths[i]);
}

static const struct port_case cases[] = {
    {"days without sales are a document", days_without_sales_are_a_document},
    {"more days make it longer", more_days_make_it_longer},
    {"everybody gets their own", everybody_gets_their_own},
};
const struct port_suite documents_suite = {cases, sizeof(cases) / sizeof(cases[0])};
