/* Our names for libsodium's functions, and the two things it does not have: a UTF-8 check and a
 * hash for tables. Tokens come from the kernel's generator one by one; request ids are not secret,
 * so their random bytes are fetched in batches and cost no system call of their own.
 */
#include "common/base/bytes.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(BYTES_SHA256 == crypto_hash_sha256_BYTES, "SHA-256 has 32 bytes");

enum { TOKEN_BYTES = 32, RANDOM_BATCH = 4096 };

void bytes_open(void)
{
    if (sodium_init() < 0) {
        fputs("bytes: the system has no source of randomness\n", stderr);
        abort();
    }
}

void bytes_to_hex(const void *bytes, size_t length, char *out)
{
    sodium_bin2hex(out, 2 * length + 1, bytes, length);
}

char *bytes_to_base64url(struct arena *arena, const void *bytes, size_t length)
{
    size_t room = sodium_base64_ENCODED_LEN(length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(arena, room);
    return sodium_bin2base64(text, room, bytes, length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

char *bytes_from_base64url(struct arena *arena, const char *text, size_t *out_length)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    /* libsodium refuses left-over bits that are not zero: no two texts decode to the same bytes.
       But it takes some bytes above 0x7F for characters of the alphabet, so those are looked for
       here. */
    size_t length = strlen(text);
    if (strspn(text, alphabet) != length) return NULL;
    size_t room = length / 4 * 3 + 2;
    char *bytes = arena_alloc(arena, room + 1); /* a NUL behind, for those who know it is text */
    if (sodium_base642bin((unsigned char *)bytes, room, text, length, NULL, out_length, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return NULL;
    return bytes;
}

void bytes_sha256_hex(const void *bytes, size_t length, char out[BYTES_SHA256_HEX])
{
    unsigned char hash[BYTES_SHA256];
    crypto_hash_sha256(hash, bytes, length);
    bytes_to_hex(hash, sizeof(hash), out);
}

void bytes_hmac_sha256_hex(const char *key, const void *bytes, size_t length,
                           char out[BYTES_SHA256_HEX])
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, strlen(key));
    crypto_auth_hmacsha256_update(&state, bytes, length);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(&state, sizeof(state)); /* the key can be derived from it */
    bytes_to_hex(mac, sizeof(mac), out);
}

/* The next random byte of this thread's batch. */
static unsigned char random_byte(void)
{
    static _Thread_local struct {
        unsigned char bytes[RANDOM_BATCH];
        size_t left;
    } batch;
    if (batch.left == 0) {
        randombytes_buf(batch.bytes, sizeof(batch.bytes));
        batch.left = sizeof(batch.bytes);
    }
    return batch.bytes[--batch.left];
}

void bytes_random_hex(char *out, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char byte = 0;
    for (size_t i = 0; i < length; i++) {
        byte = i % 2 == 0 ? random_byte() : byte >> 4;
        out[i] = digits[byte & 15];
    }
    out[length] = '\0';
}

char *bytes_random_token(struct arena *arena)
{
    unsigned char secret[TOKEN_BYTES];
    randombytes_buf(secret, sizeof(secret));
    char *token = bytes_to_base64url(arena, secret, sizeof(secret));
    sodium_memzero(secret, sizeof(secret));
    return token;
}

bool bytes_equal_secret(const char *a, const char *b)
{
    size_t length = strlen(a);
    return length == strlen(b) && sodium_memcmp(a, b, length) == 0;
}

uint64_t bytes_fnv1a(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash;
}

/* Bytes of the valid sequence at the start of `at`, 0 when it is not one. The second byte carries
   all special cases: its range excludes overlong forms (E0, F0), surrogates (ED) and what lies
   beyond U+10FFFF (F4). */
static size_t utf8_sequence(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0];
    size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 1) return 1;
    if (lead < 0xC2 || lead > 0xF4 || left < length) return 0;
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if ((at[i] & 0xC0) != 0x80) return 0;
    return length;
}

bool bytes_is_utf8(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    while (length > 0) {
        uint64_t eight;
        if (length >= sizeof(eight)) { /* most text is ASCII: eight bytes at a time */
            memcpy(&eight, at, sizeof(eight));
            if ((eight & 0x8080808080808080u) == 0) {
                at += sizeof(eight);
                length -= sizeof(eight);
                continue;
            }
        }
        size_t sequence = utf8_sequence(at, length);
        if (sequence == 0) return false;
        at += sequence;
        length -= sequence;
    }
    return true;
}
