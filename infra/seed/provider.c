/* A charge has the order's id in its key, a refund the booking's: as the shop names them (common/modules/payments).
 */
#include "infra/seed/provider.h"

#include "infra/sandbox/ledger_line.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status provider_open(struct provider *out, const char *path, char error[PROVIDER_ERROR])
{
    struct stat found;
    *out = (struct provider){0};
    if (stat(path, &found) == 0 && found.st_size > 0) {
        snprintf(error, PROVIDER_ERROR, "%s has entries already: of another database?", path);
        return STATUS_CONFLICT;
    }
    snprintf(out->path, sizeof(out->path), "%s", path);
    snprintf(out->fresh, sizeof(out->fresh), "%s.fresh", out->path);
    out->file = fopen(out->fresh, "we");
    if (!out->file) {
        snprintf(error, PROVIDER_ERROR, "%.400s: %s", out->fresh, strerror(errno));
        return STATUS_UNAVAILABLE;
    }
    arena_init(&out->arena, 2 * LEDGER_LINE_MAX);
    strbuf_init(&out->line, &out->arena, LEDGER_LINE_MAX);
    return STATUS_OK;
}

static bool has_days_left(const struct checkout *order, int32_t today)
{
    for (int i = 0; i < order->count; i++)
        if (order->lines[i].day >= today && order->lines[i].cancelled_ms == 0) return true;
    return false;
}

static void write_entry(struct provider *provider, struct ledger_entry *entry)
{
    entry->seq = ++provider->entries;
    strbuf_clear(&provider->line);
    ledger_line_write(entry, &provider->line);
    fwrite(provider->line.text, 1, provider->line.length, provider->file);
}

void provider_note(struct provider *provider, int32_t today, const struct checkout *order)
{
    char charge_key[32], key[48], id[LEDGER_ID_MAX + 1];
    if (order->fate != CHECKOUT_CONFIRMED || !has_days_left(order, today)) return;
    snprintf(charge_key, sizeof(charge_key), "order-%" PRId64, order->id);
    snprintf(id, sizeof(id), "ch_seed_%" PRId64, order->id);
    struct ledger_entry entry = {
        .kind = LEDGER_CHARGE,
        .key = charge_key,
        .id = id,
        .amount_cents = order->total_cents,
        .at_ms = order->settled_ms,
        .currency = SEED_CURRENCY,
        .reference = "",
        .charge_key = "",
    };
    write_entry(provider, &entry);
    for (int i = 0; i < order->count; i++) {
        const struct checkout_line *line = &order->lines[i];
        if (line->cancelled_ms == 0) continue;
        snprintf(key, sizeof(key), "booking-%" PRId64 "-refund", line->booking_id);
        snprintf(id, sizeof(id), "re_seed_%" PRId64, line->booking_id);
        entry = (struct ledger_entry){
            .kind = LEDGER_REFUND,
            .key = key,
            .id = id,
            .amount_cents = line->amount_cents,
            .at_ms = line->cancelled_ms,
            .currency = "",
            .reference = "",
            .charge_key = charge_key,
        };
        write_entry(provider, &entry);
    }
}

enum status provider_finish(struct provider *provider, char error[PROVIDER_ERROR])
{
    if (provider->entries > LEDGER_ENTRIES_MAX) {
        snprintf(error, PROVIDER_ERROR,
                 "the provider takes %d entries, and there would be %" PRId64, LEDGER_ENTRIES_MAX,
                 provider->entries);
        return STATUS_TOO_LARGE;
    }
    const bool written = !ferror(provider->file) && fflush(provider->file) == 0;
    if (fclose(provider->file) == 0 && written && rename(provider->fresh, provider->path) == 0) {
        provider->file = NULL;
        return STATUS_OK;
    }
    snprintf(error, PROVIDER_ERROR, "%.400s: %s", provider->fresh, strerror(errno));
    provider->file = NULL;
    unlink(provider->fresh);
    return STATUS_UNAVAILABLE;
}

void provider_close(struct provider *provider)
{
    if (provider->file) {
        fclose(provider->file);
        unlink(provider->fresh);
    }
    provider->file = NULL;
    arena_release(&provider->arena);
}
