/* Hashing coordinates (a few rounds of multiply and shift), interpolated with 3t² - 2t³ so that
 * the curve has no corners. The sine is Bhaskara's approximation, good to 0.2 %.
 */
#include "infra/seed/pictures/noise.h"

uint32_t noise_bits(uint32_t seed, int x, int y)
{
    uint32_t z = seed * 0x9E3779B1u + (uint32_t)x * 0x85EBCA77u + (uint32_t)y * 0xC2B2AE3Du;
    z = (z ^ (z >> 15)) * 0x2C1B3C6Du;
    z = (z ^ (z >> 12)) * 0x297A2D39u;
    return z ^ (z >> 15);
}

int noise_between(uint32_t seed, int x, int y, int low, int high)
{
    return low + (int)(((uint64_t)noise_bits(seed, x, y) * (uint32_t)(high - low + 1)) >> 32);
}

static int floor_div(int a, int b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/* 3t² - 2t³ of 0 … 4095, again 0 … 4095. */
static int ease(int t)
{
    return (int)((int64_t)t * t * (3 * 4096 - 2 * t) >> 24);
}

int noise_line(uint32_t seed, int x, int step)
{
    const int cell = floor_div(x, step);
    const int t = ease((x - cell * step) * 4096 / step);
    const int a = (int)(noise_bits(seed, cell, 0) >> 16);
    const int b = (int)(noise_bits(seed, cell + 1, 0) >> 16);
    return a + ((b - a) * t >> 12);
}

int noise_ridge(uint32_t seed, int x, int step, int octaves)
{
    int64_t sum = 0, whole = 0;
    for (int i = 0; i < octaves && step > 1; i++, step /= 2) {
        sum += (int64_t)noise_line(seed + (uint32_t)i, x, step) << (octaves - i);
        whole += (int64_t)1 << (octaves - i);
    }
    return (int)(sum / whole);
}

static int field(uint32_t seed, int x, int y, int step)
{
    const int column = floor_div(x, step), row = floor_div(y, step);
    const int tx = ease((x - column * step) * 4096 / step);
    const int ty = ease((y - row * step) * 4096 / step);
    const int a = (int)(noise_bits(seed, column, row) >> 16);
    const int b = (int)(noise_bits(seed, column + 1, row) >> 16);
    const int c = (int)(noise_bits(seed, column, row + 1) >> 16);
    const int d = (int)(noise_bits(seed, column + 1, row + 1) >> 16);
    const int top = a + ((b - a) * tx >> 12), bottom = c + ((d - c) * tx >> 12);
    return top + ((bottom - top) * ty >> 12);
}

int noise_field(uint32_t seed, int x, int y, int step, int octaves)
{
    int64_t sum = 0, whole = 0;
    for (int i = 0; i < octaves && step > 1; i++, step /= 2) {
        sum += (int64_t)field(seed + (uint32_t)i, x, y, step) << (octaves - i);
        whole += (int64_t)1 << (octaves - i);
    }
    return (int)(sum / whole);
}

int noise_sine(int angle)
{
    const int64_t half = angle & 32767, p = half * (32768 - half);
    const int sine = (int)((4 * p << 14) / (((int64_t)5 << 28) - p));
    return angle & 32768 ? -sine : sine;
}
