/* Heads that the library refuses by itself get our answer instead of its page. Private to the server. */
#ifndef STAGECRAFT_HTTP_REFUSAL_H
#define STAGECRAFT_HTTP_REFUSAL_H

#include <microhttpd.h>

/* MHD_queue_response() for answers of our own; under that name it is what refusal.c has made of it. */
enum MHD_Result refusal_pass(struct MHD_Connection *connection, unsigned status,
                             struct MHD_Response *reply);

#endif
