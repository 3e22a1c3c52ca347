/* Clouds are noise stretched sideways, thin at their edges. A mountain's faces come from its own
 * line: going down from a point one looks up the slope sideways, so every bend of the line leaves
 * an edge that runs down the mountain.
 */
#include "infra/seed/pictures/land.h"

#include "infra/seed/pictures/noise.h"

enum { CLOUD_CELL = 4, SLOPE_REACH = 6 };

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void clouds_in(struct canvas *canvas, const struct take *take, int horizon, int clouds)
{
    const struct mood *mood = take->mood;
    const uint32_t lit = color_mix(mood->sky[3], 0xFFFFFF, 110);
    const uint32_t dark = color_mix(mood->sky[1], mood->haze, 120);
    for (int y = 0; y < horizon; y += CLOUD_CELL) {
        const int away =
            900 * 900 / (horizon - y + 420) + y / 3; /* flat and close near the horizon */
        for (int x = 0; x < CANVAS_WIDTH; x += CLOUD_CELL) {
            const int across = (x - CANVAS_WIDTH / 2) * 3 / 5;
            const int there = noise_field(take->seed + 7, across, away, 260, 5);
            const int dense = clamp((there - (65536 - clouds * 256) + 22000) / 90, 0, ALL);
            if (dense == 0) continue;
            const int above = noise_field(take->seed + 7, across + 12, away - 14, 260, 3);
            const uint32_t color = color_mix(dark, lit, clamp((there - above) / 60 + 128, 0, ALL));
            for (int i = 0; i < CLOUD_CELL * CLOUD_CELL; i++)
                canvas_blend(canvas, x + i % CLOUD_CELL, y + i / CLOUD_CELL, color,
                             dense * 200 / ALL);
        }
    }
}

void land_sky(struct canvas *canvas, const struct take *take, int horizon, int clouds)
{
    canvas_gradient(canvas, 0, horizon, take->mood->sky, 4);
    if (clouds > 0) clouds_in(canvas, take, horizon, clouds);
}

void land_sun(struct canvas *canvas, const struct mood *mood, int x, int y, int radius)
{
    struct path disc;
    canvas_glow(canvas, x, y, radius * 11, mood->sky[3], 70);
    canvas_glow(canvas, x, y, radius * 4, mood->sun, 100);
    path_begin(&disc, x, y, 100);
    path_ellipse(&disc, 0, 0, radius, radius);
    path_fill(&disc, canvas, paint_flat(mood->sun));
}

void land_moon(struct canvas *canvas, int x, int y, int radius)
{
    struct path disc;
    canvas_glow(canvas, x, y, radius * 7, 0x8FA8D8, 60);
    path_begin(&disc, x, y, 100);
    path_ellipse(&disc, 0, 0, radius, radius);
    path_fill(&disc, canvas, paint_across(0xFDFBEA, 0xD9D6C6, x - radius, x + radius));
    canvas_spot(canvas, x - radius / 3, y - radius / 4, radius / 3, radius / 4, 0xC3C0B2, 120);
    canvas_spot(canvas, x + radius / 4, y + radius / 3, radius / 3, radius / 3, 0xC3C0B2, 100);
}

void land_stars(struct canvas *canvas, int horizon, uint32_t seed, int count)
{
    for (int i = 0; i < count; i++) {
        const int x = noise_between(seed, i, 0, 0, CANVAS_WIDTH),
                  y = noise_between(seed, i, 1, 0, horizon);
        const int light = noise_between(seed, i, 2, 30, 230) * (horizon - y / 2) / horizon;
        const uint32_t color = i % 5 == 0 ? 0xFFE9C8 : 0xE8F0FF;
        canvas_glow(canvas, x, y, i % 23 == 0 ? 6 : i % 4 == 0 ? 3 : 2, color, light);
    }
}

/* --- ridges --- */

int land_height(const struct ridge *ridge, int x)
{
    int64_t up = noise_ridge(ridge->seed, x, ridge->step, ridge->octaves);
    if (ridge->sharp) {
        up = noise_line(ridge->seed, x, ridge->step);
        up = 65535 - (up > 32768 ? up - 32768 : 32768 - up) * 2; /* a crease where it was 1/2 */
        up = (up * 5 + noise_ridge(ridge->seed + 40, x, ridge->step / 3, ridge->octaves) * 3) / 8;
    }
    return ridge->base - (int)(up * ridge->height >> 16);
}

static void heights_of(const struct ridge *ridge, int heights[CANVAS_WIDTH])
{
    for (int x = 0; x < CANVAS_WIDTH; x++)
        heights[x] = land_height(ridge, x);
}

void land_ridge(struct canvas *canvas, const struct ridge *ridge, uint32_t color, uint32_t foot)
{
    const int bottom = ridge->base + 260;
    for (int x = 0; x < CANVAS_WIDTH; x++) {
        const int top = land_height(ridge, x);
        canvas_blend(canvas, x, top - 1, color, 128);
        for (int y = clamp(top, 0, CANVAS_HEIGHT); y < bottom && y < CANVAS_HEIGHT; y++)
            canvas->pixels[y * CANVAS_WIDTH + x] =
                color_mix(color, foot, clamp((y - top) * ALL / (ridge->height + 60), 0, ALL));
    }
}

