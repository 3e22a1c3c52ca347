/* libFuzzer calls LLVMFuzzerTestOneInput() with bytes, thousands of times a second, and changes them toward
 * paths through the program that it has not seen. A crash, a sanitizer's report, a MUST that does not
 * hold, or an input that takes too long ends the run, and the input is kept in a file.
 */
#include "tests/fuzz/fuzz.h"

#include "common/base/bytes.h"
#include "common/base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argument_count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Stands before libc's: the wall clock begins at the same moment in every run, because kept inputs hold days
   that must not be in the past one year from now. It goes on from there, as libFuzzer reads it too. */
int clock_gettime(clockid_t clock, struct timespec *out)
{
    enum { WALL_START_SECONDS = 1795392000 }; /* 2026-11-23T00:00:00Z */
    static time_t started;
    if (clock != CLOCK_REALTIME) return (int)syscall(SYS_clock_gettime, clock, out);
    const int result = (int)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, out);
    if (started == 0) started = out->tv_sec;
    out->tv_sec += WALL_START_SECONDS - started;
    return result;
}

char input_byte(struct input *input)
{
    return input->at < input->end ? *input->at++ : '\0';
}

int64_t input_int64(struct input *input)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value |= (uint64_t)(unsigned char)input_byte(input) << 8 * i;
    return (int64_t)value;
}

const char *input_bytes(struct input *input, struct call *call, size_t *length)
{
    const size_t left = (size_t)(input->end - input->at);
    if (*length > left) *length = left;
    const char *copy = arena_memdup(call->arena, input->at, *length);
    input->at += *length;
    return copy;
}

const char *input_line(struct input *input, struct call *call)
{
    size_t length = (size_t)(input->end - input->at);
    const char *end = length > 0 ? memchr(input->at, '\n', length) : NULL;
    if (end) length = (size_t)(end - input->at);
    const char *line = input_bytes(input, call, &length);
    if (end) input->at++;
    return line;
}

const char *input_rest(struct input *input, struct call *call, size_t *length)
{
    *length = SIZE_MAX;
    return input_bytes(input, call, length);
}

_Noreturn void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

bool fuzz_is_clean(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F) return false;
    return bytes_is_utf8(text, strlen(text));
}

void fuzz_check_failure(const struct call *call, enum status status)
{
    const struct call_failure *failure = &call->failure;
    MUST(status != STATUS_OK && status < STATUS_COUNT && failure->status == status);
    MUST(failure->message && failure->message[0] != '\0');
    MUST(bytes_is_utf8(failure->message, strlen(failure->message)));
    MUST(strlen(failure->message) <= 400);
    int count = 0;
    for (const struct call_field *field = failure->fields; field; field = field->next) {
        MUST(bytes_is_utf8(field->field, strlen(field->field)));
        MUST(bytes_is_utf8(field->message, strlen(field->message)) && field->message[0] != '\0');
        count++;
    }
    MUST(count == failure->field_count && count <= CALL_FIELDS_MAX);
}

int LLVMFuzzerInitialize(int *argument_count, char ***arguments)
{
    (void)argument_count, (void)arguments;
    bytes_open();
    log_open(LOG_ERROR, open("/dev/null", O_WRONLY | O_CLOEXEC));
    fuzz_open();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct arena arena;
    struct call call;
    struct input input = {.at = (const char *)bytes, .end = (const char *)bytes + length};
    arena_init(&arena, FUZZ_ARENA_MAX);
    call_init(&call, &arena, 5000);
    fuzz_one(&call, &input);
    arena_release(&arena);
    return 0;
}
