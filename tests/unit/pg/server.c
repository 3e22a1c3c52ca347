/* initdb and postgres as child processes. PostgreSQL gives each of its processes a session of its own, so
 * a process group does not reach them all; they are found by their parent in /proc.
 */
#include "tests/unit/pg/server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH_SIZE = 200, CHILDREN_MAX = 200, WORDS_MAX = 40, URL_SIZE = 200 };

struct server {
    char directory[PATH_SIZE]; /* holds data/, log and password */
    int port;
    pid_t pid;                 /* 0: not running */
    const struct passwd *user; /* to run as; NULL: as we are */
    char url[URL_SIZE];
};

static void programs_directory(char out[PATH_SIZE])
{
    snprintf(out, PATH_SIZE, "/usr/lib/postgresql/15/bin");
    FILE *answer = popen("pg_config --bindir 2>/dev/null", "r");
    if (!answer) return;
    char line[PATH_SIZE];
    if (fgets(line, sizeof(line), answer)) {
        line[strcspn(line, "\n")] = '\0';
        char probe[PATH_SIZE + 10];
        snprintf(probe, sizeof(probe), "%s/initdb", line);
        if (access(probe, X_OK) == 0) snprintf(out, PATH_SIZE, "%s", line);
    }
    pclose(answer);
}

static pid_t spawn(const struct server *server, const char *program, const char *const *arguments)
{
    char directory[PATH_SIZE], path[PATH_SIZE + 50], log[PATH_SIZE + 50];
    programs_directory(directory);
    snprintf(path, sizeof(path), "%s/%s", directory, program);
    snprintf(log, sizeof(log), "%s/log", server->directory);
    pid_t pid = fork();
    if (pid != 0) return pid;
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd >= 0) {
        dup2(fd, 1);
        dup2(fd, 2);
    }
    const struct passwd *user = server->user;
    if (user && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(1);
    prctl(PR_SET_PDEATHSIG, SIGQUIT); /* an immediate shutdown when the tests are gone */
    if (chdir(server->directory) != 0) _exit(1);
    const char *words[WORDS_MAX] = {path}; /* initdb looks for postgres beside its own argv[0] */
    for (int i = 1; i < WORDS_MAX - 1 && arguments[i]; i++)
        words[i] = arguments[i];
    execv(path, (char *const *)words);
    _exit(127);
}

static bool port_is_free(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    bool is_free = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return is_free;
}

static bool init_data(struct server *server)
{
    char password[PATH_SIZE + 50];
    snprintf(password, sizeof(password), "%s/password", server->directory);
    FILE *file = fopen(password, "w");
    if (!file) return false;
    fprintf(file, "%s\n", SERVER_PASSWORD);
    fclose(file);
    const char *const arguments[] = {
        "initdb",   "-D",      "data", "-U",       "shop",     "-A", "scram-sha-256", "-E", "UTF8",
        "--locale", "C.UTF-8", "-N",   "--pwfile", "password", NULL};
    int result;
    pid_t pid = spawn(server, "initdb", arguments);
    return pid > 0 && waitpid(pid, &result, 0) == pid && result == 0;
}

static void ignore_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

static void write_url(const struct server *server, const char *database, char url[URL_SIZE])
{
    snprintf(url, URL_SIZE, "postgres://shop:%s@127.0.0.1:%d/%s", SERVER_PASSWORD, server->port,
             database);
}

static PGconn *connect_to(struct server *server, const char *database)
{
    char url[URL_SIZE]; /* its own: threads of a test connect too */
    write_url(server, database, url);
    PGconn *connection = PQconnectdb(url);
    PQsetNoticeReceiver(connection, ignore_notice, NULL);
    return connection;
}

