/* The settings of the shop and their table. The keys are explained once, in settings.c, which is also
 * what `shop --help` prints.
 */
#ifndef STAGECRAFT_APP_SETTINGS_H
#define STAGECRAFT_APP_SETTINGS_H

#include "common/base/arena.h"
#include "common/base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct settings {
    struct {
        const char *address;
        int64_t port, connections_max, idle_timeout_ms, request_timeout_ms;
    } http;
    struct {
        int64_t instances, loops, offload_threads, scaling_threads, drain_delay_ms,
            drain_timeout_ms;
        const char *instance; /* "" : host name and process id */
    } process;
    struct {
        const char *url;                                                /* secret */
        int64_t shared_connections, exclusive_connections, waiting_max; /* per loop */
        int64_t statement_timeout_ms, connect_timeout_ms;
        bool migrate;
    } postgres;
    struct {
        const char *provider_url, *signing_key; /* key: secret */
        int64_t timeout_ms;
    } payments;
    struct {
        const char *smtp_url, *from, *from_name; /* smtp_url "" : mail is off */
        int64_t timeout_ms;
    } mail;
    struct {
        int64_t session_hours, hold_seconds, settle_after_seconds, reconcile_every_ms;
        int64_t sales_check_seconds;
        const char *currency;
    } shop;
    struct {
        const char *name, *address, *vat_id; /* address: lines, with ';' between them */
        int64_t vat_basis_points;
    } seller;
    const char *log_level;
    void *const *parts; /* the values of further parts: use settings_of() */
};

/* Reads `path` and the environment; see config.h. */
enum status settings_load(struct arena *arena, const char *path, struct settings *out,
                          char error[256]);
void settings_print_help(void);

#endif
