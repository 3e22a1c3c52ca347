/* The load generator: words, mix, target, one loop, one run, the result. README.md is its manual.
 */
#include "common/base/bytes.h"
#include "common/base/log.h"
#include "tests/load/report.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_NO_RUN = 1, EXIT_WRONG_WORDS = 2, EXIT_INTERRUPTED = 130 };

static const size_t arena_max = (size_t)4 << 30; /* all limits at once would need less */

struct program {
    struct arena arena;
    struct options options;
    struct mix mix;
    struct target target;
    struct run run;
    struct loop_watch signals;
    FILE *json;
};

/* Says it; the exit code. */
__attribute__((format(printf, 2, 3))) static int fail(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return code;
}

/* The first signal ends the run; another ends the program at once, as usual. */
static void on_signal(void *context, unsigned ready)
{
    struct program *program = context;
    sigset_t signals;
    (void)ready;
    loop_unwatch(program->run.loop, &program->signals);
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    struct signalfd_siginfo info;
    if (read(program->signals.fd, &info, sizeof(info)) < 0) return;
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
    run_end(&program->run);
}

static bool watch_signals(struct program *program)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    program->signals = (struct loop_watch){.fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC),
                                           .run = on_signal,
                                           .context = program};
    if (program->signals.fd < 0) return false;
    loop_watch(program->run.loop, &program->signals, LOOP_READ);
    return true;
}

/* Connections, and a few for the loop itself. */
static bool raise_descriptors(int connections)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= (rlim_t)connections + 32;
}

/* The mix or the path, and where to: 0, or the exit code. */
static int read_words(struct program *program)
{
    char error[MIX_ERROR_MAX]; /* the largest of the three */
    const struct options *options = &program->options;
    if (!target_parse(&program->arena, options->url, &program->target, error))
        return fail(EXIT_WRONG_WORDS, "--url %s", error);
    if (options->mix && program->target.path)
        return fail(EXIT_WRONG_WORDS, "--mix says which paths: leave '%s' out of --url",
                    program->target.path);
    if (!options->mix)
        mix_of_one_path(&program->arena, program->target.path ? program->target.path : "/",
                        &program->mix);
    else if (!mix_read(&program->arena, options->mix, options->sets, options->set_count,
                       &program->mix, error) ||
             !values_read_files(&program->arena, &program->mix.values, error))
        return fail(EXIT_WRONG_WORDS, "%s", error);
    if (!target_look_up(&program->target, error)) return fail(EXIT_NO_RUN, "%s", error);
    return 0;
}

static int open_files(struct program *program)
{
    const struct options *options = &program->options;
    if (options->json)
        program->json = strcmp(options->json, "-") == 0 ? stdout : fopen(options->json, "we");
    if (options->json && !program->json)
        return fail(EXIT_NO_RUN, "%s: %s", options->json, strerror(errno));
    if (options->ledger && ledger_open(&program->run.ledger, options->ledger) != STATUS_OK)
        return fail(EXIT_NO_RUN, "%s: %s", options->ledger, strerror(errno));
    return 0;
}

static int open_run(struct program *program)
{
    struct run *run = &program->run;
    const struct options *options = &program->options;
    const int limit = options->saturate > 0 ? options->saturate : options->connections;
    if (!raise_descriptors(limit))
        return fail(EXIT_NO_RUN, "%d connections need more descriptors than 'ulimit -Hn' allows",
                    limit);
    run->arena = &program->arena;
    run->options = options;
    run->mix = &program->mix;
    run->target = &program->target;
    bytes_random_hex(run->id, RUN_ID_LENGTH);
    strbuf_init(&run->body, run->arena, MIX_REQUEST_MAX);
    tally_init(&run->tally, run->arena, run->mix->name_count);
    if (loop_open(&run->loop) != STATUS_OK || naps_open(&run->naps, run->loop) != STATUS_OK ||
        connections_open(&run->connections, run->loop, run->arena, run->target, limit,
                         MIX_REQUEST_MAX) != STATUS_OK ||
        !watch_signals(program))
        return fail(EXIT_NO_RUN, "no memory or descriptors for the loop");
    progress_init(&run->progress, run->loop, &run->tally, &run->under_way, options->quiet);
    return 0;
}

static int report(struct program *program, bool made)
{
    struct run *run = &program->run;
    const struct options *options = &program->options;
    const bool is_whole = !run->ledger || ledger_close(run->ledger);
    run->ledger = NULL;
    if (!made) return fail(run->interrupted ? EXIT_INTERRUPTED : EXIT_NO_RUN, "%s", run->error);
    if (program->json != stdout) report_table(run, stdout);
    const bool is_written = !program->json || report_json(run, program->json);
    if (!is_whole) return fail(EXIT_NO_RUN, "%s: some lines could not be written", options->ledger);
    if (!is_written) return fail(EXIT_NO_RUN, "%s: could not be written", options->json);
    return run->interrupted ? EXIT_INTERRUPTED : 0;
}

static void release(struct program *program)
{
    struct run *run = &program->run;
    if (run->ledger && !ledger_close(run->ledger)) fail(0, "the ledger could not be closed");
    if (run->connections) connections_close(run->connections);
    if (run->naps) naps_close(run->naps);
    if (run->loop) loop_close(run->loop);
    if (program->signals.fd > 0) close(program->signals.fd);
    if (program->json && program->json != stdout) fclose(program->json);
    arena_release(&program->arena);
}

int main(int count, char **words)
{
    struct program *program = calloc(1, sizeof(*program));
    if (!program) return fail(EXIT_NO_RUN, "no memory");
    int code = 0;
    bytes_open();
    log_open(LOG_WARN, STDERR_FILENO);
    arena_init(&program->arena, arena_max);
    if (!options_read(&program->options, count, words, &code)) goto out;
    code = read_words(program);
    if (code == 0) code = open_files(program);
    if (code == 0) code = open_run(program);
    if (code != 0) goto out;
    const bool made = run_all(&program->run);
    progress_end(&program->run.progress);
    code = report(program, made);
out:
    release(program);
    free(program);
    return code;
}
