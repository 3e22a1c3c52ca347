/* mail_smtp.c and smtp_session.c against a mail server that can be told to misbehave at every step.
 */
#include "common/base/clock.h"
#include "common/outgoing/mail.h"
#include "tests/unit/outgoing/groups.h"
#include "tests/unit/outgoing/peer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How the server answers; set before it is asked. NULL: as it should. "": hangs up. "hang": says nothing. */
static struct {
    const char *greeting, *mail, *rcpt, *data, *dot;
    int only_connection; /* the misbehaviour is limited to this one; -1: all */
    bool leave_after_message;
    atomic_int messages, logins;
} script;

/* False: hang up. */
static bool answer(int fd, int index, const char *scripted, const char *usual)
{
    if (!scripted || (script.only_connection >= 0 && index != script.only_connection))
        return peer_write(fd, usual);
    if (strcmp(scripted, "hang") == 0) peer_hang(fd);
    return strcmp(scripted, "hang") != 0 && scripted[0] != '\0' && peer_write(fd, scripted);
}

static bool take_message(struct peer *peer, int fd, int index)
{
    char line[2048];
    size_t length = 0;
    pthread_mutex_lock(&peer->mutex);
    peer->last[0] = '\0';
    do {
        if (!peer_read_line(fd, line, sizeof(line))) break;
        length += (size_t)snprintf(peer->last + length, sizeof(peer->last) - length, "%s\n", line);
    } while (strcmp(line, ".") != 0);
    pthread_mutex_unlock(&peer->mutex);
    script.messages++;
    return answer(fd, index, script.dot, "250 2.0.0 taken\r\n");
}

static void serve_smtp(struct peer *peer, int fd, int index)
{
    char line[2048];
    bool there = answer(fd, index, script.greeting, "220 peer ESMTP\r\n");
    while (there && peer_read_line(fd, line, sizeof(line))) {
        peer->requests++;
        if (strncmp(line, "EHLO", 4) == 0)
            there = peer_write(fd, "250-peer\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n");
        else if (strncmp(line, "AUTH", 4) == 0)
            there = ++script.logins > 0 && peer_write(fd, "235 welcome\r\n");
        else if (strncmp(line, "MAIL FROM:<shop@shop.example>", 29) == 0)
            there = answer(fd, index, script.mail, "250 ok\r\n");
        else if (strncmp(line, "RCPT TO:<ada@example.com>", 25) == 0)
            there = answer(fd, index, script.rcpt, "250-first\r\n250 second\r\n");
        else if (strcmp(line, "DATA") == 0)
            there = answer(fd, index, script.data, "354 go on\r\n") &&
                    (script.data || take_message(peer, fd, index)) && !script.leave_after_message;
        else
            there = false;
    }
}

struct letter {
    struct world *world;
    struct mail *mail;
    struct mail_message message;
    enum status status;
    int64_t elapsed_ms;
    int taken;
};

static void send_letter(void *argument)
{
    struct letter *letter = argument;
    const int64_t before_ms = clock_monotonic_ms();
    letter->status = mail_send(letter->mail, &letter->world->call, &letter->message);
    letter->elapsed_ms = clock_monotonic_ms() - before_ms;
    if (letter->status == STATUS_OK) letter->taken++;
}

static void letter_init(struct letter *letter, struct world *world, int port)
{
    const char *url = arena_printf(&world->arena, "smtp://127.0.0.1:%d", port);
    *letter = (struct letter){.world = world};
    letter->mail =
        mail_smtp_new(&world->arena, world->transfers, url, "shop@shop.example", "The Shop", 500);
    letter->message = (struct mail_message){.message_id = "order-17-receipt",
                                            .to = "ada@example.com",
                                            .to_name = "Ada",
                                            .subject = "Your order",
                                            .text = ".\nThank you\n"};
    memset(&script, 0, sizeof(script));
    script.only_connection = -1;
}

