/* Expectations that cmocka lacks. A function that must abort is tried in a child process, with its
 * standard error in a pipe; the child's abort leaves the tests running.
 */
#include "tests/unit/base/groups.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void expect_abort(void (*run)(void), const char *message)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0});
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        run();
        _exit(0);
    }
    close(ends[1]);
    char said[1024];
    size_t length = 0;
    ssize_t count;
    while ((count = read(ends[0], said + length, sizeof(said) - 1 - length)) > 0)
        length += (size_t)count;
    said[length] = '\0';
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    expect_part(said, message);
}

void expect_text(const char *actual, const char *expected)
{
    assert_non_null(actual);
    assert_string_equal(actual, expected);
}

void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part)) fail_msg("'%s' does not contain '%s'", text, part);
}
