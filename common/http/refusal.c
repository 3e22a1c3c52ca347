/* A head that is no HTTP, or does not fit the connection's memory, never gets to our callbacks: the
 * library answers it with a small page of its own and has no setting for another. But it queues that
 * page as anybody would, by calling MHD_queue_response(), and the dynamic linker prefers a program's
 * function to a library's of the same name. So the call arrives here: the client is told in the words
 * of the API, past the library (farewell.h), and the library is told that the answer cannot be
 * queued, upon which it closes the connection. Linked statically, all would work but this; a test
 * would notice.
 */
#include "common/http/refusal.h"

#include "common/http/server_internal.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

typedef enum MHD_Result queue_function(struct MHD_Connection *, unsigned, struct MHD_Response *);

static queue_function *library_queue;

static void find_library(void)
{
    library_queue = (queue_function *)dlsym(RTLD_NEXT, "MHD_queue_response");
    if (!library_queue) abort(); /* the library that called us cannot be missing */
}

enum MHD_Result refusal_pass(struct MHD_Connection *connection, unsigned status,
                             struct MHD_Response *reply)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_library);
    return library_queue(connection, status, reply);
}

static enum status translate(unsigned status, const char **message)
{
    switch (status) {
    case MHD_HTTP_CONTENT_TOO_LARGE:
        *message = "the body is larger than this operation allows";
        return STATUS_TOO_LARGE;
    case MHD_HTTP_URI_TOO_LONG:
        *message = "the address in the request line is too long";
        return STATUS_ADDRESS_LONG;
    case MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE:
        *message = "request line and headers are too long together";
        return STATUS_HEADERS_LARGE;
    case MHD_HTTP_HTTP_VERSION_NOT_SUPPORTED:
        *message = "HTTP/1.1 and HTTP/1.0 are understood here";
        return STATUS_VERSION;
    default:
        *message = "there is no room for this request right now";
        if (status >= 500) return STATUS_UNAVAILABLE;
        *message = "this is not a valid HTTP request";
        return STATUS_MALFORMED;
    }
}

enum MHD_Result MHD_queue_response(struct MHD_Connection *connection, unsigned status,
                                   struct MHD_Response *page)
{
    struct client *client = server_client(connection);
    const char *message = NULL;
    (void)page;                                           /* stays the library's */
    if (client->phase == CLIENT_ANSWERING) return MHD_NO; /* no answer within an answer */
    const enum status refusal = translate(status, &message);
    reply_farewell(client->server, client, refusal, message);
    return MHD_NO;
}
