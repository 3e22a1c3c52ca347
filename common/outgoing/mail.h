/* The mail port: one message to one person.
 */
#ifndef STAGECRAFT_OUTGOING_MAIL_H
#define STAGECRAFT_OUTGOING_MAIL_H

#include "common/outgoing/transfer.h"

enum { MAIL_ATTACHMENTS_MAX = 4, MAIL_ATTACHED_MAX = 2 << 20 };

struct mail_attachment {
    const char *file_name;    /* UTF-8 */
    const char *content_type; /* "application/pdf": one of the program's own, at most 100 bytes */
    const void *bytes;
    size_t length;
};

struct mail_message {
    /* "order-17-receipt": sent as Message-ID, so that a repeat can be seen; at most 64 bytes */
    const char *message_id;
    const char *to; /* address */
    const char *to_name;
    const char *subject; /* UTF-8, one line */
    const char *text;    /* UTF-8 body */
    /* together at most MAIL_ATTACHED_MAX bytes, which are borrowed */
    struct mail_attachment attachments[MAIL_ATTACHMENTS_MAX];
    int attachment_count;
};

struct mail;

/* Hands the message to the mail server. STATUS_OK: it took it. STATUS_UNAVAILABLE / STATUS_TIMEOUT: try
   again later. STATUS_UNPROCESSABLE: refused for good (bad address). */
typedef enum status mail_send_fn(struct mail *mail, struct call *call,
                                 const struct mail_message *message);

struct mail_ops {
    mail_send_fn *send;
};

struct mail {
    const struct mail_ops *ops;
    bool discards; /* what is sent goes nowhere: attachments need not be made */
};

static inline enum status mail_send(struct mail *mail, struct call *call,
                                    const struct mail_message *message)
{
    return mail->ops->send(mail, call, message);
}

/* SMTP over a few kept connections that libcurl opens. `url` "smtp://127.0.0.1:2525", or smtps://, with
   user and password if need be: then only over TLS. STARTTLS is used when the server offers it, and its
   certificate must hold. `from` is an address. Header values are encoded (RFC 2047) and stripped of line breaks, so no field can add a
   header. `timeout_ms` bounds one message, waiting for a connection included. Everything is borrowed. */
struct mail *mail_smtp_new(struct arena *arena, struct transfers *transfers, const char *url,
                           const char *from, const char *from_name, int64_t timeout_ms);

/* Accepts and forgets: for benchmarks with mail off. */
struct mail *mail_discard_new(struct arena *arena);

#endif
