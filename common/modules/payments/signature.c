/* Both sides build the same text; the comparison takes the same time wherever the first wrong byte is.
 */
#include "common/modules/payments/signature.h"

#include "common/base/strbuf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNED_TEXT_MAX = 2 << 20, TIMESTAMP_DIGITS_MAX = 12 };

void signature_make(struct arena *arena, const char *key, int64_t timestamp_seconds,
                    const char *method, const char *path, const char *body, size_t body_length,
                    char out[BYTES_SHA256_HEX])
{
    struct strbuf text;
    strbuf_init(&text, arena, SIGNED_TEXT_MAX);
    strbuf_add_int64(&text, timestamp_seconds);
    strbuf_add_char(&text, '\n');
    strbuf_add_text(&text, method);
    strbuf_add_char(&text, '\n');
    strbuf_add_text(&text, path);
    strbuf_add_char(&text, '\n');
    strbuf_add(&text, body, body_length);
    bytes_hmac_sha256_hex(key, text.text, text.length, out);
}

bool signature_holds(struct arena *arena, const char *key, const char *timestamp, const char *given,
                     const char *method, const char *path, const char *body, size_t body_length,
                     int64_t now_seconds)
{
    if (timestamp == NULL || given == NULL) return false;
    const size_t digits = strlen(timestamp);
    if (digits == 0 || digits > TIMESTAMP_DIGITS_MAX || strspn(timestamp, "0123456789") != digits)
        return false;
    const int64_t seconds = strtoll(timestamp, NULL, 10);
    if (llabs(now_seconds - seconds) > SIGNATURE_AGE_MAX_SECONDS) return false;
    char expected[BYTES_SHA256_HEX];
    signature_make(arena, key, seconds, method, path, body, body_length, expected);
    return bytes_equal_secret(expected, given);
}