bool server_start(struct server *server)
{
    char port[20];
    snprintf(port, sizeof(port), "port=%d", server->port);
    const char *const arguments[] = {"postgres",
                                     "-D",
                                     "data",
                                     "-c",
                                     port,
                                     "-c",
                                     "listen_addresses=127.0.0.1",
                                     "-c",
                                     "unix_socket_directories=",
                                     "-c",
                                     "fsync=off",
                                     "-c",
                                     "shared_buffers=16MB",
                                     "-c",
                                     "max_connections=60",
                                     "-c",
                                     "deadlock_timeout=50ms",
                                     "-c",
                                     "log_statement=none",
                                     "-c",
                                     "autovacuum=off",
                                     NULL};
    server->pid = spawn(server, "postgres", arguments);
    for (int tries = 0; tries < 1000; tries++) {
        PGconn *connection = connect_to(server, "postgres");
        bool up = PQstatus(connection) == CONNECTION_OK;
        PQfinish(connection);
        if (up) return true;
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    fprintf(stderr, "pg tests: PostgreSQL does not start; see %s/log\n", server->directory);
    return false;
}

struct server *server_open(void)
{
    struct server *server = calloc(1, sizeof(*server));
    if (!server) return NULL;
    const char *base = getenv("TMPDIR");
    snprintf(server->directory, PATH_SIZE, "%.100s/shop-pg-%d-%ld", base ? base : "/tmp",
             (int)getpid(), (long)time(NULL));
    if (mkdir(server->directory, 0700) != 0) {
        fprintf(stderr, "pg tests: %s: %s\n", server->directory, strerror(errno));
        free(server);
        return NULL;
    }
    if (geteuid() == 0) server->user = getpwnam("postgres");
    if (server->user && chown(server->directory, server->user->pw_uid, server->user->pw_gid) != 0)
        fprintf(stderr, "pg tests: chown: %s\n", strerror(errno));
    server->port = SERVER_PORT_FIRST + getpid() % 50;
    while (!port_is_free(server->port) && server->port < SERVER_PORT_LAST)
        server->port++;
    bool ok = init_data(server) && server_start(server);
    if (ok) {
        PGconn *connection = connect_to(server, "postgres");
        PQclear(PQexec(connection, "CREATE DATABASE test"));
        PQfinish(connection);
        return server;
    }
    fprintf(stderr, "pg tests: cannot start PostgreSQL in %s\n", server->directory);
    return NULL;
}

/* The server's processes, itself last. */
static int processes(const struct server *server, pid_t out[CHILDREN_MAX])
{
    int count = 0;
    DIR *directory = opendir("/proc");
    const struct dirent *entry;
    while (directory && (entry = readdir(directory)) && count < CHILDREN_MAX - 1) {
        char path[300], line[300] = "";
        snprintf(path, sizeof(path), "/proc/%.20s/stat", entry->d_name);
        FILE *file = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
        if (!file) continue;
        size_t length = fread(line, 1, sizeof(line) - 1, file);
        fclose(file);
        line[length] = '\0';
        const char *behind_name = strrchr(line, ')');
        long parent = behind_name ? strtol(behind_name + 4, NULL, 10) : 0;
        if (parent == server->pid) out[count++] = (pid_t)strtol(entry->d_name, NULL, 10);
    }
    if (directory) closedir(directory);
    out[count++] = server->pid;
    return count;
}

static void signal_all(const struct server *server, int number)
{
    pid_t pids[CHILDREN_MAX];
    for (int i = 0, count = processes(server, pids); i < count; i++)
        kill(pids[i], number);
}

void server_freeze(struct server *server)
{
    kill(server->pid, SIGSTOP); /* first, so that it starts nobody new */
    signal_all(server, SIGSTOP);
}

void server_thaw(struct server *server)
{
    signal_all(server, SIGCONT);
}

void server_kill(struct server *server)
{
    if (server->pid == 0) return;
    kill(server->pid, SIGSTOP);
    signal_all(server, SIGKILL);
    waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

void server_close(struct server *server)
{
    server_kill(server);
    char command[PATH_SIZE + 50];
    snprintf(command, sizeof(command), "rm -rf '%s'", server->directory);
    if (system(command) != 0) fprintf(stderr, "pg tests: cannot remove %s\n", server->directory);
    free(server);
}

const char *server_url(struct server *server, const char *database)
{
    write_url(server, database, server->url);
    return server->url;
}

int server_port(const struct server *server)
{
    return server->port;
}

bool server_sql(struct server *server, const char *sql)
{
    PGconn *connection = connect_to(server, "test");
    PGresult *result = PQexec(connection, sql);
    ExecStatusType kind = PQresultStatus(result);
    bool ok = kind == PGRES_COMMAND_OK || kind == PGRES_TUPLES_OK;
    if (!ok) fprintf(stderr, "pg tests: %s", PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return ok;
}

long server_number(struct server *server, const char *sql)
{
    PGconn *connection = connect_to(server, "test");
    PGresult *result = PQexec(connection, sql);
    long number = -1;
    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        number = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    else
        fprintf(stderr, "pg tests: %s", PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return number;
}
