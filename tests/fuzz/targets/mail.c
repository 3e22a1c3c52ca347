/* A mail with fields that strangers have chosen: seven lines (id, to, to's name, from's name, subject, sender,
 * a file's name), the text, and behind a NUL what the file holds. The headers must be those the program
 * writes and no others, everything ASCII and short, and what a mail program decodes must be what went in.
 */
#include "common/outgoing/mail_message.h"
#include "tests/fuzz/decode.h"

enum { LINE_BYTES_MAX = 78, LONG_LINE_MAX = 2 + MAIL_ADDRESS_MAX + MAIL_ID_MAX + 14 };

#define BOUNDARY "=_part_of_the_message"

void fuzz_open(void)
{
}

/* Each line short and ASCII, ended by CR LF, and none begins with a dot. Returns where the body begins. */
static const char *check_lines(const char *text)
{
    const char *body = NULL;
    while (*text != '\0') {
        const char *end = strstr(text, "\r\n");
        MUST(end && *text != '.');
        const bool address = !body && memchr(text, '<', (size_t)(end - text));
        MUST(end - text <= (address ? (int)LONG_LINE_MAX : (int)LINE_BYTES_MAX));
        for (const char *at = text; at < end; at++)
            MUST((*at >= ' ' && *at < 0x7F) || (body && *at == '\t'));
        if (!body && end == text) body = end + 2;
        text = end + 2;
    }
    return body;
}

/* The headers in their order; a line that begins with a blank goes on with the one before. */
static void check_headers(const char *text, const char *body, bool with_file)
{
    static const char *const names[] = {"Date: ",
                                        "From: ",
                                        "To: ",
                                        "Subject: ",
                                        "Message-ID: <",
                                        "Auto-Submitted: auto-generated\r\n",
                                        "MIME-Version: 1.0\r\n",
                                        "Content-Type: "};
    const size_t wanted = sizeof(names) / sizeof(names[0]);
    size_t count = 0;
    for (const char *line = text; line < body - 2; line = strstr(line, "\r\n") + 2) {
        if (*line == ' ') continue;
        if (count == wanted)
            MUST(strncmp(line, "Content-Transfer-Encoding: quoted-printable\r\n", 45) == 0);
        else
            MUST(strncmp(line, names[count], strlen(names[count])) == 0);
        count++;
    }
    MUST(count == wanted + !with_file);
}

static const char *header(struct call *call, const char *text, const char *name)
{
    const char *at = strstr(text, arena_printf(call->arena, "\r\n%s: ", name)) + strlen(name) + 4;
    const char *end = at;
    do {
        end = strstr(end + 1, "\r\n");
    } while (end[2] == ' ');
    return arena_memdup(call->arena, at, (size_t)(end - at));
}

static void check_mailbox(struct call *call, const char *text, const char *which, const char *name,
                          const char *address)
{
    const char *value = header(call, text, which);
    const char *angle = strrchr(value, '<');
    MUST(angle && strcmp(angle, arena_printf(call->arena, "<%s>", address)) == 0);
    if (name[0] == '\0') return;
    MUST(angle - value >= 3); /* the address stands on a line of its own */
    const char *shown = arena_memdup(call->arena, value, (size_t)(angle - value - 3));
    MUST(strcmp(decode_words(call, shown), decode_without_controls(call, name)) == 0);
}

static void check_text(struct call *call, const char *encoded, const char *text)
{
    MUST(strcmp(decode_quoted_printable(call, encoded), decode_line_breaks(call, text)) == 0);
}

/* What stands between this boundary and the next; `at` moves to the one behind. */
static const char *next_part(struct call *call, const char **at)
{
    const char *start = *at + strlen("--" BOUNDARY "\r\n");
    const char *end = strstr(start, "\r\n--" BOUNDARY);
    MUST(strncmp(*at, "--" BOUNDARY "\r\n", strlen("--" BOUNDARY "\r\n")) == 0 && end);
    *at = end + 2;
    return arena_memdup(call->arena, start, (size_t)(end - start));
}

static void check_parts(struct call *call, const char *body, const struct mail_message *message)
{
    const struct mail_attachment *file = &message->attachments[0];
    const char *at = body;
    const char *text = next_part(call, &at);
    check_text(call, strstr(text, "\r\n\r\n") + 4, message->text);
    const char *part = next_part(call, &at);
    MUST(strcmp(at, "--" BOUNDARY "--\r\n") == 0);
    const char *content = strstr(part, "\r\n\r\n");
    MUST(content);
    const char *head = arena_memdup(call->arena, part, (size_t)(content - part));
    MUST(strcmp(decode_file_name(call, head), file->file_name) == 0);
    decode_base64_must_be(content + 4, file->bytes, file->length);
}

void fuzz_one(struct call *call, struct input *input)
{
    size_t length;
    struct mail_message message = {
        .message_id = input_line(input, call),
        .to = input_line(input, call),
        .to_name = input_line(input, call),
    };
    const char *from_name = input_line(input, call);
    message.subject = input_line(input, call);
    const char *from = input_line(input, call);
    const char *file_name = input_line(input, call);
    message.text = input_rest(input, call, &length);
    const size_t text_length = strlen(message.text);
    if (text_length < length) {
        message.attachments[0] = (struct mail_attachment){
            file_name, "application/pdf", message.text + text_length + 1, length - text_length - 1};
        message.attachment_count = 1;
    }
    if (!mail_address_ok(from)) from = "shop@shop.example";
    if (!mail_address_ok(message.to)) message.to = "ada@mail.example";
    struct strbuf out;
    enum status status = mail_message_write(call, &message, from, from_name, 1795467000000, &out);
    if (status != STATUS_OK) {
        MUST(status == STATUS_UNPROCESSABLE);
        return;
    }
    const char *body = check_lines(out.text);
    MUST(body);
    check_headers(out.text, body, message.attachment_count > 0);
    MUST(strcmp(decode_words(call, header(call, out.text, "Subject")),
                decode_without_controls(call, message.subject)) == 0);
    check_mailbox(call, out.text, "From", from_name, from);
    check_mailbox(call, out.text, "To", message.to_name, message.to);
    if (message.attachment_count > 0)
        check_parts(call, body, &message);
    else
        check_text(call, body, message.text);
}
