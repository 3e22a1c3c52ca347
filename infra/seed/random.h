/* Repeatable randomness: the same seed gives the same rows on every machine.
 *
 * splitmix64 (Steele, Lea, Flood 2014) is small, passes the usual tests and has no hidden state;
 * each kind of thing has a generator of its own, so that a change in one does not shift the others.
 * Only integers are used where rows depend on it, because floating point may differ between
 * machines in the last bit.
 */
#ifndef STAGECRAFT_SEED_RANDOM_H
#define STAGECRAFT_SEED_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

/* `stream` tells generators of one seed apart. */
void random_init(struct random *random, uint64_t seed, uint64_t stream);
uint64_t random_next(struct random *random);

/* 0 … bound - 1, without modulo bias worth speaking of (Lemire's multiplication). */
uint32_t random_below(struct random *random, uint32_t bound);

/* low … high, inclusive; at most 2^32 - 1 apart. */
int64_t random_between(struct random *random, int64_t low, int64_t high);

/* True `count` times in a thousand. */
bool random_per_mille(struct random *random, uint32_t count);

/* A Zipf-like rank 0 … count - 1: about half of all draws fall on the first sqrt(count) ranks,
   as with real shops' best sellers. It is (count + 1)^u - 1 with u even in [0, 1), which is
   Zipf's law with exponent 1 made continuous, in fixed point. `count` is 1 or more, at most
   2^27. */
uint32_t random_zipf(struct random *random, uint32_t count);

/* log2(value) with 16 fractional bits; `value` is not 0. */
uint32_t random_log2(uint32_t value);

#endif
