/* A line of the sandbox's ledger: read back after a restart, possibly cut short or edited. What is accepted
 * is within the ledger's limits, and written again it is read as the same entry.
 */
#include "infra/sandbox/ledger_line.h"
#include "tests/fuzz/fuzz.h"

void fuzz_open(void)
{
}

static void check_same(const struct ledger_entry *a, const struct ledger_entry *b)
{
    MUST(a->seq == b->seq && a->kind == b->kind && a->amount_cents == b->amount_cents);
    MUST(a->at_ms == b->at_ms && a->fingerprint == b->fingerprint);
    MUST(strcmp(a->key, b->key) == 0 && strcmp(a->id, b->id) == 0);
    MUST(strcmp(a->currency, b->currency) == 0 && strcmp(a->reference, b->reference) == 0);
    MUST(strcmp(a->charge_key, b->charge_key) == 0);
}

void fuzz_one(struct call *call, struct input *input)
{
    size_t length;
    struct ledger_entry entry, again;
    const char *line = input_rest(input, call, &length);
    enum status status = ledger_line_read(call, line, length, &entry);
    if (status != STATUS_OK) {
        MUST(status == STATUS_MALFORMED);
        fuzz_check_failure(call, status);
        return;
    }
    MUST(entry.seq >= 1 && entry.seq <= LEDGER_ENTRIES_MAX);
    MUST(entry.amount_cents >= 0 && entry.amount_cents <= LEDGER_AMOUNT_MAX);
    MUST(entry.kind >= LEDGER_CHARGE && entry.kind <= LEDGER_VOID);
    struct strbuf out;
    strbuf_init(&out, call->arena, LEDGER_LINE_MAX);
    ledger_line_write(&entry, &out);
    MUST(out.length > 0 && strchr(out.text, '\n') == out.text + out.length - 1);
    MUST(ledger_line_read(call, out.text, out.length - 1, &again) == STATUS_OK);
    check_same(&entry, &again);
}
