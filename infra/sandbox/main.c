/* The program: settings, ledger, routes, server, and an orderly end.
 *
 *   sandbox [--config FILE] [--port N] [--ledger FILE] [--key-file FILE] [--latency MS]
 *   sandbox --help
 *
 * A flag is short for an environment variable (--port for SHOP_SANDBOX_PORT), so there is one place that
 * checks values. Signals come through a descriptor in the loop; the first one stops the server after what
 * it is doing, and the ledger is on disk at any moment anyway.
 */
#include "common/base/bytes.h"
#include "common/base/config.h"
#include "common/base/log.h"
#include "common/http/server.h"
#include "common/runtime/task.h"
#include "infra/sandbox/sandbox.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 4096,
    IDLE_TIMEOUT_MS = 120000,
    REQUEST_TIMEOUT_MS = 10000,
    REQUEST_ARENA_MAX = 4 << 20,
    PROCESS_ARENA_MAX = 4 << 20,
    STOP_PATIENCE_MS = 2000,
};

struct settings {
    const char *address, *ledger, *key, *log_level;
    int64_t port, latency_ms;
};

struct program {
    struct sandbox sandbox;
    struct server *server;
    struct loop_watch signals;
    bool stopping;
};

#define SETTINGS_TABLE(s)                                                                     \
    {                                                                                         \
        {"sandbox.address", CONFIG_TEXT, &(s)->address, "127.0.0.1", .help = "to listen on"}, \
            {"sandbox.port", CONFIG_INT64, &(s)->port,                                        \
             "18090",        .max = 65535, .help = "0: any free"},                            \
            {"sandbox.ledger", CONFIG_TEXT, &(s)->ledger, "ledger.jsonl",                     \
             .help = "file, made if absent"},                                                 \
            {"sandbox.latency_ms",                                                            \
             CONFIG_INT64,                                                                    \
             &(s)->latency_ms,                                                                \
             "120",                                                                           \
             .max = SANDBOX_LATENCY_MAX_MS,                                                   \
             .help = "every answer about money takes that long"},                             \
            {"sandbox.log_level", CONFIG_TEXT, &(s)->log_level, "info",                       \
             .help = "debug, info, warn or error"},                                           \
            {"sandbox.key", CONFIG_TEXT, &(s)->key, .secret = true,                           \
             .help = "shared with the shop: signs requests"},                                 \
    }

/* Sets the variables that flags stand for. */
static bool read_arguments(int count, char **words, const char **config)
{
    static const struct {
        const char *flag, *variable;
    } flags[] = {
        {"--port", "SHOP_SANDBOX_PORT"},
        {"--ledger", "SHOP_SANDBOX_LEDGER"},
        {"--key-file", "SHOP_SANDBOX_KEY_FILE"},
        {"--latency", "SHOP_SANDBOX_LATENCY_MS"},
    };
    for (int i = 1; i < count; i += 2) {
        bool known = false;
        if (i + 1 == count) return false;
        if (strcmp(words[i], "--config") == 0) {
            *config = words[i + 1];
            known = true;
        }
        for (size_t j = 0; j < sizeof(flags) / sizeof(flags[0]); j++) {
            if (strcmp(words[i], flags[j].flag) != 0) continue;
            known = setenv(flags[j].variable, words[i + 1], 1) == 0;
        }
        if (!known) return false;
    }
    return true;
}

static bool load_settings(struct arena *arena, const char *path, struct settings *out)
{
    const struct config_key table[] = SETTINGS_TABLE(out);
    enum log_level level;
    char error[256];
    if (config_load(arena, path, table, sizeof(table) / sizeof(table[0]), error) != STATUS_OK) {
        fprintf(stderr, "sandbox: %s\n", error);
        return false;
    }
    if (!log_parse_level(out->log_level, &level)) {
        fprintf(stderr, "sandbox: sandbox.log_level must be debug, info, warn or error\n");
        return false;
    }
    log_open(level, STDERR_FILENO);
    return true;
}

