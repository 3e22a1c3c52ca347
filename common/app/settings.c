/* The table of settings: one row is one key, its bounds, its default, and the line `shop --help` prints.
 *
 * Defaults suit a small machine. Times are milliseconds unless the name says otherwise. A stage's own
 * settings are further tables of the same form (settings_part.h); here all become one, so that a key that
 * nobody knows, a bad value and --help are the same for all of them.
 */
#include "common/app/settings.h"

#include "common/app/settings_part.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#define INT(key, field, initial, low, high, text) \
    SETTING_INT(struct settings, key, field, initial, low, high, text)
#define TEXT(key, field, initial, text) SETTING_TEXT(struct settings, key, field, initial, text)
#define SECRET(key, field, text) SETTING_SECRET(struct settings, key, field, text)
#define BOOL(key, field, initial, text) SETTING_BOOL(struct settings, key, field, initial, text)

/* clang-format off */
static const struct config_key keys[] = {
    TEXT("http.address", http.address, "127.0.0.1", "address to listen on"),
    INT("http.port", http.port, "8080", 0, 65535, "port to listen on; 0: any free one"),
    INT("http.connections_max", http.connections_max, "12000", 1, 200000, "connections per loop"),
    INT("http.idle_timeout_ms", http.idle_timeout_ms, "60000", 100, 3600000, "an idle connection is closed after"),
    INT("http.request_timeout_ms", http.request_timeout_ms, "10000", 100, 600000, "a request must have arrived within"),
    INT("process.instances", process.instances, "1", 1, 1000, "processes like this one on the same database, for the sum of connections"),
    INT("process.loops", process.loops, "1", 1, 64, "event loops (threads); each has its own pools"),
    INT("process.offload_threads", process.offload_threads, "2", 1, 64, "threads for blocking work (argon2)"),
    INT("process.scaling_threads", process.scaling_threads, "1", 1, 16, "threads that scale pictures, up to 160 MB each"),
    INT("process.drain_delay_ms", process.drain_delay_ms, "0", 0, 60000, "between failing readiness and closing the port"),
    INT("process.drain_timeout_ms", process.drain_timeout_ms, "20000", 0, 600000, "running requests are given, on SIGTERM"),
    TEXT("process.instance", process.instance, "", "name in answers and logs; empty: host and process id"),
    SECRET("postgres.url", postgres.url, "postgres://user:password@host:port/database"),
    INT("postgres.shared_connections", postgres.shared_connections, "4", 1, 64, "for pipelined reads, per loop"),
    INT("postgres.exclusive_connections", postgres.exclusive_connections, "16", 1, 256, "for transactions, per loop"),
    INT("postgres.waiting_max", postgres.waiting_max, "500", 0, 100000, "requests that may wait for a connection; more: 503"),
    INT("postgres.statement_timeout_ms", postgres.statement_timeout_ms, "5000", 10, 600000, "the server stops a statement after"),
    INT("postgres.connect_timeout_ms", postgres.connect_timeout_ms, "3000", 10, 60000, "for one attempt to connect"),
    BOOL("postgres.migrate", postgres.migrate, "true", "apply missing migrations at start"),
    TEXT("payments.provider_url", payments.provider_url, "http://127.0.0.1:18090", "the payment provider"),
    SECRET("payments.signing_key", payments.signing_key, "signs requests to the provider"),
    INT("payments.timeout_ms", payments.timeout_ms, "10000", 10, 60000, "for one request to the provider"),
    TEXT("mail.smtp_url", mail.smtp_url, "", "smtp://host:port; empty: mail is off"),
    TEXT("mail.from", mail.from, "shop@shop.example", "sender's address"),
    TEXT("mail.from_name", mail.from_name, "Stagecraft Shop", "sender's name"),
    INT("mail.timeout_ms", mail.timeout_ms, "5000", 10, 60000, "for one message"),
    INT("shop.session_hours", shop.session_hours, "168", 1, 8760, "a session lasts"),
    INT("shop.hold_seconds", shop.hold_seconds, "900", 1, 86400, "places stay held for an unpaid order"),
    INT("shop.settle_after_seconds", shop.settle_after_seconds, "20", 1, 3600, "a pending order is settled after"),
    INT("shop.reconcile_every_ms", shop.reconcile_every_ms, "1000", 10, 600000, "background rounds"),
    INT("shop.sales_check_seconds", shop.sales_check_seconds, "300", 1, 86400, "from one look for missing sales to the next"),
    TEXT("shop.currency", shop.currency, "EUR", "ISO 4217 code of all prices"),
    TEXT("seller.name", seller.name, "Stagecraft Shop", "who sells, as it stands on invoices"),
    TEXT("seller.address", seller.address, "", "lines of the address, with ; between them"),
    TEXT("seller.vat_id", seller.vat_id, "", "VAT number; empty: none on invoices"),
    INT("seller.vat_basis_points", seller.vat_basis_points, "0", 0, 5000, "VAT contained in prices: 1900 is 19 %; 0: invoices show none"),
    TEXT("log.level", log_level, "info", "debug, info, warn or error"),
};
/* clang-format on */

