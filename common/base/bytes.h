/* Bytes to text and back, hashes, and random identifiers. Everything here is libsodium with our names.
 */
#ifndef STAGECRAFT_BASE_BYTES_H
#define STAGECRAFT_BASE_BYTES_H

#include "common/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BYTES_SHA256 = 32, BYTES_SHA256_HEX = 65 };

/* Must run once before anything else here. Aborts when the system has no randomness. */
void bytes_open(void);

/* Lower-case hex; `out` holds 2 * length + 1. */
void bytes_to_hex(const void *bytes, size_t length, char *out);

/* URL-safe base64 without padding. Decoding answers NULL for anything that is not exactly that. */
char *bytes_to_base64url(struct arena *arena, const void *bytes, size_t length);
char *bytes_from_base64url(struct arena *arena, const char *text, size_t *out_length);

void bytes_sha256_hex(const void *bytes, size_t length, char out[BYTES_SHA256_HEX]);
void bytes_hmac_sha256_hex(const char *key, const void *bytes, size_t length,
                           char out[BYTES_SHA256_HEX]);

/* `length` random hex characters and a NUL: request ids (not secret). */
void bytes_random_hex(char *out, size_t length);

/* 32 random bytes as base64url: bearer tokens. */
char *bytes_random_token(struct arena *arena);

/* Compares in constant time; false when the lengths differ. */
bool bytes_equal_secret(const char *a, const char *b);

/* FNV-1a, 64 bits: ETags and hash tables, not security. */
uint64_t bytes_fnv1a(const void *bytes, size_t length);

/* True when the text is valid UTF-8 (no overlong forms, no surrogates). */
bool bytes_is_utf8(const void *bytes, size_t length);

#endif
