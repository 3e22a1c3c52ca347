/* A log line with values that strangers have chosen. It must stay one line of name=value pairs that a
 * machine can cut apart again, whatever the values try: nobody forges a line, a pair, or a terminal's
 * command.
 */
#include "common/base/log.h"

#include "common/base/bytes.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, VALUES_MAX = 4 };

static int sink;

void fuzz_open(void)
{
    sink = memfd_create("log", MFD_CLOEXEC);
    MUST(sink >= 0);
    log_open(LOG_DEBUG, sink);
}

/* One value; what stands behind it. */
static const char *check_value(const char *at)
{
    if (*at != '"') {
        const size_t length = strcspn(at, " \n");
        MUST(length > 0 && !memchr(at, '"', length) && !memchr(at, '=', length));
        return at + length;
    }
    for (at++; *at != '"'; at++) {
        MUST(*at != '\0' && *at != '\n');
        if (*at == '\\') MUST(strchr("nrt\"\\x", *++at) && *at != '\0');
    }
    return at + 1;
}

/* True when the line says that it was cut. */
static bool check_line(const char *line, int values)
{
    bool cut = false;
    int pairs = 0;
    for (const char *at = line; *at != '\n'; pairs++) {
        const size_t name = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
        MUST(name > 0 && at[name] == '=');
        cut = strncmp(at, "cut=true\n", 9) == 0;
        at = check_value(at + name + 1);
        MUST(*at == '\n' || (*at++ == ' ' && *at != ' '));
    }
    MUST(cut || pairs == 4 + values); /* time, level, event, request id */
    return cut;
}

void fuzz_one(struct call *call, struct input *input)
{
    struct log_value values[VALUES_MAX];
    int count = 0;
    const int64_t number = input_int64(input);
    values[count++] = LOG_INT("number", number);
    while (input->at < input->end && count < VALUES_MAX)
        values[count++] = LOG_TEXT("text", input_line(input, call));
    size_t total = 0;
    for (int i = 1; i < count; i++)
        total += strlen(values[i].text);
    log_write(LOG_WARN, "event", call, values, count);

    char line[LINE_MAX_BYTES + 1];
    const ssize_t length = pread(sink, line, LINE_MAX_BYTES + 1, 0);
    MUST(length > 0 && length <= LINE_MAX_BYTES && line[length - 1] == '\n');
    MUST(ftruncate(sink, 0) == 0 && lseek(sink, 0, SEEK_SET) == 0);
    line[length] = '\0';
    MUST(strlen(line) == (size_t)length && strchr(line, '\n') == line + length - 1);
    line[length - 1] = '\0';
    MUST(fuzz_is_clean(line));
    line[length - 1] = '\n';
    const bool cut = check_line(line, count);
    MUST(!cut || total > 512); /* only what is long is cut */
}
