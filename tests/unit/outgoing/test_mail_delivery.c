/* A real mail server at the other end: aiosmtpd, which writes a Maildir, and Python's own mail parser to
 * read what has arrived.
 */
#include "common/outgoing/mail.h"
#include "tests/unit/outgoing/groups.h"
#include "tests/unit/outgoing/peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char python[] = "/usr/bin/python3"; /* the one that has the distribution's packages */

static const char print_mails[] =
    "import email, email.policy, glob, sys\n"
    "for path in glob.glob(sys.argv[1] + '/new/*'):\n"
    "    m = email.message_from_binary_file(open(path, 'rb'), policy=email.policy.default)\n"
    "    print(m['Message-ID'], '|', m['To'], '|', m['Subject'], '|', repr(m.get_content()))\n"
    "    assert not m.defects and m['From'].addresses[0].addr_spec == 'shop@shop.example'\n"
    "    assert m['Date'].datetime.year > 2000\n";

struct delivery {
    struct world *world;
    struct mail *mail;
    char directory[64];
    pid_t server;
    int port, taken;
};

static bool listens(int port)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const bool connected = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return connected;
}

static bool start_server(struct delivery *delivery)
{
    char listen_at[32], maildir[80];
    strcpy(delivery->directory, "/tmp/outgoing-mail-XXXXXX");
    if (!mkdtemp(delivery->directory)) return false;
    delivery->port = peer_free_port();
    snprintf(listen_at, sizeof(listen_at), "127.0.0.1:%d", delivery->port);
    snprintf(maildir, sizeof(maildir), "%s/mail", delivery->directory);
    const char *const arguments[] = {python,  "-m",      "aiosmtpd", "-n",
                                     "-l",    listen_at, "-c",       "aiosmtpd.handlers.Mailbox",
                                     maildir, NULL};
    extern char **environ;
    if (posix_spawn(&delivery->server, python, NULL, NULL, (char *const *)arguments, environ) != 0)
        return false;
    for (int i = 0; i < 500 && !listens(delivery->port); i++)
        usleep(10000);
    return listens(delivery->port);
}

static void stop_server(struct delivery *delivery)
{
    char command[128];
    kill(delivery->server, SIGTERM);
    waitpid(delivery->server, NULL, 0);
    snprintf(command, sizeof(command), "rm -rf '%s'", delivery->directory);
    if (system(command) != 0) print_error("%s is left\n", delivery->directory);
}

static void send_two(void *argument)
{
    struct delivery *delivery = argument;
    const struct mail_message messages[] = {
        {.message_id = "order-1-receipt",
         .to = "ada@example.com",
         .to_name = "Zoë Ångström-Nowak",
         .subject =
             "Your order 1: Größe \"M\", 3 € — thank you, and here is a line that is far too "
             "long for one header line",
         .text = "Hällo,\n.\n.hidden\nFrom here on = signs\n  indented \n\nlast"},
        {.message_id = "order-2-receipt",
         .to = "bob@example.com",
         .subject = "Hi\r\nBcc: eve@example.com",
         .text = "2"},
    };
    for (int i = 0; i < 2; i++)
        if (mail_send(delivery->mail, &delivery->world->call, &messages[i]) == STATUS_OK)
            delivery->taken++;
}

static void read_mails(const struct delivery *delivery, char *out, size_t size)
{
    char command[2048];
    snprintf(command, sizeof(command), "exec %s -c \"%s\" %s/mail | sort", python, print_mails,
             delivery->directory);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    const size_t length = fread(out, 1, size - 1, pipe);
    out[length] = '\0';
    assert_int_equal(pclose(pipe), 0);
}

static void mails_arrive_as_written(void **state)
{
    struct delivery delivery = {.world = *state};
    char mails[4096] = "";
    const bool started = start_server(&delivery);
    if (started) {
        const char *url =
            arena_printf(&delivery.world->arena, "smtp://127.0.0.1:%d", delivery.port);
        delivery.mail = mail_smtp_new(&delivery.world->arena, delivery.world->transfers, url,
                                      "shop@shop.example", "Laden für alles", 5000);
        world_run(*state, 1, send_two, &delivery);
        read_mails(&delivery, mails, sizeof(mails));
    }
    stop_server(&delivery);
    assert_true(started);
    assert_int_equal(delivery.taken, 2);
    assert_string_equal(
        mails,
        "<order-1-receipt@shop.example> | Zoë Ångström-Nowak <ada@example.com> | Your order "
        "1: Größe \"M\", 3 € — thank you, and here is a line that is far too long for one "
        "header line | 'Hällo,\\n.\\n.hidden\\nFrom here on = signs\\n  indented \\n\\nlast\\n'\n"
        "<order-2-receipt@shop.example> | bob@example.com | Hi  Bcc: eve@example.com | "
        "'2\\n'\n");
}

int test_mail_delivery(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mails_arrive_as_written, world_setup, world_teardown),
    };
    return cmocka_run_group_tests_name("mail_delivery", tests, NULL, NULL);
}
