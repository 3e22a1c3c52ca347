/* Memory and file hold the same: an entry is built, appended to the file, and only then linked into
 * memory, so that nothing is ever answered that a restart would not know. Entries and their texts lie in
 * one arena that only grows, like the file.
 */
#include "infra/sandbox/ledger.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "infra/sandbox/key_table.h"
#include "infra/sandbox/ledger_line.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ID_RANDOM = 24, ENTRY_BYTES_MAX = 1024 };

struct ledger {
    int file;
    int64_t file_length; /* up to the last whole line */
    struct arena arena;
    struct key_table charges, refunds, attempts;
    struct ledger_entry **entries; /* by seq - 1 */
    size_t count, capacity;
    struct ledger_totals totals;
};

/* --- memory --- */

static struct ledger_entry *charge_of(const struct ledger *ledger, const char *key)
{
    return key_table_find(&ledger->charges, key);
}

static bool make_room(struct ledger *ledger)
{
    if (ledger->count < ledger->capacity) return true;
    const size_t capacity = ledger->capacity ? 2 * ledger->capacity : 1024;
    struct ledger_entry **entries = realloc(ledger->entries, capacity * sizeof(*entries));
    if (!entries) return false;
    ledger->entries = entries;
    ledger->capacity = capacity;
    return true;
}

static struct ledger_entry *copy_entry(struct ledger *ledger, const struct ledger_entry *entry)
{
    struct arena *arena = &ledger->arena;
    struct ledger_entry *copy = arena_new(arena, struct ledger_entry);
    *copy = *entry;
    copy->key = arena_strdup(arena, entry->key);
    copy->id = arena_strdup(arena, entry->id);
    copy->currency = arena_strdup(arena, entry->currency);
    copy->reference = arena_strdup(arena, entry->reference);
    copy->charge_key = arena_strdup(arena, entry->charge_key);
    return copy;
}

static void count_entry(struct ledger *ledger, const struct ledger_entry *entry)
{
    struct ledger_totals *totals = &ledger->totals;
    switch (entry->kind) {
    case LEDGER_CHARGE:
        totals->charges++;
        totals->charged_cents += entry->amount_cents;
        break;
    case LEDGER_REFUND:
        totals->refunds++;
        totals->refunded_cents += entry->amount_cents;
        charge_of(ledger, entry->charge_key)->refunded_cents += entry->amount_cents;
        break;
    case LEDGER_DECLINE:
        totals->declines++;
        break;
    case LEDGER_VOID:
        totals->voids++;
        break;
    }
}

/* Why the entry cannot follow those that are there; NULL when it can. */
static const char *objection(const struct ledger *ledger, const struct ledger_entry *entry)
{
    if (entry->seq != (int64_t)ledger->count + 1) return "the numbering has a gap";
    if (entry->kind != LEDGER_REFUND)
        return charge_of(ledger, entry->key) ? "the charge's key is there twice" : NULL;
    const struct ledger_entry *charge = charge_of(ledger, entry->charge_key);
    if (!charge || charge->kind != LEDGER_CHARGE) return "a refund without a charge";
    if (entry->amount_cents > charge->amount_cents - charge->refunded_cents)
        return "more is refunded than was charged";
    return key_table_find(&ledger->refunds, entry->key) ? "the refund's key is there twice" : NULL;
}

/* Memory being out here would leave file and memory different: the program ends, the file is right. */
static const struct ledger_entry *keep(struct ledger *ledger, const struct ledger_entry *entry)
{
    struct ledger_entry *copy = copy_entry(ledger, entry);
    struct key_table *table = entry->kind == LEDGER_REFUND ? &ledger->refunds : &ledger->charges;
    if (!make_room(ledger) || !key_table_add(table, copy->key, copy)) abort();
    ledger->entries[ledger->count++] = copy;
    count_entry(ledger, copy);
    return copy;
}

/* --- the file --- */

static enum status append(struct ledger *ledger, struct call *call, const struct strbuf *line)
{
    size_t done = 0;
    while (done < line->length) {
        const ssize_t written = write(ledger->file, line->text + done, line->length - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) break;
        done += (size_t)written;
    }
    if (done == line->length) {
        ledger->file_length += (int64_t)line->length;
        return STATUS_OK;
    }
    log_error("ledger_not_written", call, LOG_TEXT("error", strerror(errno)));
    if (ftruncate(ledger->file, ledger->file_length) != 0) abort(); /* half a line must not stay */
    return call_fail(call, STATUS_UNAVAILABLE, "the ledger cannot be written");
}

static enum status load_line(struct ledger *ledger, struct call *call, const char *line,
                             size_t length)
{
    struct ledger_entry entry;
    enum status status = ledger_line_read(call, line, length, &entry);
    if (status != STATUS_OK) return status;
    const char *why = objection(ledger, &entry);
    if (why) return call_fail(call, STATUS_MALFORMED, "%s", why);
    keep(ledger, &entry);
    return STATUS_OK;
}

