/* A file as a part of a message (RFC 2045, 2183): headers and base64, lines of at most 76 bytes. Private to
 * common/outgoing.
 */
#ifndef STAGECRAFT_OUTGOING_MAIL_ATTACHMENT_H
#define STAGECRAFT_OUTGOING_MAIL_ATTACHMENT_H

#include "common/base/strbuf.h"
#include "common/outgoing/mail.h"

/* How many bytes mail_attachment_write() adds at most. */
size_t mail_attachment_room(const struct mail_attachment *attachment);

void mail_attachment_write(struct strbuf *out, const struct mail_attachment *attachment);

#endif
