/* A conversation with a mail server that says what it likes: the first byte is how many bytes arrive at a
 * time, the rest what the server sends. Two mails go over the same connection.
 *
 * The outcome decides whether a receipt is sent again, given up, or done with, so it is worked out a second
 * time below, from the whole text at once. And nothing may be sent that the server has not asked for.
 */
#include "common/outgoing/smtp_session.h"
#include "tests/fuzz/fuzz.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo

enum { SENT_MAX = 4096 };

static struct {
    const char *at, *end; /* what the server will say */
    size_t step;
    bool again; /* nothing has arrived yet */
    char sent[SENT_MAX];
    size_t sent_length;
} wire;

/* --- stand-ins for libcurl and the loop --- */

CURLcode curl_easy_recv(CURL *easy, void *buffer, size_t room, size_t *received)
{
    (void)easy;
    wire.again = !wire.again;
    if (wire.again && wire.at < wire.end) return CURLE_AGAIN;
    size_t length = (size_t)(wire.end - wire.at);
    if (length > wire.step) length = wire.step;
    if (length > room) length = room;
    memcpy(buffer, wire.at, length);
    wire.at += length;
    *received = length;
    return CURLE_OK;
}

CURLcode curl_easy_send(CURL *easy, const void *bytes, size_t length, size_t *sent)
{
    (void)easy;
    if (length > 7) length = 7;
    MUST(wire.sent_length + length < SENT_MAX);
    memcpy(wire.sent + wire.sent_length, bytes, length);
    wire.sent_length += length;
    *sent = length;
    return CURLE_OK;
}

CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    (void)easy, (void)option;
    return CURLE_OK;
}

CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
    (void)easy;
    MUST(info == CURLINFO_ACTIVESOCKET);
    va_list arguments;
    va_start(arguments, info);
    *va_arg(arguments, curl_socket_t *) = 3;
    va_end(arguments);
    return CURLE_OK;
}

enum status transfer_borrow(struct transfers *transfers, struct call *call,
                            struct transfer *transfer)
{
    (void)transfers, (void)call;
    *transfer = (struct transfer){0};
    return STATUS_OK;
}

enum status transfer_run(struct transfers *transfers, struct call *call, struct transfer *transfer,
                         int64_t deadline_ms)
{
    (void)transfers, (void)call, (void)transfer, (void)deadline_ms;
    return STATUS_OK;
}

void transfer_give_back(struct transfers *transfers, struct transfer *transfer)
{
    (void)transfers, (void)transfer;
}

struct loop *transfers_loop(const struct transfers *transfers)
{
    (void)transfers;
    return NULL;
}

void transfers_log(struct transfers *transfers, const struct call *call, const char *event,
                   const char *url, const char *reason)
{
    (void)transfers, (void)call, (void)event, (void)url, (void)reason;
}

void loop_watch(struct loop *loop, struct loop_watch *watch, unsigned interest)
{
    (void)loop, (void)watch, (void)interest;
}

void loop_unwatch(struct loop *loop, struct loop_watch *watch)
{
    (void)loop, (void)watch;
}

struct task *task_current(struct loop *loop)
{
    (void)loop;
    return NULL;
}

enum status task_park(struct loop *loop, int64_t deadline_ms)
{
    (void)loop, (void)deadline_ms;
    return STATUS_OK;
}

void task_wake(struct task *task)
{
    (void)task;
}

/* --- the same, worked out from the whole text --- */

/* The code of the next reply, 0 when there is none that makes sense. */
static int next_code(const char **at, const char *end)
{
    for (int lines = 0; lines < SMTP_REPLY_LINES_MAX; lines++) {
        const char *line = *at;
        const char *stop = end > line ? memchr(line, '\n', (size_t)(end - line)) : NULL;
        if (!stop || stop - line >= SMTP_REPLY_LINE_MAX || stop - line < 3) return 0;
        for (int i = 0; i < 3; i++)
            if (line[i] < '0' || line[i] > '9') return 0;
        if (line[0] < '2' || line[0] > '5') return 0;
        *at = stop + 1;
        if (line[3] != '-') return (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
    }
    return 0;
}

/* How far the dialogue gets: the number of commands sent, the text of the mail not counted. */
static enum status expected(const char **at, const char *end, int *commands, bool *lost)
{
    const int ahead[] = {2, 2, 3, 2}; /* the first digit that lets it go on */
    *lost = false;
    for (*commands = 1;; ++*commands) {
        const int code = next_code(at, end);
        if (*commands == 1) *lost = code == 0 || code == 421;
        if (code == 0) return *commands == 4 ? STATUS_TIMEOUT : STATUS_UNAVAILABLE;
        const bool good = *commands == 3 ? code == 354 : code / 100 == ahead[*commands - 1];
        const bool final = code == 501 || code > 504; /* others: it has failed */
        if (!good) return final && *commands > 1 ? STATUS_UNPROCESSABLE : STATUS_UNAVAILABLE;
        if (*commands == 4) return STATUS_OK;
    }
}

static void check_mail(struct call *call, struct smtp_session *session, const char **at, bool first)
{
    static const char text[] = "Subject: Hello\r\n\r\nHello.\r\n";
    static const char *const said[] = {"MAIL FROM:<a@b.example>\r\n", "RCPT TO:<c@d.example>\r\n",
                                       "DATA\r\n", "Subject: Hello\r\n\r\nHello.\r\n.\r\n"};
    bool gone = false, lost;
    int commands;
    enum status wanted = expected(at, wire.end, &commands, &lost);
    wire.sent_length = 0;
    enum status status = smtp_session_send(session, call, "a@b.example", "c@d.example", text,
                                           sizeof(text) - 1, INT64_MAX, &gone);
    MUST(status == wanted && gone == (lost && !first));
    wire.sent[wire.sent_length] = '\0';
    const char *sent = wire.sent;
    for (int i = 0; i < commands; i++) {
        MUST(strncmp(sent, said[i], strlen(said[i])) == 0);
        sent += strlen(said[i]);
    }
    MUST(*sent == '\0');
    if (status != STATUS_OK) fuzz_check_failure(call, status);
    call_forgive(call);
}

void fuzz_open(void)
{
}

void fuzz_one(struct call *call, struct input *input)
{
    struct smtp_session session = {0};
    const unsigned char step = (unsigned char)input_byte(input);
    wire.at = input->at;
    wire.end = input->end;
    wire.step = step > 0 ? step : SIZE_MAX;
    wire.again = false;
    MUST(smtp_session_open(&session, NULL, call, "smtp://127.0.0.1", INT64_MAX) == STATUS_OK);
    const char *at = input->at;
    check_mail(call, &session, &at, true);
    if (at == wire.at - session.in_length) /* both have read as far: the same connection again */
        check_mail(call, &session, &at, false);
    smtp_session_close(&session);
    smtp_session_close(&session);
}
