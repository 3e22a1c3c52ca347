/* A wall is a box with light from one side, a roof a triangle, and a window a small box that is
 * either dark or somebody's evening.
 */
#include "infra/seed/pictures/town.h"

#include "infra/seed/pictures/noise.h"

#include <stdlib.h>

static const uint32_t LAMPLIGHT = 0xFFD98A;

static void box(struct canvas *canvas, int left, int top, int right, int bottom, struct paint paint)
{
    struct path path;
    path_begin(&path, 0, 0, 100);
    path_box(&path, left, top, right, bottom);
    path_fill(&path, canvas, paint);
}

static void triangle(struct canvas *canvas, int left, int right, int foot, int top,
                     struct paint paint)
{
    struct path path;
    path_begin(&path, 0, 0, 100);
    path_move(&path, left, foot);
    path_line(&path, (left + right) / 2, top);
    path_line(&path, right, foot);
    path_fill(&path, canvas, paint);
}

static void windows(struct canvas *canvas, const struct take *take, int left, int top, int right,
                    int bottom, int columns, int rows, uint32_t wall)
{
    const int wide = (right - left) / columns, high = (bottom - top) / rows;
    const uint32_t glass = color_mix(color_shade(wall, 110), take->mood->sky[1], 90);
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            const int x = left + column * wide + wide / 4, y = top + row * high + high / 4;
            const bool lit = noise_between(take->seed + 3, x, y, 0, 99) < take->mood->windows;
            if (lit) canvas_glow(canvas, x + wide / 4, y + high / 4, wide, LAMPLIGHT, 50);
            box(canvas, x - wide / 24 - 1, y - 1, x + wide / 2 + wide / 24 + 1, y + high / 2 + 2,
                paint_flat(color_shade(wall, 320)));
            box(canvas, x, y, x + wide / 2, y + high / 2,
                lit ? paint_down(0xFFE7B0, 0xF4B25C, y, y + high / 2)
                    : paint_down(color_shade(glass, 300), glass, y, y + high / 2));
        }
}

void town_house(struct canvas *canvas, const struct take *take, int x, int foot, int wide, int high,
                uint32_t wall)
{
    const int left = x - wide / 2, right = x + wide / 2, eaves = foot - high;
    const int kind = noise_between(take->seed, x, 1, 0, 3);
    const uint32_t roof = color_mix(color_mix(0x9A4B33, 0x4A4650, kind * 60), take->mood->near, 70);
    const int top = eaves - wide * (2 + (kind & 1)) / 4;
    if (kind == 2) { /* steps */
        for (int step = 0; step < 5; step++)
            box(canvas, left + step * wide / 10, eaves - (step + 1) * wide / 9,
                right - step * wide / 10, eaves + 2, paint_flat(color_shade(wall, 246)));
    } else {
        triangle(canvas, left - 5, right + 5, eaves + 2, top,
                 paint_across(color_shade(roof, 290), roof, left, right));
        triangle(canvas, left + wide / 8, right - wide / 8, eaves + 2, top + wide / 7,
                 paint_flat(wall));
    }
    box(canvas, left, eaves, right, foot,
        paint_across(color_shade(wall, 275), color_shade(wall, 222), left, right));
    const int floors = high / 75 > 1 ? high / 75 : 1;
    windows(canvas, take, left + wide / 12, eaves + 6, right - wide / 12,
            foot - high / (floors + 1), wide > 110 ? 3 : 2, floors, wall);
    box(canvas, x - wide / 10, foot - 52 * high / 300, x + wide / 10, foot,
        paint_flat(color_shade(roof, 170)));
}

void town_row(struct canvas *canvas, const struct take *take, int left, int right, int foot,
              int high)
{
    static const uint32_t walls[] = {0xE9B872, 0xC8553D, 0xF2E2C4, 0x6C8EAD, 0xD98E73,
                                     0xA7BE9E, 0xE4C7A1, 0x8B5E5A, 0xDDD5CB, 0xB7483B};
    for (int x = left, i = 0; x < right; i++) {
        const int wide = high * noise_between(take->seed, i, 40, 34, 52) / 100;
        const int here = high * noise_between(take->seed, i, 41, 74, 108) / 100;
        const uint32_t wall = walls[noise_between(take->seed, i, 42, 0, 9)];
        const int shade = take->mood->windows > 30 ? 150 : take->mood->windows > 20 ? 80 : 40;
        town_house(canvas, take, x + wide / 2, foot, wide, here,
                   color_mix(wall, take->mood->wall, shade));
        x += wide;
    }
}

