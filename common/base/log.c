/* A line is formatted straight into its thread's buffer, so that logging takes no lock, no malloc
 * and, but for warnings, no system call. What a client sent may stand in a value, so everything
 * that could end the line, end the quotes or steer a terminal is escaped. A log that cannot be
 * written is lost: the shop goes on. A thread that ends, or waits long, calls log_flush() before.
 */
#include "common/base/log.h"

#include "common/base/bytes.h"
#include "common/base/clock.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { LOG_BUFFER = 64 * 1024, LINE_MAX_BYTES = 4096 };

/* Follows a line that was cut; room for it, and for a closing quote, is kept back. */
static const char line_cut[] = " cut=true";
enum { LINE_KEPT_BACK = sizeof(line_cut) + 2 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};

/* The process has one log; set before there are threads, read-only from then on. */
static struct {
    enum log_level level;
    int fd;
} sink = {LOG_INFO, STDERR_FILENO};

static _Thread_local struct {
    int64_t stamp_ms; /* the millisecond that `stamp` shows */
    char stamp[CLOCK_TIME_TEXT];
    size_t length;
    char text[LOG_BUFFER];
} pending;

struct line {
    char *at, *end;
    bool cut; /* something did not fit: nothing more is added */
};

void log_open(enum log_level level, int fd)
{
    sink.level = level;
    sink.fd = fd;
}

bool log_parse_level(const char *text, enum log_level *out)
{
    for (int level = LOG_DEBUG; level <= LOG_ERROR; level++) {
        if (strcmp(text, level_names[level]) == 0) {
            *out = (enum log_level)level;
            return true;
        }
    }
    return false;
}

void log_flush(void)
{
    size_t written = 0;
    while (written < pending.length) {
        ssize_t count = write(sink.fd, pending.text + written, pending.length - written);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        written += (size_t)count;
    }
    pending.length = 0;
}

/* Adds all bytes, or as many whole characters as fit. */
static void line_add(struct line *line, const char *bytes, size_t length)
{
    if (length > (size_t)(line->end - line->at)) {
        length = (size_t)(line->end - line->at);
        while (length > 0 && (bytes[length] & 0xC0) == 0x80)
            length--;
        line->cut = true;
    }
    memcpy(line->at, bytes, length);
    line->at += length;
    if (line->cut) line->end = line->at;
}

static void line_add_text(struct line *line, const char *text)
{
    line_add(line, text, strlen(text));
}

static void line_add_int64(struct line *line, int64_t value)
{
    char digits[20];
    char *at = digits + sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) *--at = '-';
    line_add(line, at, (size_t)(digits + sizeof(digits) - at));
}

/* Letters, digits and the signs of paths and addresses: what may stand without quotes. */
static bool is_bare(unsigned char byte)
{
    return byte > ' ' && byte < 0x7F && byte != '"' && byte != '=' && byte != '\\';
}

/* One byte that may not stand as it is; the escape is added whole or not at all. */
static void line_add_escaped(struct line *line, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    char escape[4] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
    size_t length = 2;
    switch (byte) {
    case '\n':
        escape[1] = 'n';
        break;
    case '\r':
        escape[1] = 'r';
        break;
    case '\t':
        escape[1] = 't';
        break;
    case '"':
        escape[1] = '"';
        break;
    case '\\':
        escape[1] = '\\';
        break;
    default:
        length = 4;
    }
    if (length > (size_t)(line->end - line->at)) {
        line->cut = true;
        line->end = line->at;
        return;
    }
    line_add(line, escape, length);
}

/* Within quotes. Of what is not ASCII valid text passes, all but the controls U+0080..U+009F. */
static void line_add_quoted(struct line *line, const char *text, size_t length)
{
    bool utf8 = bytes_is_utf8(text, length);
    size_t start = 0; /* of the bytes that can be copied as they are */
    line_add(line, "\"", 1);
    if (line->cut) return; /* nothing to close */
    for (size_t i = 0; i < length && !line->cut; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool control = byte < ' ' || byte == 0x7F || (byte >= 0x80 && !utf8) ||
                       (byte == 0xC2 && (unsigned char)text[i + 1] < 0xA0);
        if (!control && byte != '"' && byte != '\\') continue;
        line_add(line, text + start, i - start);
        line_add_escaped(line, byte);
        if (byte == 0xC2 && utf8) line_add_escaped(line, (unsigned char)text[++i]);
        start = i + 1;
    }
    if (start < length) line_add(line, text + start, length - start);
    *line->at++ = '"'; /* there is always room for this one: a cut value is closed too */
    if (line->cut || line->at > line->end) line->end = line->at;
}

static void line_add_value(struct line *line, const char *text)
{
    size_t length = 0;
    while (is_bare((unsigned char)text[length]))
        length++;
    if (text[length] == '\0' && length > 0)
        line_add(line, text, length);
    else if (!line->cut)
        line_add_quoted(line, text, length + strlen(text + length));
}

static void line_add_stamp(struct line *line)
{
    int64_t now_ms = clock_wall_ms();
    if (now_ms != pending.stamp_ms) {
        clock_format_time(now_ms, pending.stamp);
        pending.stamp_ms = now_ms;
    }
    line_add(line, pending.stamp, CLOCK_TIME_TEXT - 1);
}

static void line_add_call(struct line *line, const struct call *call)
{
    line_add_text(line, " request_id=");
    line_add_value(line, call->request_id);
    if (call->user_id != 0) {
        line_add_text(line, " user_id=");
        line_add_int64(line, call->user_id);
    }
}

void log_write(enum log_level level, const char *event, const struct call *call,
               const struct log_value *values, int count)
{
    if (level < sink.level) return;
    if (LINE_MAX_BYTES > sizeof(pending.text) - pending.length) log_flush();
    char *start = pending.text + pending.length;
    struct line line = {.at = start, .end = start + LINE_MAX_BYTES - LINE_KEPT_BACK};

    line_add_text(&line, "time=");
    line_add_stamp(&line);
    line_add_text(&line, " level=");
    line_add_text(&line, level_names[level]);
    line_add_text(&line, " event=");
    line_add_value(&line, event);
    if (call) line_add_call(&line, call);
    for (int i = 0; i < count && !line.cut; i++) {
        line_add(&line, " ", 1);
        line_add_text(&line, values[i].name);
        line_add(&line, "=", 1);
        if (values[i].is_text)
            line_add_value(&line, values[i].text ? values[i].text : "-");
        else
            line_add_int64(&line, values[i].number);
    }
    if (line.cut) {
        memcpy(line.at, line_cut, sizeof(line_cut) - 1);
        line.at += sizeof(line_cut) - 1;
    }
    *line.at++ = '\n';
    pending.length += (size_t)(line.at - start);
    if (level >= LOG_WARN) log_flush();
}
