/* One conversation with a mail server: RFC 5321 from MAIL FROM to the final dot.
 *
 * libcurl opens the connection, greets, starts TLS and logs in (CURLOPT_CONNECT_ONLY). The few lines after
 * that are spoken here, because libcurl 7.88 waits for the server's word on the message inside
 * curl_multi_socket_action(), up to its time-out: one slow mail server would stop the whole loop
 * (measured: 2.0 s for a server that took 2 s).
 */
#ifndef STAGECRAFT_OUTGOING_SMTP_SESSION_H
#define STAGECRAFT_OUTGOING_SMTP_SESSION_H

#include "common/outgoing/transfer_internal.h"

enum { SMTP_REPLY_LINE_MAX = 1024, SMTP_REPLY_LINES_MAX = 64 };

/* Zeroed by its owner, who keeps it in one place: libcurl and the loop point at it. */
struct smtp_session {
    struct transfers *transfers;
    struct transfer transfer;
    struct loop_watch watch;
    struct task *waiter; /* parked until the socket is ready; NULL: idle, or the task runs */
    bool open;
    bool used; /* has carried a message before */
    size_t in_length;
    char in[SMTP_REPLY_LINE_MAX]; /* received, not yet a whole line */
};

/* Connects. STATUS_UNAVAILABLE, STATUS_TIMEOUT. */
enum status smtp_session_open(struct smtp_session *session, struct transfers *transfers,
                              struct call *call, const char *url, int64_t deadline_ms);

/* Hands over one message (mail_message.h). STATUS_OK: the server took it, the session is good for the
   next. STATUS_UNPROCESSABLE: the recipient or the message was refused for good. STATUS_UNAVAILABLE:
   refused for now. STATUS_TIMEOUT: too late, or cut off after the final dot. `gone` tells that the
   connection broke before the server said a word: worth another try on a fresh one. */
enum status smtp_session_send(struct smtp_session *session, struct call *call, const char *from,
                              const char *to, const char *text, size_t length, int64_t deadline_ms,
                              bool *gone);

/* Says good-bye without waiting for an answer, and closes. Nothing happens when it is closed. */
void smtp_session_close(struct smtp_session *session);

#endif
