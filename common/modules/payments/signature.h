/* The signature on every request to the payment provider, made here and checked by the sandbox.
 *
 * hex(hmac-sha256(key, timestamp "\n" METHOD "\n" path "\n" body)) in X-Signature, the timestamp (Unix
 * seconds) in X-Timestamp. The timestamp bounds how long a captured request can be replayed.
 */
#ifndef STAGECRAFT_PAYMENTS_SIGNATURE_H
#define STAGECRAFT_PAYMENTS_SIGNATURE_H

#include "common/base/bytes.h"

enum { SIGNATURE_AGE_MAX_SECONDS = 300 };

/* `path` is what stands behind the host, with the query if there is one. */
void signature_make(struct arena *arena, const char *key, int64_t timestamp_seconds,
                    const char *method, const char *path, const char *body, size_t body_length,
                    char out[BYTES_SHA256_HEX]);

/* True when `given` is the signature of the rest and the timestamp is neither old nor from the future. */
bool signature_holds(struct arena *arena, const char *key, const char *timestamp, const char *given,
                     const char *method, const char *path, const char *body, size_t body_length,
                     int64_t now_seconds);

#endif
