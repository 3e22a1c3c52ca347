/* One entry as one line of JSON, out and back in.
 */
#ifndef STAGECRAFT_SANDBOX_LEDGER_LINE_H
#define STAGECRAFT_SANDBOX_LEDGER_LINE_H

#include "common/base/strbuf.h"
#include "infra/sandbox/ledger.h"

enum { LEDGER_LINE_MAX = 4096 };

/* Ends with the line break. */
void ledger_line_write(const struct ledger_entry *entry, struct strbuf *out);

/* Without its line break; texts of `out` live in the call's arena. STATUS_MALFORMED. */
enum status ledger_line_read(struct call *call, const char *line, size_t length,
                             struct ledger_entry *out);

#endif
