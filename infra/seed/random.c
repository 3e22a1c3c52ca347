/* See random.h. The power is n^u = 2^(u * log2 n): the whole part of the exponent shifts, each bit
 * of its fraction multiplies by a root of 2, and what is finer than the fraction is interpolated.
 */
#include "infra/seed/random.h"

#include <assert.h>

/* The generator adds one constant a step, so seeds must not be such steps apart: seed 2 would be
   seed 1 begun one step later. Hence seed and stream are scrambled by the generator itself. */
void random_init(struct random *random, uint64_t seed, uint64_t stream)
{
    random->state = seed;
    random->state = random_next(random) ^ stream;
    random->state = random_next(random);
}

uint64_t random_next(struct random *random)
{
    uint64_t z = (random->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t random_below(struct random *random, uint32_t bound)
{
    return (uint32_t)(((random_next(random) >> 32) * bound) >> 32);
}

int64_t random_between(struct random *random, int64_t low, int64_t high)
{
    assert(low <= high && high - low < UINT32_MAX);
    return low + random_below(random, (uint32_t)(high - low + 1));
}

bool random_per_mille(struct random *random, uint32_t count)
{
    return random_below(random, 1000) < count;
}

/* By repeated squaring of the mantissa. */
uint32_t random_log2(uint32_t value)
{
    const uint32_t whole = 31 - (uint32_t)__builtin_clz(value);
    uint64_t mantissa = ((uint64_t)value << 31) >> whole; /* 1.0 is 2^31 */
    uint32_t fraction = 0;
    for (int bit = 15; bit >= 0; bit--) {
        mantissa = (mantissa * mantissa) >> 31;
        if (mantissa >> 32) {
            fraction |= 1u << bit;
            mantissa >>= 1;
        }
    }
    return whole << 16 | fraction;
}

/* 2^exponent for an exponent with 16 fractional bits, as 48.16 fixed point. */
static uint64_t exp2_fixed(uint32_t exponent)
{
    static const uint32_t roots[16] = {/* 2^(1/2), 2^(1/4), … with 30 fractional bits */
                                       1518500250, 1276901417, 1170923762, 1121280436,
                                       1097253708, 1085434106, 1079572136, 1076653033,
                                       1075196443, 1074468888, 1074105294, 1073923544,
                                       1073832680, 1073787251, 1073764537, 1073753181};
    uint64_t value = 1u << 30;
    for (int k = 0; k < 16; k++)
        if (exponent >> (15 - k) & 1) value = (value * roots[k]) >> 30;
    const uint32_t whole = exponent >> 16;
    return whole >= 14 ? value << (whole - 14) : value >> (14 - whole);
}

uint32_t random_zipf(struct random *random, uint32_t count)
{
    assert(count > 0 && count <= 1u << 27);
    const uint64_t exact =
        (random_next(random) >> 32) * random_log2(count + 1); /* 48 fractional bits */
    const uint32_t exponent = (uint32_t)(exact >> 32);
    const uint64_t low = exp2_fixed(exponent), high = exp2_fixed(exponent + 1);
    const uint64_t power = low + ((high - low) * (exact & UINT32_MAX) >> 32);
    const uint64_t rank = (power >> 16) - 1;
    return rank < count ? (uint32_t)rank : count - 1;
}
