/* The table of settings: one row is one key, its bounds, its default, and the line `shop --help` prints.
 *
 * Defaults suit a small machine. Times are milliseconds unless the name says otherwise.
 */
#include "common/app/settings.h"

#include "common/base/config.h"

#include <inttypes.h>
#include <stdio.h>

#define INT(key, field, initial, low, high, text)                                                  \
    {                                                                                              \
        .name = (key), .kind = CONFIG_INT64, .out = &(field), .fallback = (initial), .min = (low), \
        .max = (high), .help = (text)                                                              \
    }
#define TEXT(key, field, initial, text)                                                            \
    {                                                                                              \
        .name = (key), .kind = CONFIG_TEXT, .out = &(field), .fallback = (initial), .help = (text) \
    }
#define SECRET(key, field, text)                                                            \
    {                                                                                       \
        .name = (key), .kind = CONFIG_TEXT, .out = &(field), .secret = true, .help = (text) \
    }
#define BOOL(key, field, initial, text)                                                            \
    {                                                                                              \
        .name = (key), .kind = CONFIG_BOOL, .out = &(field), .fallback = (initial), .help = (text) \
    }

/* clang-format off */
#define SETTINGS_TABLE(s) { \
    TEXT("http.address", s->http.address, "127.0.0.1", "address to listen on"), \
    INT("http.port", s->http.port, "8080", 0, 65535, "port to listen on; 0: any free one"), \
    INT("http.connections_max", s->http.connections_max, "12000", 1, 200000, "connections per loop"), \
    INT("http.idle_timeout_ms", s->http.idle_timeout_ms, "60000", 100, 3600000, "an idle connection is closed after"), \
    INT("http.request_timeout_ms", s->http.request_timeout_ms, "10000", 100, 600000, "a request must have arrived within"), \
    INT("process.loops", s->process.loops, "1", 1, 64, "event loops (threads); each has its own pools"), \
    INT("process.offload_threads", s->process.offload_threads, "2", 1, 64, "threads for blocking work (argon2)"), \
    INT("process.scaling_threads", s->process.scaling_threads, "1", 1, 16, "threads that scale pictures, up to 160 MB each"), \
    INT("process.drain_delay_ms", s->process.drain_delay_ms, "0", 0, 60000, "between failing readiness and closing the port"), \
    INT("process.drain_timeout_ms", s->process.drain_timeout_ms, "20000", 0, 600000, "running requests are given, on SIGTERM"), \
    TEXT("process.instance", s->process.instance, "", "name in answers and logs; empty: host and process id"), \
    SECRET("postgres.url", s->postgres.url, "postgres://user:password@host:port/database"), \
    INT("postgres.shared_connections", s->postgres.shared_connections, "4", 1, 64, "for pipelined reads, per loop"), \
    INT("postgres.exclusive_connections", s->postgres.exclusive_connections, "16", 1, 256, "for transactions, per loop"), \
    INT("postgres.waiting_max", s->postgres.waiting_max, "500", 0, 100000, "requests that may wait for a connection; more: 503"), \
    INT("postgres.statement_timeout_ms", s->postgres.statement_timeout_ms, "5000", 10, 600000, "the server stops a statement after"), \
    INT("postgres.connect_timeout_ms", s->postgres.connect_timeout_ms, "3000", 10, 60000, "for one attempt to connect"), \
    BOOL("postgres.migrate", s->postgres.migrate, "true", "apply missing migrations at start"), \
    TEXT("payments.provider_url", s->payments.provider_url, "http://127.0.0.1:18090", "the payment provider"), \
    SECRET("payments.signing_key", s->payments.signing_key, "signs requests to the provider"), \
    INT("payments.timeout_ms", s->payments.timeout_ms, "10000", 10, 60000, "for one request to the provider"), \
    TEXT("mail.smtp_url", s->mail.smtp_url, "", "smtp://host:port; empty: mail is off"), \
    TEXT("mail.from", s->mail.from, "shop@shop.example", "sender's address"), \
    TEXT("mail.from_name", s->mail.from_name, "Stagecraft Shop", "sender's name"), \
    INT("mail.timeout_ms", s->mail.timeout_ms, "5000", 10, 60000, "for one message"), \
    INT("shop.session_hours", s->shop.session_hours, "168", 1, 8760, "a session lasts"), \
    INT("shop.hold_seconds", s->shop.hold_seconds, "900", 1, 86400, "places stay held for an unpaid order"), \
    INT("shop.settle_after_seconds", s->shop.settle_after_seconds, "20", 1, 3600, "a pending order is settled after"), \
    INT("shop.reconcile_every_ms", s->shop.reconcile_every_ms, "1000", 10, 600000, "background rounds"), \
    INT("shop.sales_check_seconds", s->shop.sales_check_seconds, "300", 1, 86400, "from one look for missing sales to the next"), \
    TEXT("shop.currency", s->shop.currency, "EUR", "ISO 4217 code of all prices"), \
    TEXT("seller.name", s->seller.name, "Stagecraft Shop", "who sells, as it stands on invoices"), \
    TEXT("seller.address", s->seller.address, "", "lines of the address, with ; between them"), \
    TEXT("seller.vat_id", s->seller.vat_id, "", "VAT number; empty: none on invoices"), \
    INT("seller.vat_basis_points", s->seller.vat_basis_points, "0", 0, 5000, "VAT contained in prices: 1900 is 19 %; 0: invoices show none"), \
    TEXT("log.level", s->log_level, "info", "debug, info, warn or error"), \
}
/* clang-format on */

enum status settings_load(struct arena *arena, const char *path, struct settings *out,
                          char error[256])
{
    const struct config_key table[] = SETTINGS_TABLE(out);
    enum status status = config_load(arena, path, table, sizeof(table) / sizeof(table[0]), error);
    if (status == STATUS_OK && out->shop.hold_seconds <= out->shop.settle_after_seconds) {
        snprintf(error, 256,
                 "shop.hold_seconds (%" PRId64
                 ") must be more than shop.settle_after_seconds (%" PRId64
                 "): places stay held until an unknown payment is settled",
                 out->shop.hold_seconds, out->shop.settle_after_seconds);
        status = STATUS_MALFORMED;
    }
    return status;
}

void settings_print_help(void)
{
    struct settings unused = {0};
    struct settings *settings = &unused;
    const struct config_key table[] = SETTINGS_TABLE(settings);
    config_print_help(table, sizeof(table) / sizeof(table[0]));
}
