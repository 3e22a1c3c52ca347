/* Files in a message: their bytes arrive as they were, their names cannot forge a header.
 */
#include "common/outgoing/mail_attachment.h"
#include "common/outgoing/mail_message.h"
#include "tests/unit/outgoing/groups.h"

#include <stdlib.h>
#include <string.h>

static struct mail_message with_file(const char *name, const void *bytes, size_t length)
{
    return (struct mail_message){
        .message_id = "order-17-receipt",
        .to = "ada@example.com",
        .subject = "Your order 17",
        .text = "Hello.\n",
        .attachments = {{name, "application/pdf", bytes, length}},
        .attachment_count = 1,
    };
}

static const char *write_message(struct world *world, const struct mail_message *message)
{
    struct strbuf out;
    assert_int_equal(mail_message_write(&world->call, message, "shop@shop.example", "", 0, &out),
                     STATUS_OK);
    return out.text;
}

static void a_message_with_a_file(void **state)
{
    const struct mail_message message = with_file("invoice-2026-000017.pdf", "%PDF-1.3\n", 9);
    assert_string_equal(write_message(*state, &message),
                        "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
                        "From: <shop@shop.example>\r\n"
                        "To: <ada@example.com>\r\n"
                        "Subject: Your order 17\r\n"
                        "Message-ID: <order-17-receipt@shop.example>\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: multipart/mixed; boundary=\"=_part_of_the_message\"\r\n"
                        "\r\n"
                        "--=_part_of_the_message\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "Hello.\r\n"
                        "\r\n"
                        "--=_part_of_the_message\r\n"
                        "Content-Type: application/pdf\r\n"
                        "Content-Disposition: attachment;\r\n"
                        " filename=\"invoice-2026-000017.pdf\"\r\n"
                        "Content-Transfer-Encoding: base64\r\n"
                        "\r\n"
                        "JVBERi0xLjMK\r\n"
                        "\r\n"
                        "--=_part_of_the_message--\r\n");
}

static int letter_value(char letter)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(letters, letter);
    return at != NULL && letter != '\0' ? (int)(at - letters) : -1;
}

/* Decodes up to the empty line; checks that each line but the last has 76 letters. */
static size_t decoded(const char *text, unsigned char *out)
{
    size_t length = 0;
    unsigned bits = 0, count = 0;
    bool last = false;
    while (*text != '\0' && *text != '\r') {
        const char *end = strstr(text, "\r\n");
        assert_non_null(end);
        assert_false(last);
        assert_in_range(end - text, 4, 76);
        assert_int_equal((end - text) % 4, 0);
        last = end - text < 76;
        for (; text < end && *text != '='; text++) {
            assert_true(letter_value(*text) >= 0);
            bits = bits << 6 | (unsigned)letter_value(*text);
            count += 6;
            if (count < 8) continue;
            count -= 8;
            out[length++] = (unsigned char)(bits >> count);
        }
        text = end + 2;
    }
    return length;
}

static void bytes_arrive_as_they_were(void **state)
{
    struct world *world = *state;
    unsigned char bytes[300], back[310];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 167 + 13);
    for (size_t length = 0; length <= sizeof(bytes); length++) {
        const struct mail_message message = with_file("a", bytes, length);
        const char *body = strstr(write_message(world, &message), "base64\r\n\r\n");
        assert_non_null(body);
        assert_int_equal(decoded(body + 10, back), length);
        assert_memory_equal(back, bytes, length);
    }
}

/* The attachment's headers, for a name. */
static const char *headers_for(struct world *world, const char *name)
{
    struct strbuf out;
    const struct mail_attachment attachment = {name, "application/pdf", "x", 1};
    strbuf_init(&out, &world->arena, mail_attachment_room(&attachment));
    mail_attachment_write(&out, &attachment);
    for (const char *line = out.text; *line != '\0'; line = strstr(line, "\r\n") + 2)
        assert_in_range(strstr(line, "\r\n") - line, 0, 78);
    return out.text;
}

static void names_beyond_ascii_are_encoded(void **state)
{
    assert_non_null(strstr(headers_for(*state, "Größe 1.pdf"),
                           ";\r\n filename*0*=UTF-8''Gr%C3%B6%C3%9Fe%201.pdf\r\n"));
    const char *cut = headers_for(*state, "🎟🎟🎟🎟🎟🎟.pdf");
    assert_non_null(strstr(cut, " filename*0*=UTF-8''%F0%9F%8E%9F%F0%9F%8E%9F%F0%9F%8E%9F"
                                "%F0%9F%8E%9F;\r\n filename*1*=%F0%9F%8E%9F%F0%9F%8E%9F.pdf\r\n"));
}

static void names_cannot_forge(void **state)
{
    const char *text = headers_for(*state, "a\"\r\nContent-Type: text/html\r\n\r\n<script>");
    assert_null(strstr(text, "text/html"));
    assert_null(strstr(text, "<script"));
    char worst[MAIL_VALUE_MAX + 1];
    memset(worst, '\x80', MAIL_VALUE_MAX); /* the middle of a character, for ever */
    worst[MAIL_VALUE_MAX] = '\0';
    headers_for(*state, worst);
    memset(worst, 'x', MAIL_VALUE_MAX);
    headers_for(*state, worst);
    headers_for(*state, "");
}

static void a_text_cannot_end_its_part(void **state)
{
    struct mail_message message = with_file("a", "x", 1);
    message.text = "\n--=_part_of_the_message--\n";
    const char *text = write_message(*state, &message);
    int boundaries = 0;
    for (const char *at = strstr(text, "\n--=_part"); at; at = strstr(at + 1, "\n--=_part"))
        boundaries++;
    assert_int_equal(boundaries, 3);
}

static void too_much_is_refused(void **state)
{
    struct world *world = *state;
    struct strbuf out;
    char *bytes = calloc(1, MAIL_ATTACHED_MAX);
    struct mail_message message = with_file("a", bytes, MAIL_ATTACHED_MAX);
    assert_int_equal(mail_message_write(&world->call, &message, "a@b", "", 0, &out), STATUS_OK);
    message.attachments[1] = (struct mail_attachment){"b", "text/plain", "x", 1};
    message.attachment_count = 2;
    assert_int_equal(mail_message_write(&world->call, &message, "a@b", "", 0, &out),
                     STATUS_UNPROCESSABLE);
    message.attachments[1].length = SIZE_MAX;
    assert_int_equal(mail_message_write(&world->call, &message, "a@b", "", 0, &out),
                     STATUS_UNPROCESSABLE);
    message.attachments[0].length = message.attachments[1].length = 0;
    message.attachment_count = MAIL_ATTACHMENTS_MAX + 1;
    assert_int_equal(mail_message_write(&world->call, &message, "a@b", "", 0, &out),
                     STATUS_UNPROCESSABLE);
    free(bytes);
}

int test_mail_attachment(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_message_with_a_file),          ROW(bytes_arrive_as_they_were),
        ROW(names_beyond_ascii_are_encoded), ROW(names_cannot_forge),
        ROW(a_text_cannot_end_its_part),     ROW(too_much_is_refused),
    };
    return cmocka_run_group_tests_name("mail_attachment", tests, NULL, NULL);
}