static void print_help(void)
{
    struct settings unused;
    const struct config_key table[] = SETTINGS_TABLE(&unused);
    puts("usage: sandbox [--config FILE] [--port N] [--ledger FILE] [--key-file FILE] [--latency "
         "MS]");
    config_print_help(table, sizeof(table) / sizeof(table[0]));
}

/* --- the end --- */

static void stop(void *argument)
{
    struct program *program = argument;
    struct loop *loop = program->sandbox.loop;
    const int64_t until_ms = loop_now_ms(loop) + STOP_PATIENCE_MS;
    sandbox_wake_silent(&program->sandbox);
    server_drain(program->server);
    while (server_active(program->server) > 0 && loop_now_ms(loop) < until_ms)
        task_sleep(loop, 5);
    loop_stop(loop);
}

static void signal_came(void *context, unsigned ready)
{
    struct program *program = context;
    struct signalfd_siginfo info;
    (void)ready;
    if (read(program->signals.fd, &info, sizeof(info)) < 0) return;
    if (program->stopping || task_start(program->sandbox.loop, stop, program) != STATUS_OK)
        loop_stop(program->sandbox.loop);
    program->stopping = true;
}

static void watch_signals(struct program *program)
{
    sigset_t set;
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) abort();
    program->signals.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (program->signals.fd < 0) abort();
    program->signals.run = signal_came;
    program->signals.context = program;
    loop_watch(program->sandbox.loop, &program->signals, LOOP_READ);
}

/* --- the whole --- */

static bool serve(struct program *program, struct arena *arena, const struct settings *settings)
{
    struct sandbox *sandbox = &program->sandbox;
    struct router *router = router_new(arena, NULL, NULL);
    const struct server_options options = {
        .address = settings->address,
        .port = (int)settings->port,
        .connections_max = CONNECTIONS_MAX,
        .idle_timeout_ms = IDLE_TIMEOUT_MS,
        .request_timeout_ms = REQUEST_TIMEOUT_MS,
        .arena_max = REQUEST_ARENA_MAX,
        .instance = "sandbox",
    };
    char error[256];
    charges_http_add(router, sandbox);
    refunds_http_add(router, sandbox);
    operations_http_add(router, sandbox);
    if (server_open(sandbox->loop, &options, router_handler(router), NULL, &program->server,
                    error) != STATUS_OK) {
        fprintf(stderr, "sandbox: %s\n", error);
        return false;
    }
    watch_signals(program);
    log_info("sandbox_ready", NULL, LOG_INT("port", server_port(program->server)),
             LOG_TEXT("ledger", settings->ledger), LOG_INT("latency_ms", sandbox->latency_ms));
    loop_run(sandbox->loop);
    server_close(program->server);
    loop_unwatch(sandbox->loop, &program->signals);
    close(program->signals.fd);
    return true;
}

static bool run(struct arena *arena, const struct settings *settings)
{
    struct program program = {
        .sandbox = {.signing_key = settings->key, .latency_ms = settings->latency_ms}};
    char error[256];
    bool well = false;
    if (ledger_open(settings->ledger, &program.sandbox.ledger, error) != STATUS_OK) {
        fprintf(stderr, "sandbox: %s\n", error);
        return false;
    }
    if (loop_open(&program.sandbox.loop) == STATUS_OK) {
        well = serve(&program, arena, settings);
        loop_close(program.sandbox.loop);
    }
    ledger_close(program.sandbox.ledger);
    log_flush();
    return well;
}

int main(int count, char **words)
{
    struct arena arena;
    struct settings settings;
    const char *config = NULL;
    if (count == 2 && strcmp(words[1], "--help") == 0) {
        print_help();
        return 0;
    }
    if (!read_arguments(count, words, &config)) {
        fprintf(stderr, "sandbox: wrong arguments; see sandbox --help\n");
        return 2;
    }
    bytes_open();
    arena_init(&arena, PROCESS_ARENA_MAX);
    const bool well = load_settings(&arena, config, &settings) && run(&arena, &settings);
    arena_release(&arena);
    return well ? 0 : 1;
}
