/* The unit tests of common/pdf: every group, one after the other.
 */
#include "tests/unit/pdf/groups.h"

int main(void)
{
    return test_pdf_figures() + test_pdf_lines() + test_pdf_text() + test_pdf_pages() == 0 ? 0 : 1;
}
