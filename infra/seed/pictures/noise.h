/* Randomness that belongs to a place: the same seed and coordinates give the same value, so a shape
 * needs no memory of what was drawn before it. Sums of it at several scales look like ridges,
 * clouds and grain.
 */
#ifndef STAGECRAFT_SEED_NOISE_H
#define STAGECRAFT_SEED_NOISE_H

#include <stdint.h>

/* Bits that look random. */
uint32_t noise_bits(uint32_t seed, int x, int y);

/* `low` … `high`, inclusive. */
int noise_between(uint32_t seed, int x, int y, int low, int high);

/* A smooth curve through random points `step` apart: 0 … 65535. */
int noise_line(uint32_t seed, int x, int step);

/* The sum of `octaves` such curves, each half as wide and half as high: 0 … 65535. */
int noise_ridge(uint32_t seed, int x, int step, int octaves);

/* The same in two directions. */
int noise_field(uint32_t seed, int x, int y, int step, int octaves);

/* Sine of an angle in 65536ths of a turn, -16384 … 16384. */
int noise_sine(int angle);

#endif
