/* Two encodings, both made so that mail relays from the 1980s on pass them unchanged. Quoted-printable
 * writes a byte as itself or as =XX and breaks lines with a trailing "="; RFC 2047 does nearly the same
 * inside headers, in words "=?UTF-8?Q?...?=" that must not cut a character in two, on lines of at most 76.
 */
#include "common/outgoing/mail_message.h"

#include "common/outgoing/mail_attachment.h"

#include <string.h>
#include <time.h>

enum {
    LINE_MAX_BYTES = 76,
    ENCODED_GROWTH = 4, /* at most: =XX and a share of the line breaks */
    HEADERS_ROOM = 4096 + 2 * MAIL_ADDRESS_MAX,
};

bool mail_address_ok(const char *address)
{
    const char *at = strchr(address, '@');
    if (!at || at == address || at[1] == '\0' || strchr(at + 1, '@')) return false;
    if (strlen(address) > MAIL_ADDRESS_MAX) return false;
    for (const char *byte = address; *byte; byte++)
        if (*byte <= ' ' || *byte >= 0x7F || strchr("<>()[],;:\\\"", *byte)) return false;
    return true;
}

static void add_escaped(struct strbuf *out, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    const char escaped[3] = {'=', digits[byte >> 4], digits[byte & 15]};
    strbuf_add(out, escaped, sizeof(escaped));
}

/* --- headers --- */

static bool is_atom(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-';
}

/* Bytes of the UTF-8 character that starts here; 1 for what is none. */
static size_t character_length(const char *text)
{
    size_t length = 1;
    if ((unsigned char)text[0] < 0xC0) return 1;
    while (length < 4 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length++;
    return length;
}

/* One byte inside an encoded word; how many it becomes. */
static size_t add_word_byte(struct strbuf *out, unsigned char byte)
{
    if (is_atom(byte)) {
        strbuf_add_char(out, (char)byte);
    } else if (byte <= ' ' || byte == 0x7F) {
        strbuf_add_char(out, '_'); /* a space; so is every control character */
    } else {
        add_escaped(out, byte);
        return 3;
    }
    return 1;
}

/* The value as encoded words, one a line; the first goes where `column` bytes stand already. */
static void add_words(struct strbuf *out, const char *text, size_t column)
{
    static const char open[] = "=?UTF-8?Q?", close[] = "?=";
    size_t used = column + sizeof(open) - 1;
    strbuf_add_text(out, open);
    while (*text) {
        const size_t length = character_length(text);
        if (used + 3 * length + sizeof(close) - 1 > LINE_MAX_BYTES) {
            strbuf_printf(out, "%s\r\n %s", close, open);
            used = sizeof(open); /* and the space before it */
        }
        for (size_t i = 0; i < length; i++)
            used += add_word_byte(out, (unsigned char)*text++);
    }
    strbuf_add_text(out, close);
}

/* Words of letters, digits and hyphens may stand as they are, on one line; a subject also punctuation. */
static bool is_plain(const char *text, const char *also)
{
    if (strlen(text) > LINE_MAX_BYTES - 16 || *text == '\0' || *text == ' ') return false;
    for (; *text; text++)
        if (!is_atom((unsigned char)*text) && *text != ' ' && !strchr(also, *text)) return false;
    return true;
}

static void add_value(struct strbuf *out, size_t column, const char *text, const char *also)
{
    if (is_plain(text, also))
        strbuf_add_text(out, text);
    else
        add_words(out, text, column);
}

static void add_mailbox(struct strbuf *out, const char *header, const char *name,
                        const char *address)
{
    strbuf_printf(out, "%s: ", header);
    if (name && *name) {
        add_value(out, strlen(header) + 2, name, "");
        strbuf_add_text(out, "\r\n ");
    }
    strbuf_printf(out, "<%s>\r\n", address);
}

static void add_message_id(struct strbuf *out, const char *id, const char *from)
{
    strbuf_add_text(out, "Message-ID: <");
    for (; *id; id++)
        if (is_atom((unsigned char)*id) || *id == '_' || *id == '.') strbuf_add_char(out, *id);
    strbuf_printf(out, "%s>\r\n", strchr(from, '@'));
}

static void add_date(struct strbuf *out, int64_t wall_ms)
{
    const time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    char text[64];
    gmtime_r(&seconds, &utc);
    /* English names: the program never calls setlocale() */
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &utc);
    strbuf_printf(out, "Date: %s\r\n", text);
}

/* --- the text --- */