static enum status check(const void *values, char error[256])
{
    const struct settings *settings = values;
    if (settings->shop.hold_seconds > settings->shop.settle_after_seconds) return STATUS_OK;
    snprintf(error, 256,
             "shop.hold_seconds (%" PRId64 ") must be more than shop.settle_after_seconds (%" PRId64
             "): places stay held until an unknown payment is settled",
             settings->shop.hold_seconds, settings->shop.settle_after_seconds);
    return STATUS_MALFORMED;
}

static const struct settings_part common_part = SETTINGS_PART(struct settings, keys, check);

/* --- all parts as one table --- */

enum { PARTS_MAX = 16, HELP_ARENA_MAX = 1 << 20 };

/* One part's place among all keys, and where its values are. */
struct placed {
    const struct settings_part *part;
    void *values;
};

struct all_keys {
    struct placed parts[PARTS_MAX];
    int part_count;
    struct config_key *keys;
    size_t count;
};

static void place(struct all_keys *all, const struct settings_part *part, void *values)
{
    assert(all->part_count < PARTS_MAX);
    all->parts[all->part_count++] = (struct placed){part, values};
    for (size_t i = 0; i < part->count; i++) {
        struct config_key *key = &all->keys[all->count++];
        *key = part->keys[i];
        key->out = (char *)values + (uintptr_t)key->out; /* an offset becomes an address */
    }
}

static void place_all(struct arena *arena, struct settings *out, struct all_keys *all)
{
    size_t count = common_part.count;
    int parts = 0;
    for (; settings_parts[parts]; parts++)
        count += settings_parts[parts]->count;
    *all = (struct all_keys){.keys = arena_array(arena, struct config_key, count)};
    void **values = arena_array(arena, void *, (size_t)parts + 1);
    place(all, &common_part, out);
    for (int i = 0; i < parts; i++) {
        values[i] = arena_alloc(arena, settings_parts[i]->size);
        place(all, settings_parts[i], values[i]);
    }
    out->parts = values;
}

enum status settings_load(struct arena *arena, const char *path, struct settings *out,
                          char error[256])
{
    struct all_keys all;
    *out = (struct settings){0};
    place_all(arena, out, &all);
    enum status status = config_load(arena, path, all.keys, all.count, error);
    for (int i = 0; status == STATUS_OK && i < all.part_count; i++)
        if (all.parts[i].part->check) status = all.parts[i].part->check(all.parts[i].values, error);
    return status;
}

const void *settings_of(const struct settings *settings, const struct settings_part *part)
{
    int i = 0;
    while (settings_parts[i] && settings_parts[i] != part)
        i++;
    assert(settings_parts[i]); /* the stage names it in STAGE_SETTINGS */
    return settings->parts[i];
}

void settings_print_help(void)
{
    struct arena arena;
    struct settings unused;
    struct all_keys all;
    arena_init(&arena, HELP_ARENA_MAX);
    place_all(&arena, &unused, &all);
    config_print_help(all.keys, all.count);
    arena_release(&arena);
}
