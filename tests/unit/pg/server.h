/* A private PostgreSQL for the tests of common/pg, which they may stop, freeze and kill.
 *
 * Runs on a free port of 127.0.0.1 from SERVER_PORT_FIRST on, with its data in a temporary directory; as
 * user postgres when the tests run as root. It ends with the test program, however that ends.
 */
#ifndef STAGECRAFT_TESTS_PG_SERVER_H
#define STAGECRAFT_TESTS_PG_SERVER_H

#include <stdbool.h>

enum { SERVER_PORT_FIRST = 24100, SERVER_PORT_LAST = 24199 };

#define SERVER_PASSWORD "pass-that-nobody-logs"

struct server;

/* NULL, with a sentence on standard error, when PostgreSQL cannot be started. */
struct server *server_open(void);
void server_close(struct server *server);

/* The url of one of its databases; valid until the next call. */
const char *server_url(struct server *server, const char *database);
int server_port(const struct server *server);

/* Runs statements in database "test"; false, with the message on standard error, when one fails. */
bool server_sql(struct server *server, const char *sql);

/* The number that a query answers with; -1 when it fails. */
long server_number(struct server *server, const char *sql);

void server_kill(struct server *server);  /* SIGKILL to every process of it */
bool server_start(struct server *server); /* again; waits until it accepts connections */
void server_freeze(struct server *server);
void server_thaw(struct server *server);

#endif