void land_mountain(struct canvas *canvas, const struct ridge *ridge, uint32_t lit, uint32_t shadow,
                   uint32_t foot, int snow)
{
    int heights[CANVAS_WIDTH];
    heights_of(ridge, heights);
    const int peak = ridge->base - ridge->height;
    for (int x = 0; x < CANVAS_WIDTH; x++) {
        canvas_blend(canvas, x, heights[x] - 1, shadow, 128);
        for (int y = clamp(heights[x], 0, CANVAS_HEIGHT);
             y < ridge->base + 260 && y < CANVAS_HEIGHT; y++) {
            const int depth = y - heights[x];
            const int rough = noise_field(ridge->seed + 9, x, y, 46, 3) - 32768;
            const int from = clamp(x - depth * 9 / 16 + rough / 1100, SLOPE_REACH,
                                   CANVAS_WIDTH - 1 - SLOPE_REACH);
            const int slope = heights[from + SLOPE_REACH] - heights[from - SLOPE_REACH];
            const int light = clamp(128 - slope * 22 + rough / 330, 0, ALL);
            uint32_t color = color_mix(lit, shadow, light);
            const int white = snow + peak - y + rough / 180 + (heights[x] - peak) / 3;
            if (snow > 0 && white > 0)
                color =
                    color_mix(color, color_mix(0xFFFFFF, color_mix(shadow, 0xBFD0EA, 180), light),
                              clamp(white * 8, 0, 235));
            canvas->pixels[y * CANVAS_WIDTH + x] =
                color_mix(color, foot, clamp((y - peak) * ALL / (ridge->height + 60) - 90, 0, 220));
        }
    }
}

void land_hills(struct canvas *canvas, const struct take *take, int top, int bottom, int count)
{
    const struct mood *mood = take->mood;
    for (int i = 0; i < count; i++) {
        const int at = i * 256 / (count > 1 ? count - 1 : 1);
        const struct ridge ridge = {
            .base = top + (bottom - top) * (i + 1) / count,
            .height = (bottom - top) * 3 / (2 * count) + 30,
            .step = 380 + 120 * (i & 1),
            .octaves = 5,
            .seed = take->seed + 31 * (uint32_t)i,
        };
        const uint32_t color = color_mix(mood->far, mood->near, at * at >> 8);
        land_ridge(canvas, &ridge, color, color_mix(color, mood->haze, 150 - at / 3));
    }
}

/* --- ground and water --- */

void land_ground(struct canvas *canvas, int top, int bottom, uint32_t far, uint32_t near,
                 uint32_t seed)
{
    for (int y = clamp(top, 0, CANVAS_HEIGHT); y < bottom && y < CANVAS_HEIGHT; y++) {
        const int depth = y - top, whole = bottom - top;
        const uint32_t color = color_mix(far, near, depth * ALL / whole);
        const int step = 4 + depth / 14;
        uint32_t *row = &canvas->pixels[y * CANVAS_WIDTH];
        for (int x = 0; x < CANVAS_WIDTH; x++) {
            const int rough = noise_field(seed, x / 3, y, step, 2) - 32768;
            row[x] = color_shade(color, ALL + rough * 40 / 32768);
        }
    }
}

void land_water(struct canvas *canvas, const struct take *take, int shore, int sun_x)
{
    const struct mood *mood = take->mood;
    const uint32_t seed = take->seed;
    struct path glint;
    canvas_mirror(canvas, shore, mood->water, 70, seed);
    canvas_veil(canvas, shore, shore + 50, mood->haze, 110, 0);
    for (int i = 0; i < 420; i++) {
        const int depth =
            noise_between(seed + 1, i, 0, 0, 1000) * noise_between(seed + 1, i, 4, 0, 1000) / 1000;
        const int y = shore + 4 + depth * (CANVAS_HEIGHT - shore) / 1000;
        const int near = y - shore, spread = 26 + near / 2;
        const bool in_sun = sun_x >= 0 && i % 3 != 0;
        const int x = in_sun ? sun_x + noise_between(seed + 2, i, 1, -spread, spread)
                             : noise_between(seed + 2, i, 1, 0, CANVAS_WIDTH);
        path_begin(&glint, x, y, 100);
        path_ellipse(&glint, 0, 0, noise_between(seed + 3, i, 2, 8, 18) + near / 9, 1 + near / 170);
        path_fill(&glint, canvas,
                  paint_thin(paint_flat(in_sun ? mood->sun : mood->sky[3]), in_sun ? 170 : 46));
    }
}

void land_waves(struct canvas *canvas, int shore, uint32_t color, int part, uint32_t seed)
{
    struct path wave;
    for (int i = 0; i < 260; i++) {
        const int depth = noise_between(seed, i, 0, 0, 1000);
        const int y = shore + 6 + depth * depth / 1000 * (CANVAS_HEIGHT - shore) / 1000;
        const int size = 14 + (y - shore) / 5, x = noise_between(seed, i, 1, -60, CANVAS_WIDTH);
        path_begin(&wave, x, y, size);
        path_move(&wave, 0, 0);
        path_curve(&wave, 70, -26, 150, 0);
        path_curve(&wave, 70, -12, 0, 0);
        path_fill(&wave, canvas, paint_thin(paint_flat(color), part));
    }
}