static enum status load(struct ledger *ledger, const char *path, FILE *file, char error[256])
{
    struct arena arena;
    struct call call;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    enum status status = STATUS_OK;
    arena_init(&arena, 1 << 20);
    call_init(&call, &arena, 0);
    while (status == STATUS_OK && (length = getline(&line, &size, file)) > 0) {
        if (line[length - 1] !=
            '\n') { /* the program died while writing it: nobody has an answer */
            log_warn("ledger_line_dropped", NULL, LOG_INT("line", ledger->count + 1));
            break;
        }
        status = length > LEDGER_LINE_MAX
                     ? call_fail(&call, STATUS_MALFORMED, "the line is too long")
                     : load_line(ledger, &call, line, (size_t)length - 1);
        if (status == STATUS_OK)
            ledger->file_length += length;
        else
            snprintf(error, 256, "%s:%zu: %s", path, ledger->count + 1, call.failure.message);
        call_forgive(&call);
        arena_release(&arena);
    }
    arena_release(&arena);
    free(line);
    return status;
}

enum status ledger_open(const char *path, struct ledger **out, char error[256])
{
    FILE *file = NULL;
    enum status status = STATUS_UNAVAILABLE;
    struct ledger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger) abort();
    arena_init(&ledger->arena, (size_t)LEDGER_ENTRIES_MAX * ENTRY_BYTES_MAX);
    ledger->file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    file = ledger->file < 0 ? NULL : fdopen(dup(ledger->file), "r");
    if (!file) {
        snprintf(error, 256, "%s: %s", path, strerror(errno));
        goto out;
    }
    status = load(ledger, path, file, error);
    if (status == STATUS_OK && ftruncate(ledger->file, ledger->file_length) != 0) {
        snprintf(error, 256, "%s: %s", path, strerror(errno));
        status = STATUS_UNAVAILABLE;
    }
out:
    if (file) fclose(file);
    if (status == STATUS_OK)
        *out = ledger;
    else
        ledger_close(ledger);
    return status;
}

void ledger_close(struct ledger *ledger)
{
    if (ledger->file >= 0) close(ledger->file);
    key_table_release(&ledger->charges);
    key_table_release(&ledger->refunds);
    key_table_release(&ledger->attempts);
    free(ledger->entries);
    arena_release(&ledger->arena);
    free(ledger);
}

/* --- what everybody calls --- */

const struct ledger_entry *ledger_find_charge(const struct ledger *ledger, const char *key)
{
    return charge_of(ledger, key);
}

const struct ledger_entry *ledger_find_refund(const struct ledger *ledger, const char *key)
{
    return key_table_find(&ledger->refunds, key);
}

enum status ledger_record(struct ledger *ledger, struct call *call,
                          const struct ledger_entry *entry, const struct ledger_entry **out)
{
    struct strbuf line;
    struct ledger_entry complete = *entry;
    char random[ID_RANDOM + 1];
    if (ledger->count >= LEDGER_ENTRIES_MAX)
        return call_fail(call, STATUS_UNAVAILABLE, "the ledger is full");
    bytes_random_hex(random, ID_RANDOM);
    complete.seq = (int64_t)ledger->count + 1;
    complete.id =
        arena_printf(call->arena, "%s_%s", entry->kind == LEDGER_REFUND ? "re" : "ch", random);
    complete.at_ms = clock_wall_ms();
    complete.refunded_cents = 0;
    assert(!objection(ledger, &complete));
    strbuf_init(&line, call->arena, LEDGER_LINE_MAX);
    ledger_line_write(&complete, &line);
    enum status status = append(ledger, call, &line);
    if (status == STATUS_OK) *out = keep(ledger, &complete);
    return status;
}

int ledger_list(const struct ledger *ledger, int64_t after, int limit,
                const struct ledger_entry *const **out)
{
    const size_t first = (uint64_t)after < ledger->count ? (size_t)after : ledger->count;
    const size_t left = ledger->count - first;
    *out = left > 0 ? (const struct ledger_entry *const *)ledger->entries + first : NULL;
    return left < (size_t)limit ? (int)left : limit;
}

void ledger_totals(const struct ledger *ledger, struct ledger_totals *out)
{
    *out = ledger->totals;
}

int ledger_count_attempt(struct ledger *ledger, const char *key)
{
    int *count = key_table_find(&ledger->attempts, key);
    if (!count) {
        if (ledger->attempts.count >= LEDGER_ENTRIES_MAX) return 1;
        count = arena_new(&ledger->arena, int);
        if (!key_table_add(&ledger->attempts, arena_strdup(&ledger->arena, key), count)) abort();
    }
    return ++*count;
}