void town_skyline(struct canvas *canvas, const struct take *take, int foot, int high,
                  uint32_t color, uint32_t seed)
{
    for (int x = -40, i = 0; x < CANVAS_WIDTH; i++) {
        const int wide = noise_between(seed, i, 0, 44, 110), middle = abs(x - 760);
        int here = high * noise_between(seed, i, 1, 34, 100) / 100;
        here = here * (1500 - middle) / 1400;
        const int top = foot - here;
        box(canvas, x, top, x + wide, foot + 40,
            paint_down(color, color_mix(color, take->mood->haze, 110), top, foot));
        if (noise_between(seed, i, 2, 0, 4) == 0)
            box(canvas, x + wide / 2 - 2, top - here / 5, x + wide / 2 + 2, top, paint_flat(color));
        if (noise_between(seed, i, 2, 0, 4) == 1)
            triangle(canvas, x, x + wide, top + 1, top - wide / 2, paint_flat(color));
        for (int y = top + 14; y < foot - 10; y += 17)
            for (int at = x + 8; at < x + wide - 8; at += 13)
                if (noise_between(seed + 5, at, y, 0, 99) < take->mood->windows * 3 / 4)
                    box(canvas, at, y, at + 6, y + 8,
                        paint_thin(paint_flat(LAMPLIGHT), noise_between(seed, at, y, 90, 230)));
        x += wide + noise_between(seed, i, 3, -12, 14);
    }
}

void town_church(struct canvas *canvas, int x, int foot, int size, uint32_t color)
{
    struct path path;
    path_begin(&path, x, foot, size);
    path_box(&path, -9, -62, 9, 0);
    path_box(&path, 9, -30, 46, 0);
    path_fill(&path, canvas,
              paint_across(color_shade(color, 285), color, x - size / 10, x + size / 2));
    path_begin(&path, x, foot, size);
    path_move(&path, -11, -61);
    path_line(&path, 0, -100);
    path_line(&path, 11, -61);
    path_move(&path, 6, -29);
    path_line(&path, 14, -44);
    path_line(&path, 44, -44);
    path_line(&path, 49, -29);
    path_fill(&path, canvas, paint_flat(color_shade(color, 170)));
    path_begin(&path, x, foot, size);
    path_ellipse(&path, 0, -50, 3, 5);
    for (int i = 0; i < 3; i++)
        path_ellipse(&path, 17 + i * 11, -16, 2, 6);
    path_fill(&path, canvas, paint_flat(color_shade(color, 120)));
}

void town_dome(struct canvas *canvas, int x, int foot, int size, uint32_t color)
{
    struct path path;
    path_begin(&path, x, foot, size);
    path_box(&path, -34, -30, 34, 0);
    path_box(&path, -22, -46, 22, -28);
    path_box(&path, -3, -88, 3, -70);
    path_move(&path, -24, -45);
    path_curve(&path, -22, -76, 0, -78);
    path_curve(&path, 22, -76, 24, -45);
    path_fill(
        &path, canvas,
        paint_across(color_shade(color, 290), color_shade(color, 220), x - size / 3, x + size / 3));
    path_begin(&path, x, foot, size);
    path_stroke(&path, 0, -88, 0, -100, 1, 1);
    for (int i = -2; i <= 2; i++)
        path_box(&path, i * 8 - 2, -42, i * 8 + 2, -33);
    path_fill(&path, canvas, paint_flat(color_shade(color, 170)));
}

void town_castle(struct canvas *canvas, const struct take *take, int x, int foot, int size,
                 uint32_t color)
{
    static const int towers[][3] = {
        {-44, 14, 62}, {-20, 11, 84}, {4, 18, 56}, {26, 12, 100}, {48, 15, 66}};
    const uint32_t roof = color_mix(color_shade(color, 140), 0x6B3E45, 120);
    struct path path;
    path_begin(&path, x, foot, size);
    path_box(&path, -50, -36, 52, 4);
    for (int i = -50; i < 50; i += 6)
        path_box(&path, i, -40, i + 3, -35);
    path_fill(
        &path, canvas,
        paint_across(color_shade(color, 275), color_shade(color, 210), x - size / 2, x + size / 2));
    for (int i = 0; i < 5; i++) {
        const int at = towers[i][0], wide = towers[i][1], high = towers[i][2];
        path_begin(&path, x, foot, size);
        path_box(&path, at - wide / 2, -high * 3 / 4, at + wide / 2, 4);
        path_box(&path, at - wide / 2 - 1, -high * 3 / 4, at + wide / 2 + 1, -high * 3 / 4 + 4);
        path_fill(&path, canvas,
                  paint_across(color_shade(color, 310), color_shade(color, 190),
                               x + (at - wide / 2) * size / 100, x + (at + wide / 2) * size / 100));
        path_begin(&path, x, foot, size);
        path_move(&path, at - wide / 2 - 2, -high * 3 / 4 + 1);
        path_line(&path, at, -high * 5 / 4);
        path_line(&path, at + wide / 2 + 2, -high * 3 / 4 + 1);
        path_fill(&path, canvas,
                  paint_across(color_shade(roof, 300), roof, x + (at - wide / 2) * size / 100,
                               x + (at + wide / 2) * size / 100));
        path_begin(&path, x, foot, size);
        path_box(&path, at - 1, -high / 2, at + 1, -high / 2 + 5);
        path_fill(&path, canvas,
                  paint_flat(take->mood->windows > 10 ? LAMPLIGHT : color_shade(color, 100)));
    }
}

