/* Loops over rows. Two channels are mixed in one multiplication: red and blue lie 16 bits apart, so
 * they cannot disturb each other.
 */
#include "infra/seed/pictures/canvas.h"

#include "infra/seed/pictures/noise.h"

uint32_t color_mix(uint32_t a, uint32_t b, int part)
{
    const uint32_t q = (uint32_t)part, p = ALL - q;
    const uint32_t red_blue = ((a & 0xFF00FF) * p + (b & 0xFF00FF) * q) >> 8 & 0xFF00FF;
    const uint32_t green = ((a & 0x00FF00) * p + (b & 0x00FF00) * q) >> 8 & 0x00FF00;
    return red_blue | green;
}

uint32_t color_shade(uint32_t color, int light)
{
    if (light <= ALL) return color_mix(0, color, light < 0 ? 0 : light);
    return color_mix(color, 0xFFFFFF, light - ALL > ALL ? ALL : light - ALL);
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

void canvas_blend(struct canvas *canvas, int x, int y, uint32_t color, int part)
{
    if (x < 0 || y < 0 || x >= CANVAS_WIDTH || y >= CANVAS_HEIGHT) return;
    uint32_t *pixel = &canvas->pixels[y * CANVAS_WIDTH + x];
    *pixel = color_mix(*pixel, color, part);
}

/* A channel between two colours with 8 fractional bits. */
static int channel_between(uint32_t a, uint32_t b, int shift, int t)
{
    const int from = (int)(a >> shift & 255), to = (int)(b >> shift & 255);
    return (from << 8) + (to - from) * t / 16;
}

void canvas_gradient(struct canvas *canvas, int top, int bottom, const uint32_t *colors, int count)
{
    for (int y = clamp(top, 0, CANVAS_HEIGHT); y < bottom && y < CANVAS_HEIGHT; y++) {
        const int64_t at = (int64_t)(y - top) * (count - 1) * 4096 / (bottom - top);
        const int stop = (int)(at >> 12), t = (int)(at & 4095);
        const uint32_t a = colors[stop], b = colors[stop + 1];
        const int red = channel_between(a, b, 16, t), green = channel_between(a, b, 8, t);
        const int blue = channel_between(a, b, 0, t);
        uint32_t *row = &canvas->pixels[y * CANVAS_WIDTH];
        for (int x = 0; x < CANVAS_WIDTH; x++) {
            const int dither = (int)(noise_bits(1, x, y) >> (32 - 8));
            row[x] = (uint32_t)clamp((red + dither) >> 8, 0, 255) << 16 |
                     (uint32_t)clamp((green + dither) >> 8, 0, 255) << 8 |
                     (uint32_t)clamp((blue + dither) >> 8, 0, 255);
        }
    }
}

void canvas_veil(struct canvas *canvas, int top, int bottom, uint32_t color, int part_top,
                 int part_bottom)
{
    for (int y = clamp(top, 0, CANVAS_HEIGHT); y < bottom && y < CANVAS_HEIGHT; y++) {
        const int part =
            (part_top << 8) + (part_bottom - part_top) * 256 * (y - top) / (bottom - top);
        uint32_t *row = &canvas->pixels[y * CANVAS_WIDTH];
        for (int x = 0; x < CANVAS_WIDTH; x++)
            row[x] = color_mix(row[x], color, (part + (int)(noise_bits(2, x, y) >> 24)) >> 8);
    }
}

/* (1 - d²)² for d² in 4096ths: 0 … 4096. */
static int falloff(int square)
{
    return (4096 - square) * (4096 - square) >> 12;
}

static uint32_t add_light(uint32_t pixel, uint32_t color, int part)
{
    const int red = (int)(pixel >> 16) + ((int)(color >> 16) * part >> 8);
    const int green = (int)(pixel >> 8 & 255) + ((int)(color >> 8 & 255) * part >> 8);
    const int blue = (int)(pixel & 255) + ((int)(color & 255) * part >> 8);
    return (uint32_t)clamp(red, 0, 255) << 16 | (uint32_t)clamp(green, 0, 255) << 8 |
           (uint32_t)clamp(blue, 0, 255);
}

static void soft_ellipse(struct canvas *canvas, int x, int y, int half_width, int half_height,
                         uint32_t color, int part, uint32_t (*apply)(uint32_t, uint32_t, int))
{
    const int left = clamp(x - half_width, 0, CANVAS_WIDTH),
              top = clamp(y - half_height, 0, CANVAS_HEIGHT);
    const int right = clamp(x + half_width, 0, CANVAS_WIDTH),
              bottom = clamp(y + half_height, 0, CANVAS_HEIGHT);
    for (int row = top; row < bottom; row++) {
        const int dy = (row - y) * 4096 / half_height, square_y = dy * dy >> 12;
        for (int column = left; column < right; column++) {
            const int dx = (column - x) * 4096 / half_width;
            const int square = square_y + (dx * dx >> 12);
            if (square >= 4096) continue;
            const int here = falloff(square) * part + (int)(noise_bits(3, column, row) >> 20);
            uint32_t *pixel = &canvas->pixels[row * CANVAS_WIDTH + column];
            *pixel = apply(*pixel, color, here >> 12 > ALL ? ALL : here >> 12);
        }
    }
}

void canvas_spot(struct canvas *canvas, int x, int y, int half_width, int half_height,
                 uint32_t color, int part)
{
    soft_ellipse(canvas, x, y, half_width, half_height, color, part, color_mix);
}

void canvas_glow(struct canvas *canvas, int x, int y, int radius, uint32_t color, int part)
{
    soft_ellipse(canvas, x, y, radius, radius, color, part, add_light);
}

void canvas_mirror(struct canvas *canvas, int shore, uint32_t tint, int part, uint32_t seed)
{
    for (int y = shore; y < CANVAS_HEIGHT; y++) {
        const int depth = y - shore, wave = 6 + depth / 10;
        const int shift =
            (noise_line(seed, y * 3, 4 + depth / 12) - 32768) * (2 + depth / 24) >> 15;
        int from =
            shore - 1 - depth + ((noise_line(seed + 1, y, wave) - 32768) * (1 + depth / 30) >> 15);
        if (from < 0) from = -from;
        if (from >= shore) from = shore - 1;
        const uint32_t *above = &canvas->pixels[from * CANVAS_WIDTH];
        uint32_t *row = &canvas->pixels[y * CANVAS_WIDTH];
        const int mixed = clamp(part + depth * 60 / (CANVAS_HEIGHT - shore), 0, ALL);
        for (int x = 0; x < CANVAS_WIDTH; x++)
            row[x] = color_mix(above[clamp(x + shift, 0, CANVAS_WIDTH - 1)], tint, mixed);
    }
}

void canvas_finish(struct canvas *canvas, uint32_t seed)
{
    for (int y = 0; y < CANVAS_HEIGHT; y++) {
        const int dy = (y - CANVAS_HEIGHT / 2) * 256 / (CANVAS_HEIGHT / 2);
        uint32_t *row = &canvas->pixels[y * CANVAS_WIDTH];
        for (int x = 0; x < CANVAS_WIDTH; x++) {
            const int dx = (x - CANVAS_WIDTH / 2) * 256 / (CANVAS_WIDTH / 2);
            const int square = (dx * dx + dy * dy) >> 9; /* 0 … 256 */
            const int light = ALL - (square * square >> 8) * 46 / 256;
            const int grain = (int)(noise_bits(seed, x >> 1, y >> 1) >> 29) - 3;
            const uint32_t pixel = color_mix(0, row[x], light);
            row[x] = (uint32_t)clamp((int)(pixel >> 16) + grain, 0, 255) << 16 |
                     (uint32_t)clamp((int)(pixel >> 8 & 255) + grain, 0, 255) << 8 |
                     (uint32_t)clamp((int)(pixel & 255) + grain, 0, 255);
        }
    }
}
