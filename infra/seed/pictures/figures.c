/* Small things that say how large the rest is. All are outlines in a hundred units.
 */
#include "infra/seed/pictures/figures.h"

#include "infra/seed/pictures/noise.h"

#include <stdlib.h>

void figure_sailboat(struct canvas *canvas, int x, int y, int size, uint32_t sail, uint32_t hull)
{
    const int high = abs(size);
    struct path path;
    path_begin(&path, x, y, size);
    path_move(&path, -30, -12);
    path_curve(&path, -24, 2, -14, 3);
    path_line(&path, 24, 3);
    path_curve(&path, 34, -2, 40, -13);
    path_fill(&path, canvas, paint_down(hull, color_shade(hull, 150), y - high / 8, y));
    path_begin(&path, x, y, size);
    path_stroke(&path, 2, -12, 2, -100, 2, 1);
    path_fill(&path, canvas, paint_flat(0x4A3A30));
    path_begin(&path, x, y, size);
    path_move(&path, 0, -98);
    path_curve(&path, -30, -52, -28, -18);
    path_line(&path, 0, -17);
    path_fill(&path, canvas,
              paint_across(sail, color_shade(sail, 205), x - high / 4, x + high / 12));
    path_begin(&path, x, y, size);
    path_move(&path, 4, -90);
    path_curve(&path, 24, -50, 36, -16);
    path_line(&path, 4, -18);
    path_fill(&path, canvas,
              paint_across(color_shade(sail, 225), color_shade(sail, 180), x, x + high / 3));
}

void figure_kayak(struct canvas *canvas, int x, int y, int length, uint32_t color, uint32_t person)
{
    struct path path;
    canvas_spot(canvas, x, y + abs(length) / 22, abs(length) * 6 / 10, abs(length) / 22, 0x10202C,
                120);
    path_begin(&path, x, y, length);
    path_move(&path, -50, -7);
    path_curve(&path, -30, 5, 0, 5);
    path_curve(&path, 32, 5, 50, -8);
    path_curve(&path, 28, -3, 0, -3);
    path_curve(&path, -28, -3, -50, -7);
    path_fill(&path, canvas,
              paint_down(color_shade(color, 300), color_shade(color, 180), y - abs(length) / 12,
                         y + abs(length) / 20));
    path_begin(&path, x, y, length);
    path_move(&path, -6, -2);
    path_curve(&path, -7, -17, 0, -18);
    path_curve(&path, 7, -17, 6, -2);
    path_fill(&path, canvas, paint_flat(person));
    path_begin(&path, x, y, length);
    path_ellipse(&path, 1, -22, 4, 4);
    path_fill(&path, canvas, paint_flat(color_shade(person, 150)));
    path_begin(&path, x, y, length);
    path_stroke(&path, -27, 2, 27, -27, 1, 1);
    path_ellipse(&path, -28, 2, 4, 2);
    path_ellipse(&path, 28, -27, 4, 2);
    path_fill(&path, canvas, paint_flat(0x2B2622));
}

void figure_motorboat(struct canvas *canvas, int x, int y, int length, uint32_t hull,
                      uint32_t cabin)
{
    struct path path;
    path_begin(&path, x, y, length);
    path_box(&path, -26, -24, 16, -10);
    path_fill(&path, canvas, paint_down(cabin, color_shade(cabin, 215), y - abs(length) / 4, y));
    path_begin(&path, x, y, length);
    for (int i = 0; i < 5; i++)
        path_box(&path, -23 + i * 8, -21, -18 + i * 8, -15);
    path_fill(&path, canvas, paint_flat(0x3C5A72));
    path_begin(&path, x, y, length);
    path_move(&path, -48, -12);
    path_line(&path, 50, -15);
    path_curve(&path, 42, 0, 34, 3);
    path_line(&path, -42, 3);
    path_fill(&path, canvas, paint_down(hull, color_shade(hull, 165), y - abs(length) / 8, y + 4));
    path_begin(&path, x, y, length);
    path_stroke(&path, -10, -24, -10, -46, 1, 1);
    path_stroke(&path, -47, -9, 48, -12, 2, 2);
    path_fill(&path, canvas, paint_flat(0xF2EFE6));
}

void figure_person(struct canvas *canvas, int x, int foot, int size, uint32_t color, int arms_up)
{
    struct path path;
    path_begin(&path, x, foot, size);
    path_ellipse(&path, 0, -91, 7, 8);
    path_move(&path, -11, -79);
    path_curve(&path, 0, -84, 11, -79);
    path_line(&path, 9, -44);
    path_line(&path, -9, -44);
    path_fill(&path, canvas, paint_flat(color));
    path_begin(&path, x, foot, size);
    path_stroke(&path, -5, -46, -7, 0, 9, 6);
    path_fill(&path, canvas, paint_flat(color));
    path_begin(&path, x, foot, size);
    path_stroke(&path, 5, -46, 8, 0, 9, 6);
    path_fill(&path, canvas, paint_flat(color));
    for (int side = -1; side <= 1; side += 2) {
        path_begin(&path, x, foot, size);
        if (arms_up)
            path_stroke(&path, side * 9, -76, side * 17, -112, 6, 4);
        else
            path_stroke(&path, side * 10, -76, side * 14, -42, 6, 4);
        path_fill(&path, canvas, paint_flat(color));
    }
}