void town_lighthouse(struct canvas *canvas, const struct mood *mood, int x, int foot, int size)
{
    struct path path;
    for (int band = 0; band < 5; band++) {
        const int low = -band * 16, high = low - 16, wide = 13 - band, less = 12 - band;
        const uint32_t color =
            color_mix(band % 2 ? 0xF4F1EA : 0xC23B33, mood->wall, mood->windows > 20 ? 90 : 20);
        path_begin(&path, x, foot, size);
        path_move(&path, -wide, low);
        path_line(&path, -less, high);
        path_line(&path, less, high);
        path_line(&path, wide, low);
        path_fill(&path, canvas,
                  paint_across(color_shade(color, 280), color_shade(color, 170),
                               x - wide * size / 100, x + wide * size / 100));
    }
    path_begin(&path, x, foot, size);
    path_box(&path, -11, -82, 11, -79);
    path_move(&path, -8, -91);
    path_line(&path, 0, -100);
    path_line(&path, 8, -91);
    path_fill(&path, canvas, paint_flat(0x2E3440));
    path_begin(&path, x, foot, size);
    path_box(&path, -6, -91, 6, -82);
    path_fill(&path, canvas, paint_flat(0xFFF0C0));
    canvas_glow(canvas, x, foot - size * 86 / 100, size / 2, LAMPLIGHT, 60 + mood->windows * 3);
}

void town_bridge(struct canvas *canvas, int top, int foot, int arches, uint32_t color)
{
    const int span = CANVAS_WIDTH / arches, pier = span / 7;
    struct path path;
    path_begin(&path, 0, 0, 100);
    path_box(&path, -20, top - 26, CANVAS_WIDTH + 20, top + 6);
    path_fill(&path, canvas, paint_down(color_shade(color, 300), color, top - 26, top));
    for (int x = -span / 2; x < CANVAS_WIDTH; x += span) {
        path_begin(&path, x, 0, 100);
        path_move(&path, 0, top);
        path_line(&path, span, top);
        path_line(&path, span, foot);
        path_line(&path, span - pier / 2, foot);
        path_curve(&path, span - pier / 2, top + 30, span / 2, top + 30);
        path_curve(&path, pier / 2, top + 30, pier / 2, foot);
        path_line(&path, 0, foot);
        path_fill(&path, canvas,
                  paint_down(color_shade(color, 280), color_shade(color, 210), top, foot));
    }
    path_begin(&path, 0, 0, 100);
    path_box(&path, -20, top - 2, CANVAS_WIDTH + 20, top + 4);
    path_fill(&path, canvas, paint_thin(paint_flat(0x000000), 50));
}

void town_lamp(struct canvas *canvas, const struct mood *mood, int x, int foot, int size)
{
    struct path path;
    path_begin(&path, x, foot, size);
    path_stroke(&path, 0, 0, 0, -86, 4, 2);
    path_box(&path, -4, -4, 4, 0);
    path_move(&path, -6, -96);
    path_line(&path, 0, -102);
    path_line(&path, 6, -96);
    path_fill(&path, canvas, paint_flat(0x1D1F26));
    path_begin(&path, x, foot, size);
    path_move(&path, -5, -96);
    path_line(&path, 5, -96);
    path_line(&path, 3, -85);
    path_line(&path, -3, -85);
    path_fill(&path, canvas, paint_flat(mood->windows > 10 ? 0xFFE9B8 : 0xDDE3E6));
    if (mood->windows > 10)
        canvas_glow(canvas, x, foot - size * 90 / 100, size * 6 / 10, LAMPLIGHT, 150);
}
