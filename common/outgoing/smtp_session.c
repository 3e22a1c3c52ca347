/* Send a line, read a reply, look at its first digit: that is SMTP. Every wait is a park of the mail's
 * task until the socket is ready or the deadline has come. While nobody waits the session is idle, and
 * then anything the server says (usually that it hangs up) closes it, so that a kept connection which
 * looks open nearly always is.
 */
#include "common/outgoing/smtp_session.h"

#include <assert.h>
#include <string.h>

static void socket_ready(void *context, unsigned ready)
{
    struct smtp_session *session = context;
    (void)ready;
    if (session->waiter)
        task_wake(session->waiter);
    else
        smtp_session_close(session);
}

enum status smtp_session_open(struct smtp_session *session, struct transfers *transfers,
                              struct call *call, const char *url, int64_t deadline_ms)
{
    assert(!session->open);
    *session = (struct smtp_session){.transfers = transfers};
    struct transfer *transfer = &session->transfer;
    enum status status = transfer_borrow(transfers, call, transfer);
    if (status != STATUS_OK) return status;
    transfer->connect_only = true;
    curl_easy_setopt(transfer->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(transfer->easy, CURLOPT_URL, url);
    curl_easy_setopt(transfer->easy, CURLOPT_CONNECT_ONLY, 1L);
    /* A password must not travel in the clear because somebody on the way has hidden the offer of TLS. */
    curl_easy_setopt(transfer->easy, CURLOPT_USE_SSL,
                     (long)(strchr(url, '@') ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    status = transfer_run(transfers, call, transfer, deadline_ms);
    if (status == STATUS_UNAVAILABLE) goto out;
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (status == STATUS_OK && transfer->result == CURLE_OK)
        (void)curl_easy_getinfo(transfer->easy, CURLINFO_ACTIVESOCKET, &fd);
    if (fd == CURL_SOCKET_BAD) {
        const char *reason = curl_easy_strerror(transfer->result);
        transfers_log(transfers, call, "smtp_connect_failed", url, reason);
        status = call_fail(call, STATUS_UNAVAILABLE, "the mail server cannot be reached");
        goto out;
    }
    session->open = true;
    session->watch = (struct loop_watch){.fd = fd, .run = socket_ready, .context = session};
    loop_watch(transfers_loop(transfers), &session->watch, LOOP_READ);
    return STATUS_OK;
out:
    transfer_give_back(transfers, transfer);
    return status;
}

void smtp_session_close(struct smtp_session *session)
{
    size_t sent;
    if (!session->open) return;
    session->open = false;
    loop_unwatch(transfers_loop(session->transfers), &session->watch);
    (void)curl_easy_send(session->transfer.easy, "QUIT\r\n", 6, &sent);
    transfer_give_back(session->transfers, &session->transfer);
}

/* --- bytes --- */

static enum status fail_late(struct call *call)
{
    return call_fail(call, STATUS_TIMEOUT, "the mail server has not answered in time");
}

static enum status fail_broken(struct call *call)
{
    return call_fail(call, STATUS_UNAVAILABLE, "the mail server has closed the connection");
}

static enum status wait_ready(struct smtp_session *session, struct call *call, unsigned interest,
                              int64_t deadline_ms)
{
    struct loop *loop = transfers_loop(session->transfers);
    session->waiter = task_current(loop);
    loop_watch(loop, &session->watch, interest);
    enum status status = task_park(loop, deadline_ms);
    loop_watch(loop, &session->watch, LOOP_READ);
    session->waiter = NULL;
    return status == STATUS_OK ? STATUS_OK : fail_late(call);
}

static enum status send_bytes(struct smtp_session *session, struct call *call, const char *bytes,
                              size_t length, int64_t deadline_ms)
{
    while (length > 0) {
        size_t sent = 0;
        const CURLcode code = curl_easy_send(session->transfer.easy, bytes, length, &sent);
        if (code == CURLE_AGAIN) {
            enum status status = wait_ready(session, call, LOOP_WRITE, deadline_ms);
            if (status != STATUS_OK) return status;
        } else if (code != CURLE_OK) {
            return fail_broken(call);
        }
        bytes += sent;
        length -= sent;
    }
    return STATUS_OK;
}

/* The next line of the server, without its end, is at `in` until the next call takes it away. */
static enum status read_line(struct smtp_session *session, struct call *call, size_t *line_length,
                             int64_t deadline_ms)
{
    char *end;
    while (!(end = memchr(session->in, '\n', session->in_length))) {
        size_t received = 0;
        if (session->in_length == sizeof(session->in)) return fail_broken(call); /* no SMTP */
        const CURLcode code =
            curl_easy_recv(session->transfer.easy, session->in + session->in_length,
                           sizeof(session->in) - session->in_length, &received);
        if (code == CURLE_AGAIN) {
            enum status status = wait_ready(session, call, LOOP_READ, deadline_ms);
            if (status != STATUS_OK) return status;
        } else if (code != CURLE_OK || received == 0) {
            return fail_broken(call);
        }
        session->in_length += received;
    }
    *line_length = (size_t)(end + 1 - session->in);
    return STATUS_OK;
}

static void drop_line(struct smtp_session *session, size_t line_length)
{
    session->in_length -= line_length;
    memmove(session->in, session->in + line_length, session->in_length);
}

/* The code of a reply: "250-first", "250-more", "250 last". */
static enum status read_reply(struct smtp_session *session, struct call *call, int *code,
                              int64_t deadline_ms)
{
    for (int i = 0; i < SMTP_REPLY_LINES_MAX; i++) {
        size_t length = 0;
        enum status status = read_line(session, call, &length, deadline_ms);
        if (status != STATUS_OK) return status;
        const char *line = session->in;
        const bool number = length >= 4 && line[0] >= '2' && line[0] <= '5' && line[1] >= '0' &&
                            line[1] <= '9' && line[2] >= '0' && line[2] <= '9';
        if (!number) return fail_broken(call);
        const bool last = line[3] != '-';
        *code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        drop_line(session, length);
        if (last) return STATUS_OK;
    }
    return fail_broken(call);
}

/* --- the conversation --- */

static enum status command(struct smtp_session *session, struct call *call, const char *line,
                           int *code, int64_t deadline_ms)
{
    enum status status = send_bytes(session, call, line, strlen(line), deadline_ms);
    return status == STATUS_OK ? read_reply(session, call, code, deadline_ms) : status;
}

/* Codes for a server that does not understand the conversation or has failed in it: they say nothing about the
   mail. A server whose disk is full may say 500, where it should say 452. */
static bool is_about_the_protocol(int code)
{
    return code == 500 || (code >= 502 && code <= 504);
}

/* A "no" of the server. What is said about the recipient or the message is final when it begins with 5;
   a "no" to the sender is a matter of settings, so the message waits. */
static enum status refused(struct call *call, int code, bool final)
{
    if (final && code >= 500 && !is_about_the_protocol(code))
        return call_fail(call, STATUS_UNPROCESSABLE, "the mail server refuses the mail (%d)", code);
    return call_fail(call, STATUS_UNAVAILABLE, "the mail server does not take the mail now (%d)",
                     code);
}

enum status smtp_session_send(struct smtp_session *session, struct call *call, const char *from,
                              const char *to, const char *text, size_t length, int64_t deadline_ms,
                              bool *gone)
{
    int code = 0;
    const bool first = !session->used;
    session->used = true;
    const char *mail_from = arena_printf(call->arena, "MAIL FROM:<%s>\r\n", from);
    const char *rcpt_to = arena_printf(call->arena, "RCPT TO:<%s>\r\n", to);

    enum status status = command(session, call, mail_from, &code, deadline_ms);
    *gone = !first && (status == STATUS_UNAVAILABLE || code == 421);
    if (status != STATUS_OK) return status;
    if (code / 100 != 2) return refused(call, code, false);

    status = command(session, call, rcpt_to, &code, deadline_ms);
    if (status != STATUS_OK) return status;
    if (code / 100 != 2) return refused(call, code, true);

    status = command(session, call, "DATA\r\n", &code, deadline_ms);
    if (status != STATUS_OK) return status;
    if (code != 354) return refused(call, code, true);

    status = send_bytes(session, call, text, length, deadline_ms);
    if (status != STATUS_OK) return status;
    status = command(session, call, ".\r\n", &code, deadline_ms);
    if (status != STATUS_OK) return fail_late(call); /* it may have been taken */
    if (code / 100 != 2) return refused(call, code, true);
    return STATUS_OK;
}
