/* mail_message.c: the bytes of a message, and that no field can become a header.
 */
#include "common/outgoing/mail_message.h"
#include "tests/unit/outgoing/groups.h"

#include <string.h>

enum { A_TIME = 1795467000 }; /* 2026-11-23T20:50:00Z */

static const char *write_message(struct world *world, const struct mail_message *message)
{
    struct strbuf out;
    assert_int_equal(mail_message_write(&world->call, message, "shop@shop.example", "The Shop",
                                        A_TIME * INT64_C(1000), &out),
                     STATUS_OK);
    return out.text;
}

static struct mail_message plain(void)
{
    return (struct mail_message){
        .message_id = "order-17-receipt",
        .to = "ada@example.com",
        .to_name = "Ada Lovelace",
        .subject = "Your order 17",
        .text = "Hello Ada,\n\nthank you.\n",
    };
}

static void a_plain_message(void **state)
{
    const struct mail_message message = plain();
    assert_string_equal(write_message(*state, &message),
                        "Date: Mon, 23 Nov 2026 20:50:00 +0000\r\n"
                        "From: The Shop\r\n <shop@shop.example>\r\n"
                        "To: Ada Lovelace\r\n <ada@example.com>\r\n"
                        "Subject: Your order 17\r\n"
                        "Message-ID: <order-17-receipt@shop.example>\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "\r\n"
                        "Hello Ada,\r\n\r\nthank you.\r\n");
}

static void names_are_encoded(void **state)
{
    struct mail_message message = plain();
    message.to_name = "Zoë \"Z\" <z@z.example>";
    message.subject = "Größe";
    const char *text = write_message(*state, &message);
    assert_non_null(strstr(text, "\r\nTo: =?UTF-8?Q?Zo=C3=AB_=22Z=22_=3Cz=40z=2Eexample=3E?=\r\n "
                                 "<ada@example.com>\r\n"));
    assert_non_null(strstr(text, "\r\nSubject: =?UTF-8?Q?Gr=C3=B6=C3=9Fe?=\r\n"));
}

/* Every line of the message is short, ASCII, and ends with CR LF; the headers are the nine we write. */
static void check_shape(const char *text)
{
    int headers = 0;
    const char *body = strstr(text, "\r\n\r\n");
    assert_non_null(body);
    while (*text) {
        const char *end = strstr(text, "\r\n");
        assert_non_null(end);
        assert_in_range(end - text, 0, 78);
        if (text <= body && *text != ' ') headers++;
        if (text > body) assert_true(end - text <= 76 && *text != '.');
        for (; text < end; text++)
            assert_true((*text >= ' ' && *text < 0x7F) || *text == '\t');
        text = end + 2;
    }
    assert_int_equal(headers, 9);
}

static void no_field_can_add_a_header(void **state)
{
    struct mail_message message = plain();
    message.subject = "Hello\r\nBcc: everyone@example.com\r\n\r\nBuy!";
    message.to_name = "Eve\nX-Evil: 1";
    message.message_id = "a>\r\nX-Evil: 2";
    const char *text = write_message(*state, &message);
    check_shape(text);
    assert_null(strstr(text, "\nBcc"));
    assert_null(strstr(text, "X-Evil:"));
}

static void long_values_are_folded_between_characters(void **state)
{
    struct world *world = *state;
    struct strbuf subject;
    struct mail_message message = plain();
    strbuf_init(&subject, &world->arena, 1024);
    for (int i = 0; i < 100; i++)
        strbuf_add_text(&subject, i % 3 ? "\xE2\x82\xAC" : "x \xF0\x9F\x8E\x9F");
    message.subject = subject.text;
    const char *text = write_message(world, &message);
    check_shape(text);
    for (const char *word = strstr(text, "=?UTF-8?Q?"); word;
         word = strstr(word + 2, "=?UTF-8?Q?")) {
        const char *end = strstr(word + 10, "?=");
        assert_non_null(end);
        assert_in_range(end + 2 - word, 12, 75);
        /* a word never begins inside a character */
        assert_true(strncmp(word + 10, "=8", 2) != 0 && strncmp(word + 10, "=9", 2) != 0);
    }
}

static void texts_are_quoted_printable(void **state)
{
    struct world *world = *state;
    struct strbuf text;
    struct mail_message message = plain();
    strbuf_init(&text, &world->arena, 4096);
    for (int i = 0; i < 300; i++)
        strbuf_add_char(&text, "abc de. =\t"[i % 10]);
    strbuf_add_text(&text, "\n.\n..\n.dot \nend \t\nlone\rcr\n\xC3\xA4\x01 last ");
    message.text = text.text;
    const char *out = write_message(world, &message);
    check_shape(out);
    assert_non_null(strstr(
        out, "\r\n=2E\r\n=2E.\r\n=2Edot=20\r\nend =09\r\nlone=0Dcr\r\n=C3=A4=01 last=20\r\n"));
}

static void too_long_is_refused(void **state)
{
    struct world *world = *state;
    struct mail_message message = plain();
    struct strbuf out;
    char *text = arena_alloc(&world->arena, MAIL_TEXT_MAX + 2);
    memset(text, 'x', MAIL_TEXT_MAX);
    message.text = text;
    assert_int_equal(mail_message_write(&world->call, &message, "a@b", "", 0, &out), STATUS_OK);
    text[MAIL_TEXT_MAX] = 'x';
    assert_int_equal(mail_message_write(&world->call, &message, "a@b", "", 0, &out),
                     STATUS_UNPROCESSABLE);
    message = plain();
    message.message_id = text + MAIL_TEXT_MAX - MAIL_ID_MAX; /* one byte too many */
    assert_int_equal(mail_message_write(&world->call, &message, "a@b", "", 0, &out),
                     STATUS_UNPROCESSABLE);
}

static void the_worst_text_fits_its_buffer(void **state)
{
    struct world *world = *state;
    struct mail_message message = plain();
    char *text = arena_alloc(&world->arena, MAIL_TEXT_MAX + 1);
    char *value = arena_alloc(&world->arena, MAIL_VALUE_MAX + 1);
    memset(text, '=', MAIL_TEXT_MAX);
    memset(value, '=', MAIL_VALUE_MAX);
    message.text = text;
    message.subject = message.to_name = value;
    message.message_id = value + MAIL_VALUE_MAX - MAIL_ID_MAX;
    check_shape(write_message(world, &message));
    memset(text, '\n', MAIL_TEXT_MAX);
    for (int i = 0; i < MAIL_VALUE_MAX; i++)
        value[i] = "\xF0\x9F\x8E\x9F"[i % 4];
    check_shape(write_message(world, &message));
}

static void addresses(void **state)
{
    static const char *const good[] = {"a@b", "ada.l+x@mail.example.com", "o'neil@example.com"};
    static const char *const bad[] = {
        "",     "a",       "@b",        "a@",      "a@b@c",        "a b@c",   "a@b\r\nX: 1", "a@b>",
        "<a@b", "a@b,c@d", "\"a\"@b.c", "a\\@b.c", "\xC3\xA4@b.c", "a@b\x7F", "a@b\t"};
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(mail_address_ok(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(mail_address_ok(bad[i]));
}

int test_mail_message(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_plain_message),
        ROW(names_are_encoded),
        ROW(no_field_can_add_a_header),
        ROW(long_values_are_folded_between_characters),
        ROW(texts_are_quoted_printable),
        ROW(too_long_is_refused),
        ROW(the_worst_text_fits_its_buffer),
        ROW(addresses),
    };
    return cmocka_run_group_tests_name("mail_message", tests, NULL, NULL);
}
