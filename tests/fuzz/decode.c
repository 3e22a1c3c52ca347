/* Strict where a mail program would be lenient: an escape that is not =XX in capitals is a failure here.
 */
#include "tests/fuzz/decode.h"

static char hex_byte(const char *at)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *high = strchr(digits, at[0]);
    MUST(high && at[0] != '\0');
    const char *low = strchr(digits, at[1]);
    MUST(low && at[1] != '\0');
    return (char)((high - digits) << 4 | (low - digits));
}

/* Behind "=?UTF-8?Q?": decodes to the end of the word, which is returned. */
static const char *decode_word(const char *at, char **out)
{
    while (strncmp(at, "?=", 2) != 0) {
        MUST(*at > ' ' && *at < 0x7F && *at != '?');
        if (*at == '=') {
            *(*out)++ = hex_byte(at + 1);
            at += 3;
        } else {
            *(*out)++ = *at == '_' ? ' ' : *at;
            at++;
        }
    }
    return at + 2;
}

const char *decode_words(struct call *call, const char *value)
{
    static const char open[] = "=?UTF-8?Q?";
    char *decoded = arena_alloc(call->arena, strlen(value) + 1);
    char *out = decoded;
    while (*value != '\0') {
        if (strncmp(value, open, sizeof(open) - 1) != 0) {
            *out++ = *value++;
            continue;
        }
        const char *word = value;
        value = decode_word(value + sizeof(open) - 1, &out);
        MUST(value - word <= 75);
        const char *next = value + strspn(value, " \r\n");
        if (strncmp(next, open, sizeof(open) - 1) == 0) value = next;
    }
    *out = '\0';
    return decoded;
}

const char *decode_quoted_printable(struct call *call, const char *text)
{
    char *decoded = arena_alloc(call->arena, strlen(text) + 1);
    char *out = decoded;
    while (*text != '\0') {
        if (strncmp(text, "=\r\n", 3) == 0) {
            text += 3;
        } else if (*text == '=') {
            *out++ = hex_byte(text + 1);
            text += 3;
        } else if (strncmp(text, "\r\n", 2) == 0) {
            MUST(out == decoded || text[-1] != ' ');
            *out++ = '\n';
            text += 2;
        } else {
            *out++ = *text++;
        }
    }
    *out = '\0';
    return decoded;
}

const char *decode_without_controls(struct call *call, const char *value)
{
    char *copy = arena_strdup(call->arena, value);
    for (char *at = copy; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F) *at = ' ';
    return copy;
}

const char *decode_line_breaks(struct call *call, const char *text)
{
    char *copy = arena_alloc(call->arena, strlen(text) + 2);
    char *out = copy;
    for (; *text != '\0'; text++)
        if (strncmp(text, "\r\n", 2) != 0) *out++ = *text;
    if (out > copy && out[-1] != '\n') *out++ = '\n';
    *out = '\0';
    return copy;
}

const char *decode_file_name(struct call *call, const char *head)
{
    char *decoded = arena_alloc(call->arena, strlen(head) + 1);
    char *out = decoded;
    const char *at = strstr(head, "\r\n filename");
    MUST(at);
    for (int piece = 0; (at = strstr(at, "\r\n filename")) != NULL; piece++) {
        at += strlen("\r\n filename");
        if (*at == '=') { /* the whole name, as it is */
            const char *end = strchr(at + 2, '"');
            MUST(piece == 0 && at[1] == '"' && end);
            return arena_memdup(call->arena, at + 2, (size_t)(end - at - 2));
        }
        const char *number =
            arena_printf(call->arena, "*%d*=%s", piece, piece == 0 ? "UTF-8''" : "");
        MUST(strncmp(at, number, strlen(number)) == 0);
        for (at += strlen(number); *at != ';' && *at != '\r'; at++) {
            *out++ = *at == '%' ? hex_byte(at + 1) : *at;
            if (*at == '%') at += 2;
        }
    }
    *out = '\0';
    return decoded;
}

static unsigned letter_value(char letter)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(letters, letter);
    MUST(at && letter != '\0');
    return (unsigned)(at - letters);
}

void decode_base64_must_be(const char *text, const void *bytes, size_t length)
{
    const unsigned char *wanted = bytes;
    size_t decoded = 0, column = 0;
    unsigned bits = 0, count = 0;
    for (; *text != '\0' && *text != '='; text++) {
        if (text[0] == '\r' && text[1] == '\n') {
            column = 0;
            text++;
            continue;
        }
        MUST(++column <= 76);
        bits = bits << 6 | letter_value(*text);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        MUST(decoded < length && wanted[decoded++] == (unsigned char)(bits >> count));
    }
    MUST(decoded == length);
    MUST(strspn(text, "=\r\n") == strlen(text));
}