static void ring(struct path *path, int x, int y, int radius)
{
    enum { SEGMENTS = 20 };
    for (int i = 0; i < SEGMENTS; i++) {
        const int from = i * 65536 / SEGMENTS, to = (i + 1) * 65536 / SEGMENTS;
        path_stroke(path, x + radius * noise_sine(from) / 16384,
                    y + radius * noise_sine(from + 16384) / 16384,
                    x + radius * noise_sine(to) / 16384,
                    y + radius * noise_sine(to + 16384) / 16384, 20, 20);
    }
}

void figure_cyclist(struct canvas *canvas, int x, int foot, int size, uint32_t color)
{
    struct path path;
    path_begin(&path, x, foot, size / 10);
    ring(&path, -280, -210, 200);
    ring(&path, 280, -210, 200);
    path_stroke(&path, -280, -210, -60, -240, 26, 26);
    path_stroke(&path, -60, -240, 200, -480, 26, 26);
    path_stroke(&path, -120, -500, -60, -240, 26, 26);
    path_stroke(&path, 280, -210, 200, -500, 26, 26);
    path_fill(&path, canvas, paint_flat(color));
    path_begin(&path, x, foot, size / 10);
    path_stroke(&path, -120, -520, 110, -790, 150, 130);
    path_fill(&path, canvas, paint_flat(color));
    path_begin(&path, x, foot, size / 10);
    path_stroke(&path, 110, -770, 230, -520, 60, 40);
    path_ellipse(&path, 190, -900, 78, 84);
    path_fill(&path, canvas, paint_flat(color));
    path_begin(&path, x, foot, size / 10);
    path_stroke(&path, -100, -520, 70, -380, 100, 70);
    path_stroke(&path, 70, -390, -30, -190, 70, 50);
    path_fill(&path, canvas, paint_flat(color));
}

void figure_birds(struct canvas *canvas, int x, int y, int count, uint32_t color, uint32_t seed)
{
    struct path path;
    for (int i = 0; i < count; i++) {
        const int size = noise_between(seed, i, 0, 14, 30);
        path_begin(&path, x + noise_between(seed, i, 1, -190, 190),
                   y + noise_between(seed, i, 2, -70, 70), size * 2);
        path_move(&path, -50, -10);
        path_curve(&path, -20, -34, 0, 0);
        path_curve(&path, 20, -34, 50, -14);
        path_curve(&path, 18, -22, 0, 10);
        path_curve(&path, -20, -22, -50, -10);
        path_fill(&path, canvas, paint_flat(color));
    }
}

void figure_balloon(struct canvas *canvas, int x, int y, int size, uint32_t one, uint32_t other)
{
    enum { STRIPES = 7 };
    struct path path;
    for (int i = 0; i < STRIPES; i++) {
        const int left = -36 + 72 * i / STRIPES, right = -36 + 72 * (i + 1) / STRIPES;
        const uint32_t color = color_shade(i % 2 ? one : other, 300 - i * 22);
        path_begin(&path, x, y, size);
        path_move(&path, 0, -100);
        path_curve(&path, left * 9 / 5, -88, left * 11 / 10, -50);
        path_curve(&path, left * 9 / 10, -28, left / 5, -14);
        path_line(&path, right / 5, -14);
        path_curve(&path, right * 9 / 10, -28, right * 11 / 10, -50);
        path_curve(&path, right * 9 / 5, -88, 0, -100);
        path_fill(&path, canvas, paint_flat(color));
    }
    path_begin(&path, x, y, size);
    path_stroke(&path, -6, -15, -5, -7, 1, 1);
    path_stroke(&path, 6, -15, 5, -7, 1, 1);
    path_box(&path, -6, -8, 6, 0);
    path_fill(&path, canvas, paint_flat(0x5B3A24));
}

void figure_fish(struct canvas *canvas, int x, int y, int length, uint32_t color, uint32_t stripe)
{
    const int half = abs(length) / 2;
    struct path path;
    path_begin(&path, x, y, length);
    path_move(&path, -30, 0);
    path_line(&path, -52, -19);
    path_curve(&path, -44, 0, -52, 19);
    path_move(&path, -14, -14);
    path_curve(&path, 2, -34, 16, -16);
    path_fill(&path, canvas, paint_flat(color_shade(color, 200)));
    path_begin(&path, x, y, length);
    path_move(&path, 50, 0);
    path_curve(&path, 14, -36, -34, 0);
    path_curve(&path, 14, 36, 50, 0);
    path_fill(
        &path, canvas,
        paint_down(color_shade(color, 310), color_shade(color, 210), y - half / 2, y + half / 2));
    path_begin(&path, x, y, length);
    for (int i = 0; i < 2; i++)
        path_stroke(&path, 20 - i * 22, -13, 18 - i * 22, 13, 5, 5);
    path_fill(&path, canvas, paint_thin(paint_flat(stripe), 200));
    path_begin(&path, x, y, length);
    path_ellipse(&path, 35, -4, 3, 3);
    path_fill(&path, canvas, paint_flat(0x10131A));
}
