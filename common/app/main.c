/* The shop's main program, the same for every stage: what differs is the wire() it is linked with.
 *
 *   shop [serve] [--config FILE]   migrate if asked to, serve until SIGTERM or SIGINT, drain, exit 0
 *   shop migrate [--config FILE]   apply missing migrations and exit
 *   shop --help                    every setting
 *
 * Signals are taken by the main thread alone (sigwait), so that no handler runs inside a loop. A second
 * signal while draining ends the process at once.
 */
#include "common/app/generated.h"
#include "common/app/instance.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/http/listeners.h"
#include "common/pg/budget.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    LOOPS_MAX = 64,
    PROCESS_ARENA_MAX = 256 << 20,
    OFFLOAD_QUEUE_MAX = 256,
    SCALING_QUEUE_MAX = 8, /* pictures of up to 8 MiB, about a second each */
    MIGRATE_TIMEOUT_MS = 30000
};

struct arguments {
    bool migrate_only, help;
    const char *config;
};

struct runner {
    struct instance *instance;
    pthread_t thread;
    bool clean;
};

static bool read_arguments(int count, char **words, struct arguments *out)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "serve") == 0) continue;
        if (strcmp(words[i], "migrate") == 0)
            out->migrate_only = true;
        else if (strcmp(words[i], "--help") == 0)
            out->help = true;
        else if (strcmp(words[i], "--config") == 0 && i + 1 < count)
            out->config = words[++i];
        else {
            fprintf(stderr,
                    "shop: unknown argument '%s'\nusage: shop [serve|migrate] [--config FILE] "
                    "[--help]\n",
                    words[i]);
            return false;
        }
    }
    return true;
}

static bool migrate(const struct settings *settings)
{
    char error[512] = "";
    int applied = 0;
    const int64_t start = clock_monotonic_ms();
    enum status status = pg_migrate(settings->postgres.url, migrations_all, migrations_count,
                                    MIGRATE_TIMEOUT_MS, &applied, error);
    if (status != STATUS_OK) {
        log_error("migrate_failed", NULL, LOG_TEXT("status", status_name(status)),
                  LOG_TEXT("error", error));
        return false;
    }
    log_info("migrated", NULL, LOG_INT("applied", applied), LOG_INT("known", migrations_count),
             LOG_INT("elapsed_ms", clock_monotonic_ms() - start));
    return true;
}

/* The soft limit is raised to the hard one: descriptors are the first thing a busy server runs out of. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        log_warn("descriptor_limit", NULL, LOG_INT("limit", limit.rlim_cur));
}

static const char *instance_name(struct arena *arena, const struct settings *settings)
{
    if (settings->process.instance[0] != '\0') return settings->process.instance;
    char host[64] = "host";
    if (gethostname(host, sizeof(host) - 1) != 0) strcpy(host, "host");
    return arena_printf(arena, "%s-%d", host, (int)getpid());
}

static void *run_loop(void *argument)
{
    struct runner *runner = argument;
    runner->clean = instance_run(runner->instance);
    return NULL;
}

static void drain_delay(const sigset_t *signals, int64_t delay_ms)
{
    if (delay_ms <= 0) return;
    const struct timespec delay = {.tv_sec = delay_ms / 1000, .tv_nsec = delay_ms % 1000 * 1000000};
    if (sigtimedwait(signals, NULL, &delay) > 0) _exit(1);
}

/* What all loops share. On failure a sentence in `error`. */
static enum status open_shared(struct arena *arena, const struct settings *settings,
                               struct instance_shared *out, char error[256])
{
    struct pdf_fonts *fonts;
    enum status status = pdf_fonts_open(arena, &fonts, error);
    if (status != STATUS_OK) return status;
    out->fonts = fonts;
    out->metrics_group = metrics_group_new(arena, (int)settings->process.loops);
    out->name = instance_name(arena, settings);
    status = offload_open(&out->offload, (int)settings->process.offload_threads, OFFLOAD_QUEUE_MAX);
    if (status == STATUS_OK)
        status =
            offload_open(&out->scaling, (int)settings->process.scaling_threads, SCALING_QUEUE_MAX);
    if (status != STATUS_OK) snprintf(error, 256, "cannot start threads");
    return status;
}

