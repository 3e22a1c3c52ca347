/* A file's name stands in a parameter, and parameters were made for ASCII. A plain name stands there as it
 * is, in quotes. Any other is written as RFC 2231 has it: filename*0*=UTF-8''R%C3%A9sum..., cut into numbered
 * pieces where the line would get too long, never inside a character.
 */
#include "common/outgoing/mail_attachment.h"

#include <string.h>

enum {
    LINE_BYTES = 57, /* become 76 characters */
    NAME_PLAIN_MAX = 60,
    PIECE_MAX = 54,
    HEADERS_ROOM = 512, /* without the name */
    NAME_GROWTH = 5,    /* %XX each, and the heads of the pieces */
};

static bool is_plain_byte(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || (byte != '\0' && strchr("-._", byte) != NULL);
}

static bool is_plain(const char *name)
{
    if (strlen(name) > NAME_PLAIN_MAX) return false;
    for (; *name != '\0'; name++)
        if (!is_plain_byte((unsigned char)*name)) return false;
    return true;
}

static void add_escaped_name(struct strbuf *out, const char *name)
{
    static const char digits[] = "0123456789ABCDEF";
    int piece = 0;
    size_t used = PIECE_MAX + 1; /* the first byte begins a piece */
    for (; *name != '\0'; name++) {
        const unsigned char byte = (unsigned char)*name;
        const bool begins = (byte & 0xC0) != 0x80; /* a character; one may take 12 */
        if (begins ? used + 12 > PIECE_MAX : used > PIECE_MAX) {
            strbuf_printf(out, ";\r\n filename*%d*=%s", piece, piece == 0 ? "UTF-8''" : "");
            piece++;
            used = 0;
        }
        if (is_plain_byte(byte)) {
            strbuf_add_char(out, (char)byte);
            used += 1;
        } else {
            const char escaped[3] = {'%', digits[byte >> 4], digits[byte & 15]};
            strbuf_add(out, escaped, sizeof(escaped));
            used += 3;
        }
    }
}

static void add_base64(struct strbuf *out, const unsigned char *bytes, size_t length)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        const size_t left = length - i;
        const unsigned group = (unsigned)bytes[i] << 16 |
                               (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
                               (left > 2 ? (unsigned)bytes[i + 2] : 0);
        const char four[4] = {letters[group >> 18], letters[group >> 12 & 63],
                              left > 1 ? letters[group >> 6 & 63] : '=',
                              left > 2 ? letters[group & 63] : '='};
        strbuf_add(out, four, sizeof(four));
        if (i % LINE_BYTES == LINE_BYTES - 3 || left <= 3) strbuf_add_text(out, "\r\n");
    }
}

size_t mail_attachment_room(const struct mail_attachment *attachment)
{
    return HEADERS_ROOM + NAME_GROWTH * strlen(attachment->file_name) +
           (attachment->length / LINE_BYTES + 1) * (76 + 2);
}

void mail_attachment_write(struct strbuf *out, const struct mail_attachment *attachment)
{
    strbuf_printf(out, "Content-Type: %s\r\nContent-Disposition: attachment",
                  attachment->content_type);
    if (is_plain(attachment->file_name))
        strbuf_printf(out, ";\r\n filename=\"%s\"", attachment->file_name);
    else
        add_escaped_name(out, attachment->file_name);
    strbuf_add_text(out, "\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    add_base64(out, attachment->bytes, attachment->length);
}
