/* Lines are read back through a pipe: their shape, what is escaped, when they are written, and that
 * no value, however long or hostile, makes two lines of one.
 */
#include "common/base/clock.h"
#include "common/base/log.h"

#include "tests/unit/base/groups.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int ends[2];
static char written[1 << 17];

static int setup(void **state)
{
    (void)state;
    if (pipe2(ends, O_NONBLOCK) != 0) return -1;
    (void)fcntl(ends[1], F_SETPIPE_SZ, 1 << 17);
    log_open(LOG_DEBUG, ends[1]);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    log_flush();
    log_open(LOG_INFO, STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    return 0;
}

/* What has been written until now, without flushing. */
static const char *read_log(void)
{
    ssize_t count, length = 0;
    while ((count = read(ends[0], written + length, sizeof(written) - 1 - (size_t)length)) > 0)
        length += count;
    written[length] = '\0';
    return written;
}

/* The line after "time=… ", which is checked and skipped; without its end. */
static const char *read_line(void)
{
    log_flush();
    const char *line = read_log();
    const char *end = strchr(line, '\n');
    assert_non_null(end);
    assert_int_equal(end[1], 0); /* one line and no more */
    written[end - line] = '\0';
    assert_memory_equal(line, "time=", 5);
    const char *rest = line + 5 + CLOCK_TIME_TEXT - 1;
    assert_int_equal(*rest, ' ');
    return rest + 1;
}

static void test_shape(void **state)
{
    (void)state;
    struct call call = {.request_id = "abc-1", .user_id = 42};
    log_info("order_confirmed", &call, LOG_INT("order_id", 7), LOG_TEXT("card", "visa"),
             LOG_INT("least", INT64_MIN), LOG_TEXT("none", NULL));
    expect_text(read_line(), "level=info event=order_confirmed request_id=abc-1 user_id=42 "
                             "order_id=7 card=visa least=-9223372036854775808 none=-");
    call.user_id = 0;
    log_debug("x", &call);
    expect_text(read_line(), "level=debug event=x request_id=abc-1");
    log_info("started", NULL);
    expect_text(read_line(), "level=info event=started");
}

static void test_time_is_now(void **state)
{
    (void)state;
    char before[CLOCK_TIME_TEXT], after[CLOCK_TIME_TEXT];
    log_info("earlier", NULL); /* formats a stamp, which must not be used again later */
    (void)read_line();
    nanosleep(&(struct timespec){.tv_nsec = 3000000}, NULL);
    clock_format_time(clock_wall_ms(), before);
    log_info("x", NULL);
    clock_format_time(clock_wall_ms(), after);
    (void)read_line();
    char stamp[CLOCK_TIME_TEXT] = "";
    memcpy(stamp, written + 5, CLOCK_TIME_TEXT - 1);
    assert_true(strcmp(before, stamp) <= 0 && strcmp(stamp, after) <= 0);
}

static void test_quoting(void **state)
{
    (void)state;
    static const struct {
        const char *value, *shown;
    } rows[] = {
        {"plain/path?x&y,z", "v=plain/path?x&y,z"},
        {"", "v=\"\""},
        {"two words", "v=\"two words\""},
        {"a=b", "v=\"a=b\""},
        {"say \"hi\"", "v=\"say \\\"hi\\\"\""},
        {"back\\slash", "v=\"back\\\\slash\""},
        {"x\ny\rz\t", "v=\"x\\ny\\rz\\t\""},
        {"x\nlevel=error event=forged", "v=\"x\\nlevel=error event=forged\""},
        {"\x1b[2J\x7f\x01", "v=\"\\x1b[2J\\x7f\\x01\""},
        {"Köln 東京", "v=\"Köln 東京\""},
        {"c1 \xc2\x9b"
         "31m",
         "v=\"c1 \\xc2\\x9b31m\""},
        {"nbsp\xc2\xa0", "v=\"nbsp\xc2\xa0\""},
        {"bad\xff\xc3", "v=\"bad\\xff\\xc3\""},
        {"bad é \xff", "v=\"bad \\xc3\\xa9 \\xff\""},
        {"\xc2", "v=\"\\xc2\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        log_info("e", NULL, LOG_TEXT("v", rows[i].value));
        expect_text(read_line() + strlen("level=info event=e "), rows[i].shown);
    }
}

static void test_long_lines_are_cut(void **state)
{
    (void)state;
    static char value[9000];
    static const char *const units[] = {"x", " ", "\n", "é", "\xff", "東", "\"", "\xc2\x9b"};
    for (size_t unit = 0; unit < sizeof(units) / sizeof(units[0]); unit++) {
        for (size_t shift = 0; shift < 8; shift++) { /* so that the cut falls everywhere */
            size_t length = 0;
            while (length < shift)
                value[length++] = 'x';
            while (length + 4 < sizeof(value))
                length += (size_t)(stpcpy(value + length, units[unit]) - (value + length));
            log_info("e", NULL, LOG_TEXT("v", value), LOG_INT("after", 1));
            const char *line = read_line();
            size_t line_length = strlen(written);
            assert_in_range(line_length, 4000, 4095);
            assert_string_equal(line + strlen(line) - 9, " cut=true");
            assert_null(strstr(line, "after"));
            size_t quotes = 0; /* without the escaped ones: none, or a pair */
            for (const char *at = line; *at; at++)
                quotes += *at == '"' && at[-1] != '\\';
            assert_true(quotes == 0 || quotes == 2);
        }
    }
}

static void test_many_values_are_cut(void **state)
{
    (void)state;
    for (size_t width = 1; width < 60; width++) { /* the cut falls on a name, a sign, a number */
        struct log_value values[3000];
        for (size_t i = 0; i < 3000; i++)
            values[i] = i % 2 ? LOG_INT("number", 123456) : LOG_TEXT("t", "a b");
        char first[61];
        memset(first, 'f', width);
        first[width] = '\0';
        values[0].name = first;
        log_write(LOG_INFO, "e", NULL, values, 3000);
        const char *line = read_line();
        assert_in_range(strlen(written), 4050, 4095);
        assert_string_equal(line + strlen(line) - 9, " cut=true");
        size_t quotes = 0;
        for (const char *at = line; *at; at++)
            quotes += *at == '"';
        assert_int_equal(quotes % 2, 0);
    }
}

static void test_when_it_is_written(void **state)
{
    (void)state;
    log_info("quiet", NULL);
    expect_text(read_log(), "");
    log_flush();
    expect_part(read_log(), "event=quiet\n");
    log_flush();
    expect_text(read_log(), "");
    log_info("first", NULL);
    log_warn("second", NULL);
    const char *both = read_log();
    expect_part(both, "event=first\n");
    expect_part(both, "level=warn event=second\n");
    log_error("third", NULL);
    expect_part(read_log(), "level=error event=third\n");
}

static void test_a_full_buffer_is_written(void **state)
{
    (void)state;
    char value[1001];
    memset(value, 'v', 1000);
    value[1000] = '\0';
    size_t total = 0, lines = 0;
    for (int i = 0; i < 100; i++)
        log_info("e", NULL, LOG_TEXT("v", value));
    for (const char *at = read_log(); *at; at++)
        total++, lines += *at == '\n';
    assert_in_range(total, 32 * 1024, 64 * 1024);
    log_flush();
    for (const char *at = read_log(); *at; at++)
        lines += *at == '\n';
    assert_int_equal(lines, 100);
}

static void test_levels(void **state)
{
    (void)state;
    enum log_level level = LOG_DEBUG;
    assert_true(log_parse_level("warn", &level));
    assert_int_equal(level, LOG_WARN);
    assert_true(log_parse_level("debug", &level) && level == LOG_DEBUG);
    assert_true(log_parse_level("info", &level) && level == LOG_INFO);
    assert_true(log_parse_level("error", &level) && level == LOG_ERROR);
    assert_false(log_parse_level("WARN", &level));
    assert_false(log_parse_level("", &level));
    assert_int_equal(level, LOG_ERROR);

    log_open(LOG_WARN, ends[1]);
    log_info("dropped", NULL);
    log_flush();
    expect_text(read_log(), "");
    log_warn("kept", NULL);
    expect_part(read_log(), "event=kept");
}

static void *log_from_a_thread(void *argument)
{
    log_info("from_thread", NULL, LOG_INT("n", *(int *)argument));
    log_flush();
    return NULL;
}

static void test_threads_have_their_own_buffers(void **state)
{
    (void)state;
    log_info("from_main", NULL);
    int number = 5;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, log_from_a_thread, &number), 0);
    pthread_join(thread, NULL);
    const char *line = read_log(); /* the other thread flushed its own lines, not ours */
    expect_part(line, "event=from_thread n=5\n");
    assert_null(strstr(line, "from_main"));
    expect_part(read_line(), "event=from_main");
}

static void test_a_dead_sink_is_survived(void **state)
{
    (void)state;
    log_open(LOG_INFO, -1);
    for (int i = 0; i < 1000; i++)
        log_error("e", NULL);
    char value[4000]; /* a pipe that nobody empties: lines are lost, nobody waits */
    memset(value, 'v', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    log_open(LOG_INFO, ends[1]);
    for (int i = 0; i < 1000; i++)
        log_error("e", NULL, LOG_TEXT("v", value));
    expect_part(read_log(), "event=e");
    log_error("again", NULL);
    expect_part(read_log(), "event=again");
}

int test_log(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shape, setup, teardown),
        cmocka_unit_test_setup_teardown(test_time_is_now, setup, teardown),
        cmocka_unit_test_setup_teardown(test_quoting, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_lines_are_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_values_are_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(test_when_it_is_written, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_buffer_is_written, setup, teardown),
        cmocka_unit_test_setup_teardown(test_levels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_threads_have_their_own_buffers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_dead_sink_is_survived, setup, teardown),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