static void a_letter_is_taken(void **state)
{
    struct peer peer;
    struct letter letter;
    letter_init(&letter, *state, (peer_start(&peer, serve_smtp), peer.port));
    world_run(*state, 1, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.status, STATUS_OK);
    assert_int_equal(script.messages, 1);
    assert_non_null(strstr(peer.last, "Message-ID: <order-17-receipt@shop.example>\n"));
    assert_non_null(strstr(peer.last, "\n\n=2E\nThank you\n.\n"));
}

static void sessions_are_kept(void **state)
{
    struct peer peer;
    struct letter letter;
    letter_init(&letter, *state, (peer_start(&peer, serve_smtp), peer.port));
    for (int i = 0; i < 5; i++)
        world_run(*state, 1, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.taken, 5);
    assert_int_equal(peer.connections, 1);
}

/* Each row: at which step the server misbehaves, how, and what that means for the letter. */
static void every_refusal_has_its_meaning(void **state)
{
    static const struct {
        const char *greeting, *mail, *rcpt, *data, *dot;
        enum status status;
    } rows[] = {
        {.greeting = "554 not you\r\n", .status = STATUS_UNAVAILABLE},
        {.greeting = "", .status = STATUS_UNAVAILABLE},
        {.mail = "451 later\r\n", .status = STATUS_UNAVAILABLE},
        {.mail = "550 sender unknown\r\n", .status = STATUS_UNAVAILABLE},
        {.rcpt = "450 later\r\n", .status = STATUS_UNAVAILABLE},
        {.rcpt = "550-no\r\n550 such user\r\n", .status = STATUS_UNPROCESSABLE},
        {.rcpt = "", .status = STATUS_UNAVAILABLE},
        {.rcpt = "nonsense\r\n", .status = STATUS_UNAVAILABLE},
        {.data = "451 later\r\n", .status = STATUS_UNAVAILABLE},
        {.data = "554 no\r\n", .status = STATUS_UNPROCESSABLE},
        {.dot = "452 disk full\r\n", .status = STATUS_UNAVAILABLE},
        {.dot = "552 too big\r\n", .status = STATUS_UNPROCESSABLE},
        {.dot = "500 Error: (OSError) No space left on device\r\n", .status = STATUS_UNAVAILABLE},
        {.rcpt = "503 wrong order\r\n", .status = STATUS_UNAVAILABLE},
        {.rcpt = "501 no address\r\n", .status = STATUS_UNPROCESSABLE},
        {.dot = "", .status = STATUS_TIMEOUT}, /* it may have been taken */
        {.dot = "hang", .status = STATUS_TIMEOUT},
        {.rcpt = "hang", .status = STATUS_TIMEOUT},
        {.greeting = "hang", .status = STATUS_UNAVAILABLE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct peer peer;
        struct letter letter;
        letter_init(&letter, *state, (peer_start(&peer, serve_smtp), peer.port));
        script.greeting = rows[i].greeting;
        script.mail = rows[i].mail;
        script.rcpt = rows[i].rcpt;
        script.data = rows[i].data;
        script.dot = rows[i].dot;
        world_run(*state, 1, send_letter, &letter);
        peer_stop(&peer);
        if (letter.status != rows[i].status) print_error("row %zu\n", i);
        assert_int_equal(letter.status, rows[i].status);
        assert_int_equal(peer.connections, 1); /* no second try: the first got an answer */
        assert_in_range(letter.elapsed_ms, 0, 1000);
    }
}

/* libcurl's own SMTP would hold the loop here for the whole time. */
static void a_silent_server_does_not_hold_the_loop(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct letter letter;
    letter_init(&letter, world, (peer_start(&peer, serve_smtp), peer.port));
    script.dot = "hang";
    (void)loop_take_lag_us(world->loop);
    world_run(world, 3, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.status, STATUS_TIMEOUT);
    assert_in_range(loop_take_lag_us(world->loop), 0, 100000);
}

static void nobody_listens(void **state)
{
    struct letter letter;
    letter_init(&letter, *state, peer_free_port());
    world_run(*state, 1, send_letter, &letter);
    assert_int_equal(letter.status, STATUS_UNAVAILABLE);
}

/* A kept session that the server has left, noticed while idle or only when it is used. */
static void a_lost_session_is_replaced(void **state)
{
    struct peer peer;
    struct letter letter;
    letter_init(&letter, *state, (peer_start(&peer, serve_smtp), peer.port));
    script.leave_after_message = true;
    for (int i = 0; i < 3; i++) {
        world_run(*state, 1, send_letter, &letter);
        usleep(i * 10000);
    }
    peer_stop(&peer);
    assert_int_equal(letter.taken, 3);
    assert_int_equal(script.messages, 3);
    assert_int_equal(peer.connections, 3);
}

static void a_session_that_is_told_to_go_is_replaced(void **state)
{
    struct peer peer;
    struct letter letter;
    letter_init(&letter, *state, (peer_start(&peer, serve_smtp), peer.port));
    world_run(*state, 1, send_letter, &letter);
    script.mail = "421 too long idle\r\n";
    script.only_connection = 0;
    world_run(*state, 1, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.taken, 2);
    assert_int_equal(peer.connections, 2);
}

static void a_burst_shares_the_sessions(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct letter letter;
    world_limit(world, 100, 100);
    letter_init(&letter, world, (peer_start(&peer, serve_smtp), peer.port));
    call_init(&world->call, &world->arena, 10000);
    world_run(world, 120, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.taken, 120);
    assert_int_equal(script.messages, 120);
    assert_in_range(peer.connections, 1, 16);
}

static void whoever_waits_too_long_in_line_is_told(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct letter letter;
    letter_init(&letter, world, (peer_start(&peer, serve_smtp), peer.port));
    script.dot = "hang";
    world_run(world, 40, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.taken, 0);
    assert_in_range(letter.elapsed_ms, 490, 1500);
    script.dot = NULL;
    peer_start(&peer, serve_smtp);
    letter_init(&letter, world, peer.port);
    world_run(world, 1, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.status, STATUS_OK);
}

static void bad_addresses_never_leave(void **state)
{
    struct peer peer;
    struct letter letter;
    letter_init(&letter, *state, (peer_start(&peer, serve_smtp), peer.port));
    letter.message.to = "ada@example.com>\r\nRCPT TO:<eve@example.com";
    world_run(*state, 1, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.status, STATUS_UNPROCESSABLE);
    assert_int_equal(peer.connections, 0);
}

/* The server offers to log in but no TLS, as it would look with somebody in between. */
static void a_password_does_not_travel_in_the_clear(void **state)
{
    struct world *world = *state;
    struct peer peer;
    struct letter letter;
    letter_init(&letter, world, (peer_start(&peer, serve_smtp), peer.port));
    const char *url = arena_printf(&world->arena, "smtp://shop:secret@127.0.0.1:%d", peer.port);
    letter.mail =
        mail_smtp_new(&world->arena, world->transfers, url, "shop@shop.example", "The Shop", 500);
    world_run(world, 1, send_letter, &letter);
    peer_stop(&peer);
    assert_int_equal(letter.status, STATUS_UNAVAILABLE);
    assert_int_equal(peer.connections, 1);
    assert_int_equal(script.logins, 0);
}

static void discarded_mail_is_taken(void **state)
{
    struct letter letter;
    letter_init(&letter, *state, 1);
    letter.mail = mail_discard_new(&letter.world->arena);
    world_run(*state, 1, send_letter, &letter);
    assert_int_equal(letter.status, STATUS_OK);
}

int test_mail_smtp(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        ROW(a_letter_is_taken),
        ROW(sessions_are_kept),
        ROW(every_refusal_has_its_meaning),
        ROW(a_silent_server_does_not_hold_the_loop),
        ROW(nobody_listens),
        ROW(a_lost_session_is_replaced),
        ROW(a_session_that_is_told_to_go_is_replaced),
        ROW(a_burst_shares_the_sessions),
        ROW(whoever_waits_too_long_in_line_is_told),
        ROW(bad_addresses_never_leave),
        ROW(a_password_does_not_travel_in_the_clear),
        ROW(discarded_mail_is_taken),
    };
    return cmocka_run_group_tests_name("mail_smtp", tests, NULL, NULL);
}
