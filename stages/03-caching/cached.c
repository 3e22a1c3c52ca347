/* The head, 40 bytes, numbers little-endian: "SGC" and the version, the length of the body, the checksum, the three
 * facts. The checksum is over the key, the facts and the body.
 */
#include "stages/03-caching/cached.h"

#include "common/base/bytes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 40, AT_LENGTH = 4, AT_SUM = 8, AT_FACTS = 16 };

static const char mark[4] = {'S', 'G', 'C', 1};

static void put_int64(char *at, int64_t value)
{
    const uint64_t little = htole64((uint64_t)value);
    memcpy(at, &little, sizeof(little));
}

static int64_t get_int64(const char *at)
{
    uint64_t little;
    memcpy(&little, at, sizeof(little));
    return (int64_t)le64toh(little);
}

/* FNV-1a works byte by byte, which for a home page is the most expensive part of reading it; eight bytes at a time
   are mixed here, and the key's own hash is where it starts. */
static uint64_t checksum(const char *key, const char *bytes, size_t length)
{
    uint64_t sum = bytes_fnv1a(key, strlen(key));
    for (; length >= 8; bytes += 8, length -= 8) {
        sum = (sum ^ (uint64_t)get_int64(bytes)) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 29;
    }
    return (sum ^ bytes_fnv1a(bytes, length)) * 0x9e3779b97f4a7c15u;
}

static struct cached *allocate(size_t length)
{
    struct cached *cached = malloc(sizeof(*cached) + length);
    if (!cached) return NULL;
    *cached = (struct cached){.users = 1, .length = length, .body_length = length - HEAD};
    cached->body = cached->bytes + HEAD;
    return cached;
}

struct cached *cached_new(const char *key, const struct cached_facts *facts, const char *body,
                          size_t body_length)
{
    struct cached *cached = allocate(HEAD + body_length);
    if (!cached) return NULL;
    const uint32_t length = htole32((uint32_t)body_length);
    cached->facts = *facts;
    memcpy(cached->bytes, mark, sizeof(mark));
    memcpy(cached->bytes + AT_LENGTH, &length, sizeof(length));
    put_int64(cached->bytes + AT_FACTS, facts->as_of);
    put_int64(cached->bytes + AT_FACTS + 8, facts->expires_ms);
    put_int64(cached->bytes + AT_FACTS + 16, facts->cost_us);
    memcpy(cached->bytes + HEAD, body, body_length);
    put_int64(cached->bytes + AT_SUM,
              (int64_t)checksum(key, cached->bytes + AT_FACTS, cached->length - AT_FACTS));
    return cached;
}

struct cached *cached_from(const char *key, const char *bytes, size_t length)
{
    uint32_t body_length;
    if (length < HEAD || memcmp(bytes, mark, sizeof(mark)) != 0) return NULL;
    memcpy(&body_length, bytes + AT_LENGTH, sizeof(body_length));
    if (le32toh(body_length) != length - HEAD) return NULL;
    if ((uint64_t)get_int64(bytes + AT_SUM) != checksum(key, bytes + AT_FACTS, length - AT_FACTS))
        return NULL;
    struct cached *cached = allocate(length);
    if (!cached) return NULL;
    memcpy(cached->bytes, bytes, length);
    cached->facts = (struct cached_facts){
        .as_of = get_int64(bytes + AT_FACTS),
        .expires_ms = get_int64(bytes + AT_FACTS + 8),
        .cost_us = get_int64(bytes + AT_FACTS + 16),
    };
    return cached;
}

struct cached *cached_share(struct cached *cached)
{
    atomic_fetch_add_explicit(&cached->users, 1, memory_order_relaxed);
    return cached;
}

void cached_release(struct cached *cached)
{
    if (atomic_fetch_sub_explicit(&cached->users, 1, memory_order_acq_rel) == 1) free(cached);
}

static void release(void *cached)
{
    cached_release(cached);
}

void cached_lend(struct cached *cached, struct arena *arena)
{
    arena_on_release(arena, release, cached_share(cached));
}
