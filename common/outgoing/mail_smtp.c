/* The mail port over SMTP. A few sessions with the server are kept and shared; whoever finds all of them
 * busy waits in line, so that a burst of orders does not become a burst of connections (mail servers
 * punish that). All waiting, connecting and talking together stays within the message's time.
 */
#include "common/base/clock.h"
#include "common/outgoing/mail_message.h"
#include "common/outgoing/smtp_session.h"

enum { SESSIONS_MAX = 16, WAITING_MAX = 1000 };

struct waiter {
    struct task *task;
    struct waiter *next;
    bool granted; /* a session was kept for it */
};

struct mail_smtp {
    struct mail mail;
    struct transfers *transfers;
    const char *url, *from, *from_name;
    int64_t timeout_ms;
    bool from_ok;
    int busy_count;
    struct waiter *first, **end; /* in line */
    int waiting;
    bool busy[SESSIONS_MAX];
    struct smtp_session sessions[SESSIONS_MAX];
};

/* --- the sessions --- */

static void leave_line(struct mail_smtp *smtp, const struct waiter *waiter)
{
    struct waiter **place = &smtp->first;
    while (*place && *place != waiter)
        place = &(*place)->next;
    if (!*place) return;
    *place = waiter->next;
    if (!*place) smtp->end = place;
    smtp->waiting--;
}

/* Makes sure that one session is free for the caller. */
static enum status wait_in_line(struct mail_smtp *smtp, struct call *call, int64_t deadline_ms)
{
    struct loop *loop = transfers_loop(smtp->transfers);
    if (smtp->busy_count < SESSIONS_MAX && !smtp->first) {
        smtp->busy_count++;
        return STATUS_OK;
    }
    if (smtp->waiting >= WAITING_MAX)
        return call_fail(call, STATUS_UNAVAILABLE, "too much mail is waiting");
    struct waiter waiter = {.task = task_current(loop)};
    *smtp->end = &waiter;
    smtp->end = &waiter.next;
    smtp->waiting++;
    while (!waiter.granted) {
        if (task_park(loop, deadline_ms) == STATUS_OK || waiter.granted) continue;
        leave_line(smtp, &waiter);
        return call_fail(call, STATUS_UNAVAILABLE, "the mail server is too slow");
    }
    return STATUS_OK;
}

/* An open session before a closed one. */
static int take_session(struct mail_smtp *smtp)
{
    int found = -1;
    for (int i = 0; i < SESSIONS_MAX; i++)
        if (!smtp->busy[i] &&
            (found < 0 || (smtp->sessions[i].open && !smtp->sessions[found].open)))
            found = i;
    smtp->busy[found] = true;
    return found;
}

static void give_back_session(struct mail_smtp *smtp, int index)
{
    struct waiter *next = smtp->first;
    smtp->busy[index] = false;
    if (next) {
        leave_line(smtp, next);
        next->granted = true;
        task_wake(next->task);
    } else {
        smtp->busy_count--;
    }
}

/* --- the port --- */

/* A kept session may have been closed by the server at the very moment we began: once more then, on a
   new one. Nothing had been accepted, so nothing is sent twice. */
static enum status send_over(struct mail_smtp *smtp, struct smtp_session *session,
                             struct call *call, const char *to, const struct strbuf *text,
                             int64_t deadline_ms)
{
    enum status status = STATUS_OK;
    bool gone = true;
    for (int attempt = 0; gone && attempt < 2; attempt++) {
        gone = false;
        if (!session->open)
            status = smtp_session_open(session, smtp->transfers, call, smtp->url, deadline_ms);
        if (status != STATUS_OK) return status;
        status = smtp_session_send(session, call, smtp->from, to, text->text, text->length,
                                   deadline_ms, &gone);
        if (status == STATUS_OK && session->in_length == 0) return STATUS_OK;
        /* In the middle of a conversation, or refused, or the server has more to say: the next message begins on a clean session. */
        smtp_session_close(session);
    }
    return status;
}

static enum status smtp_send(struct mail *mail, struct call *call,
                             const struct mail_message *message)
{
    struct mail_smtp *smtp = (struct mail_smtp *)mail;
    struct strbuf text;
    if (!smtp->from_ok)
        return call_fail(call, STATUS_INTERNAL, "the sender's mail address is not usable");
    if (!mail_address_ok(message->to))
        return call_fail(call, STATUS_UNPROCESSABLE, "the mail address is not usable");
    enum status status =
        mail_message_write(call, message, smtp->from, smtp->from_name, clock_wall_ms(), &text);
    if (status != STATUS_OK) return status;

    int64_t deadline_ms = clock_monotonic_ms() + smtp->timeout_ms;
    if (call->deadline_ms < deadline_ms) deadline_ms = call->deadline_ms;
    status = wait_in_line(smtp, call, deadline_ms);
    if (status != STATUS_OK) return status;
    const int index = take_session(smtp);
    status = send_over(smtp, &smtp->sessions[index], call, message->to, &text, deadline_ms);
    give_back_session(smtp, index);
    if (status == STATUS_OK) call_forgive(call); /* what a first attempt left behind */
    return status;
}

struct mail *mail_smtp_new(struct arena *arena, struct transfers *transfers, const char *url,
                           const char *from, const char *from_name, int64_t timeout_ms)
{
    static const struct mail_ops ops = {.send = smtp_send};
    struct mail_smtp *smtp = arena_new(arena, struct mail_smtp);
    smtp->mail.ops = &ops;
    smtp->transfers = transfers;
    smtp->url = url;
    smtp->from = from;
    smtp->from_name = from_name;
    smtp->timeout_ms = timeout_ms;
    smtp->from_ok = mail_address_ok(from);
    smtp->end = &smtp->first;
    return &smtp->mail;
}
