/* What travels with every port call: who asks, until when, with which memory, and what went wrong.
 *
 * One struct call is made per request (or per background job) and passed down by pointer; it is the
 * first argument after the port of every operation. It carries no business data. When an operation
 * answers anything but STATUS_OK it has described the failure here exactly once, where it happened:
 *
 *   return call_fail(call, STATUS_NOT_FOUND, "there is no product %" PRId64, id);
 */
#ifndef STAGECRAFT_BASE_CALL_H
#define STAGECRAFT_BASE_CALL_H

#include "common/base/arena.h"
#include "common/base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum role { ROLE_NOBODY = 0, ROLE_CUSTOMER, ROLE_ADMIN };

/* One wrong field of a request: where (JSON pointer style "lines[0].day", or a query name) and why. */
struct call_field {
    const char *field;
    const char *message;
    struct call_field *next;
};

struct call_failure {
    enum status status;
    const char *message;       /* one sentence, lower case, no full stop; lives in the arena */
    const char *constraint;    /* database constraint that was violated, or NULL */
    struct call_field *fields; /* in the order found; at most CALL_FIELDS_MAX */
    int field_count;
};

enum { CALL_FIELDS_MAX = 20, CALL_ID_MAX = 64, CALL_TRACEPARENT_MAX = 56 };

struct call {
    struct arena *arena;                    /* lives as long as the call; borrowed */
    int64_t deadline_ms;                    /* monotonic clock (clock.h): nothing waits beyond it */
    char request_id[CALL_ID_MAX + 1];       /* from X-Request-Id when sane, else made */
    char traceparent[CALL_TRACEPARENT_MAX]; /* W3C trace context as received, or "" */
    int64_t user_id;                        /* 0: nobody */
    enum role role;
    const char *token_hash;      /* hex hash of the bearer token, or NULL; never the token */
    struct call_failure failure; /* valid when an operation did not answer STATUS_OK */
};

/* Starts a call for a background job: fresh id, no user, deadline `timeout_ms` from now. */
void call_init(struct call *call, struct arena *arena, int64_t timeout_ms);

/* Records the failure and returns `status`, so that it can be the operand of return. The message is
   for the client: no secrets, no internals. Keeps fields recorded before. */
enum status call_fail(struct call *call, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Records one wrong field; further ones may follow. `field` and the message are copied. */
void call_fail_field(struct call *call, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* STATUS_OK when no field is wrong, else STATUS_UNPROCESSABLE with a summary as message. */
enum status call_check_fields(struct call *call);

/* Forgets a failure that the caller has dealt with (a retry, a fallback). */
void call_forgive(struct call *call);

/* Milliseconds until the deadline, never negative. */
int64_t call_remaining_ms(const struct call *call);

#endif
