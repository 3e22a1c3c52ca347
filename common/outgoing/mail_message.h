/* A message as it travels: RFC 5322 headers and a MIME text body, pure ASCII, lines of at most 78 bytes
 * (an address or a Message-ID cannot be folded: their lines are at most MAIL_ID_MAX + MAIL_ADDRESS_MAX long).
 * With attachments it is a multipart/mixed of that body and the files.
 *
 * Whatever the fields hold, the result has exactly the headers written here: line breaks in a value become
 * spaces, anything that is not plain is encoded (RFC 2047), the text is quoted-printable (RFC 2045). No
 * body line begins with a dot, so nothing has to be stuffed on the way.
 */
#ifndef STAGECRAFT_OUTGOING_MAIL_MESSAGE_H
#define STAGECRAFT_OUTGOING_MAIL_MESSAGE_H

#include "common/base/strbuf.h"
#include "common/outgoing/mail.h"

#include <stdbool.h>

enum {
    MAIL_TEXT_MAX = 256 * 1024,
    MAIL_VALUE_MAX = 1024,
    MAIL_ADDRESS_MAX = 254,
    MAIL_ID_MAX = 64,
};

/* True for an address that may stand between angle brackets: ASCII, one "@" with something on both sides, no
   spaces, controls or brackets. Whether it exists, the mail server knows. */
bool mail_address_ok(const char *address);

/* Writes the message, ending with a line break. STATUS_UNPROCESSABLE: text over MAIL_TEXT_MAX, a name or
   subject over MAIL_VALUE_MAX bytes, an id over MAIL_ID_MAX, or too much attached (mail.h). Both addresses must be ok. */
enum status mail_message_write(struct call *call, const struct mail_message *message,
                               const char *from, const char *from_name, int64_t wall_ms,
                               struct strbuf *out);

#endif
