/* The bare libmicrohttpd that /healthz is measured against: as many daemons of the library, each with its
 * own epoll thread and its own socket on the port (SO_REUSEPORT), as the shop has loops, and one static
 * answer with the same headers and body. What our server adds (a task, a router, ids, metrics) is the
 * difference between the two. Not the library's thread pool: its threads share one socket, the connections
 * fall to them unevenly, and the ratio would follow that luck.
 *
 *   hello PORT THREADS
 */
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS_MAX = 64 };

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **request)
{
    (void)context, (void)url, (void)method, (void)version, (void)upload, (void)upload_size;
    if (*request == NULL) {
        *request = connection;
        return MHD_YES;
    }
    static char body[] = "{\"status\":\"ok\"}";
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof(body) - 1, body, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json");
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "X-Request-Id", "0123456789abcdef");
    MHD_add_response_header(response, "Server-Instance", "hello");
    const enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int main(int count, char **words)
{
    const int threads = count == 3 ? atoi(words[2]) : 0;
    if (threads < 1 || threads > THREADS_MAX) {
        fprintf(stderr, "usage: hello PORT THREADS (at most %d)\n", THREADS_MAX);
        return 2;
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    struct MHD_Daemon *daemons[THREADS_MAX];
    for (int i = 0; i < threads; i++) {
        daemons[i] =
            MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)atoi(words[1]), NULL, NULL,
                             answer, NULL, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
        if (daemons[i] == NULL) {
            fprintf(stderr, "hello: cannot listen on port %s\n", words[1]);
            return 1;
        }
    }
    int received = 0;
    sigwait(&signals, &received);
    for (int i = 0; i < threads; i++)
        MHD_stop_daemon(daemons[i]);
    return 0;
}