static bool is_line_break(const char *text)
{
    return *text == '\n' || (text[0] == '\r' && text[1] == '\n');
}

static void add_text(struct strbuf *out, const char *text)
{
    size_t used = 0; /* bytes in this line */
    while (*text) {
        if (is_line_break(text)) {
            text += *text == '\r' ? 2 : 1;
            strbuf_add_text(out, "\r\n");
            used = 0;
            continue;
        }
        if (used + 3 >= LINE_MAX_BYTES) { /* room for =XX and the "=" that breaks the line */
            strbuf_add_text(out, "=\r\n");
            used = 0;
        }
        const unsigned char byte = (unsigned char)*text++;
        const bool last = *text == '\0' || is_line_break(text);
        const bool blank = byte == ' ' || byte == '\t';
        const bool plain = byte > ' ' && byte < 0x7F && byte != '=' && !(used == 0 && byte == '.');
        if (plain || (blank && !last)) { /* blanks at the end of a line get lost on the way */
            strbuf_add_char(out, (char)byte);
            used += 1;
        } else {
            add_escaped(out, byte);
            used += 3;
        }
    }
    if (used > 0) strbuf_add_text(out, "\r\n");
}

static void add_text_part(struct strbuf *out, const char *text)
{
    strbuf_add_text(out, "Content-Type: text/plain; charset=utf-8\r\n"
                         "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    add_text(out, text);
}

/* --- the whole --- */

/* Neither quoted-printable nor base64 ever has an underscore behind an equals sign. */
static const char boundary[] = "=_part_of_the_message";

static void add_body(struct strbuf *out, const struct mail_message *message)
{
    if (message->attachment_count == 0) {
        add_text_part(out, message->text);
        return;
    }
    strbuf_printf(out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary,
                  boundary);
    add_text_part(out, message->text);
    for (int i = 0; i < message->attachment_count; i++) {
        strbuf_printf(out, "\r\n--%s\r\n", boundary);
        mail_attachment_write(out, &message->attachments[i]);
    }
    strbuf_printf(out, "\r\n--%s--\r\n", boundary);
}

static bool fits(const struct mail_message *message, const char *to_name, const char *from_name)
{
    size_t attached = 0;
    if (strlen(message->text) > MAIL_TEXT_MAX || strlen(message->subject) > MAIL_VALUE_MAX ||
        strlen(to_name) > MAIL_VALUE_MAX || strlen(from_name) > MAIL_VALUE_MAX ||
        strlen(message->message_id) > MAIL_ID_MAX ||
        message->attachment_count > MAIL_ATTACHMENTS_MAX)
        return false;
    for (int i = 0; i < message->attachment_count; i++) {
        const struct mail_attachment *attachment = &message->attachments[i];
        if (strlen(attachment->file_name) > MAIL_VALUE_MAX ||
            attachment->length > MAIL_ATTACHED_MAX - attached)
            return false;
        attached += attachment->length;
    }
    return true;
}

/* Room for attachments is taken at once: growing by doubling would cost twice a file's size. */
static void make_room(struct strbuf *out, struct arena *arena, const struct mail_message *message)
{
    const size_t length = strlen(message->text);
    size_t attached = 0;
    for (int i = 0; i < message->attachment_count; i++)
        attached += mail_attachment_room(&message->attachments[i]);
    strbuf_init(out, arena,
                HEADERS_ROOM + ENCODED_GROWTH * (length + 4 * (size_t)MAIL_VALUE_MAX) + attached);
    if (attached > 0) strbuf_reserve(out, HEADERS_ROOM + 2 * length + attached);
}

enum status mail_message_write(struct call *call, const struct mail_message *message,
                               const char *from, const char *from_name, int64_t wall_ms,
                               struct strbuf *out)
{
    const char *to_name = message->to_name ? message->to_name : "";
    if (!fits(message, to_name, from_name))
        return call_fail(call, STATUS_UNPROCESSABLE, "the mail is too long");
    make_room(out, call->arena, message);
    add_date(out, wall_ms);
    add_mailbox(out, "From", from_name, from);
    add_mailbox(out, "To", to_name, message->to);
    strbuf_add_text(out, "Subject: ");
    add_value(out, strlen("Subject: "), message->subject, ".,:;!'#/()+&%-");
    strbuf_add_text(out, "\r\n");
    add_message_id(out, message->message_id, from);
    strbuf_add_text(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
    add_body(out, message);
    return STATUS_OK;
}
