/* Outgoing transfers on the loop: libcurl's multi interface, and nothing else knows libcurl.
 *
 * http_client.h and mail_smtp.h build on this. Connections are kept and reused; names are resolved by
 * curl's own resolver thread; every transfer has a timeout from the call's deadline.
 */
#ifndef STAGECRAFT_OUTGOING_TRANSFER_H
#define STAGECRAFT_OUTGOING_TRANSFER_H

#include "common/base/call.h"
#include "common/runtime/loop.h"

struct transfers;

struct transfers_options {
    int connections_max; /* to one host; further transfers wait inside curl, within their deadline */
    int waiting_max;     /* transfers under way; more: STATUS_UNAVAILABLE at once */
};

enum status transfers_open(struct loop *loop, const struct transfers_options *options,
                           struct transfers **out);
void transfers_close(struct transfers *transfers);

#endif