/* The connections of all instances together must fit into the database. */
static enum status check_budget(const struct settings *settings, char error[256])
{
    const struct pg_budget budget = {
        .processes = settings->process.instances,
        .loops = settings->process.loops,
        .connections =
            settings->postgres.shared_connections + settings->postgres.exclusive_connections,
    };
    return pg_budget_check(settings->postgres.url, &budget, error);
}

/* Opens every loop, runs them, waits for a signal, drains. The exit code. */
static int serve(struct arena *arena, const struct settings *settings, const sigset_t *signals)
{
    struct runner runners[LOOPS_MAX] = {0};
    const int loops = (int)settings->process.loops;
    static _Atomic bool draining;
    void *place = NULL;
    int listeners[LOOPS_MAX];
    struct instance_shared shared = {.settings = settings, .draining = &draining, .place = &place};
    shared.listeners = listeners;
    shared.port = (int)settings->http.port;
    char error[256] = "";
    if (check_budget(settings, error) != STATUS_OK ||
        listeners_open(settings->http.address, &shared.port, loops, listeners, error) !=
            STATUS_OK ||
        open_shared(arena, settings, &shared, error) != STATUS_OK) {
        log_error("start_failed", NULL, LOG_TEXT("error", error));
        return 1;
    }
    for (int i = 0; i < loops; i++) {
        if (instance_open(arena, &shared, i, &runners[i].instance, error) != STATUS_OK) {
            log_error("start_failed", NULL, LOG_INT("loop", i), LOG_TEXT("error", error));
            return 1;
        }
    }
    for (int i = 0; i < loops; i++)
        if (pthread_create(&runners[i].thread, NULL, run_loop, &runners[i]) != 0) abort();
    log_info("serving", NULL, LOG_TEXT("stage", build_stage), LOG_TEXT("version", build_version),
             LOG_TEXT("address", settings->http.address), LOG_INT("port", shared.port),
             LOG_INT("loops", loops), LOG_TEXT("instance", shared.name));
    log_flush();

    int received = 0;
    while (sigwait(signals, &received) != 0)
        continue;
    log_info("draining", NULL, LOG_INT("signal", received));
    log_flush();
    atomic_store(&draining, true);
    drain_delay(signals, settings->process.drain_delay_ms);
    pthread_sigmask(SIG_UNBLOCK, signals, NULL); /* a second signal ends us at once */
    for (int i = 0; i < loops; i++)
        instance_drain(runners[i].instance);
    bool clean = true;
    for (int i = 0; i < loops; i++) {
        pthread_join(runners[i].thread, NULL);
        clean = clean && runners[i].clean;
    }
    offload_close(shared.offload);
    offload_close(shared.scaling);
    for (int i = 0; i < loops; i++)
        instance_close(runners[i].instance);
    log_info("stopped", NULL, LOG_TEXT("clean", clean ? "yes" : "no"));
    log_flush();
    return clean ? 0 : 1;
}

static void take_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int main(int count, char **words)
{
    struct arguments arguments = {0};
    if (!read_arguments(count, words, &arguments)) return 2;
    if (arguments.help) {
        puts("usage: shop [serve|migrate] [--config FILE]\n");
        settings_print_help();
        return 0;
    }
    sigset_t signals;
    take_signals(&signals);
    struct arena arena;
    arena_init(&arena, PROCESS_ARENA_MAX);
    struct settings settings;
    char error[256] = "";
    enum log_level level = LOG_INFO;
    int code = 1;
    if (settings_load(&arena, arguments.config, &settings, error) != STATUS_OK) {
        fprintf(stderr, "shop: %s\n", error);
        goto out;
    }
    if (!log_parse_level(settings.log_level, &level)) {
        fprintf(stderr, "shop: log.level '%s' is not debug, info, warn or error\n",
                settings.log_level);
        goto out;
    }
    log_open(level, STDERR_FILENO);
    bytes_open();
    raise_descriptor_limit();
    if ((settings.postgres.migrate || arguments.migrate_only) && !migrate(&settings)) goto out;
    code = arguments.migrate_only ? 0 : serve(&arena, &settings, &signals);
out:
    log_flush();
    arena_release(&arena);
    return code;
}
