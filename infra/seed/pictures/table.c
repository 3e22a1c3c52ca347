/* Light comes from the upper left: every round thing is paler there, and its shadow lies to the
 * lower right.
 */
#include "infra/seed/pictures/table.h"

#include "infra/seed/pictures/noise.h"
#include "infra/seed/pictures/plants.h"

enum { BOARD = 150 };

void table_wood(struct canvas *canvas, int top, uint32_t color, uint32_t seed)
{
    for (int y = top; y < CANVAS_HEIGHT; y++) {
        const int board = (y - top) / BOARD, within = (y - top) % BOARD;
        const int tone = noise_between(seed, board, 0, 226, 280);
        uint32_t *row = &canvas->pixels[y * CANVAS_WIDTH];
        for (int x = 0; x < CANVAS_WIDTH; x += 2) {
            const int bend = noise_line(seed + 1, x + board * 777, 300) / 2600;
            const int vein = noise_ridge(seed + 2 + (uint32_t)board, within * 5 + bend * 5, 44, 3);
            int light = tone + (vein - 32768) * 40 / 32768;
            if (within < 3) light = light * 6 / 10;
            row[x] = row[x + 1] = color_shade(color, light);
        }
    }
}

static void disc(struct canvas *canvas, int x, int y, int radius, struct paint paint)
{
    struct path path;
    path_begin(&path, x, y, 100);
    path_ellipse(&path, 0, 0, radius, radius);
    path_fill(&path, canvas, paint);
}

static void shadow(struct canvas *canvas, int x, int y, int radius)
{
    canvas_spot(canvas, x + radius / 6, y + radius / 5, radius * 5 / 4, radius * 5 / 4, 0x140C06,
                235);
}

void table_plate(struct canvas *canvas, int x, int y, int radius, uint32_t color)
{
    shadow(canvas, x, y, radius);
    disc(canvas, x, y, radius,
         paint_round(color_shade(color, 285), color_shade(color, 225), x - radius / 3,
                     y - radius / 3, radius * 2));
    disc(canvas, x, y, radius * 74 / 100,
         paint_round(color_shade(color, 215), color_shade(color, 262), x - radius / 3,
                     y - radius / 3, radius));
    disc(canvas, x, y, radius * 70 / 100,
         paint_round(color, color_shade(color, 272), x - radius / 4, y - radius / 4, radius));
}

void table_bowl(struct canvas *canvas, int x, int y, int radius, uint32_t color, uint32_t content)
{
    shadow(canvas, x, y, radius);
    disc(canvas, x, y, radius,
         paint_round(color_shade(color, 330), color_shade(color, 150), x - radius / 2,
                     y - radius / 2, radius * 3 / 2));
    disc(canvas, x, y, radius * 90 / 100, paint_flat(color_shade(color, 130)));
    disc(canvas, x, y, radius * 86 / 100,
         paint_round(color_shade(content, 285), color_shade(content, 165), x - radius / 5,
                     y - radius / 5, radius));
}

void table_cup(struct canvas *canvas, int x, int y, int radius, uint32_t color, uint32_t drink)
{
    struct path path;
    table_plate(canvas, x, y, radius * 9 / 5, color_shade(color, 250));
    path_begin(&path, x, y, radius);
    path_stroke(&path, 90, -40, 175, -85, 34, 26);
    path_fill(&path, canvas, paint_flat(color_shade(color, 235)));
    table_bowl(canvas, x, y, radius, color, drink);
    path_begin(&path, x, y, radius); /* a heart in the foam */
    path_move(&path, 0, 48);
    path_curve(&path, -76, -8, -34, -34);
    path_curve(&path, -6, -44, 0, -14);
    path_curve(&path, 6, -44, 34, -34);
    path_curve(&path, 76, -8, 0, 48);
    path_fill(&path, canvas, paint_thin(paint_flat(0xF3E3CC), 210));
}

void table_slice(struct canvas *canvas, int x, int y, int radius, uint32_t peel, uint32_t flesh)
{
    struct path path;
    canvas_spot(canvas, x + radius / 8, y + radius / 6, radius * 6 / 5, radius * 6 / 5, 0x140C06,
                170);
    disc(canvas, x, y, radius, paint_flat(peel));
    disc(canvas, x, y, radius * 92 / 100, paint_flat(color_mix(flesh, 0xFFFFFF, 190)));
    for (int i = 0; i < 9; i++) {
        const int from = i * 65536 / 9 + 700, to = (i + 1) * 65536 / 9 - 700;
        path_begin(&path, x, y, radius);
        path_move(&path, noise_sine((from + to) / 2) * 8 / 16384,
                  noise_sine((from + to) / 2 + 16384) * 8 / 16384);
        path_line(&path, noise_sine(from) * 80 / 16384, noise_sine(from + 16384) * 80 / 16384);
        path_curve(&path, noise_sine((from + to) / 2) * 92 / 16384,
                   noise_sine((from + to) / 2 + 16384) * 92 / 16384, noise_sine(to) * 80 / 16384,
                   noise_sine(to + 16384) * 80 / 16384);
        path_fill(&path, canvas, paint_flat(color_shade(flesh, 240 + (i % 3) * 12)));
    }
}

void table_tomato(struct canvas *canvas, int x, int y, int radius, uint32_t color)
{
    canvas_spot(canvas, x + radius / 4, y + radius / 3, radius * 5 / 4, radius * 5 / 4, 0x140C06,
                210);
    disc(canvas, x, y, radius,
         paint_round(color_shade(color, 310), color_shade(color, 140), x - radius / 3,
                     y - radius / 3, radius * 3 / 2));
    canvas_spot(canvas, x - radius / 3, y - radius / 2, radius / 3, radius / 5, 0xFFFFFF, 150);
    for (int i = 0; i < 6; i++)
        plant_leaf(canvas, x, y - radius / 8, radius * 6 / 10, i * 65536 / 6 + 3000, 0x4E7F35);
}

void table_herbs(struct canvas *canvas, int x, int y, int size, uint32_t color, uint32_t seed)
{
    for (int i = 0; i < 13; i++)
        plant_leaf(canvas, x + noise_between(seed, i, 0, -size / 3, size / 3),
                   y + noise_between(seed, i, 1, -size / 3, size / 3),
                   noise_between(seed, i, 2, size / 2, size), noise_between(seed, i, 3, 0, 65535),
                   color_shade(color, noise_between(seed, i, 4, 180, 310)));
}

void table_grains(struct canvas *canvas, int x, int y, int radius, int count, int size,
                  uint32_t color, uint32_t seed)
{
    struct path path;
    for (int i = 0; i < count; i++) {
        const int angle = noise_between(seed, i, 0, 0, 65535),
                  far = radius * noise_between(seed, i, 1, 0, 100) / 100;
        path_begin(&path, x + noise_sine(angle) * far / 16384,
                   y + noise_sine(angle + 16384) * far / 16384, 100);
        path_ellipse(&path, 0, 0, noise_between(seed, i, 2, size / 2, size) + 1,
                     noise_between(seed, i, 3, size / 2, size) + 1);
        path_fill(&path, canvas,
                  paint_flat(color_shade(color, noise_between(seed, i, 4, 170, 330))));
    }
}

/* --- from the side --- */

static void half_outline(struct path *path, const struct profile *profile, int side)
{
    for (int i = 0; i + 1 < profile->count; i++) {
        const int at = side > 0 ? i : profile->count - 1 - i, next = at + (side > 0 ? 1 : -1);
        const int y = -at * 100 / (profile->count - 1), to = -next * 100 / (profile->count - 1);
        const int middle = (profile->half[at] + profile->half[next]) / 2;
        if (i == 0 && side > 0) path_move(path, profile->half[at], y);
        path_curve(path, side * profile->half[at], y, side * middle, (y + to) / 2);
        path_curve(path, side * profile->half[next], to, side * profile->half[next], to);
    }
}

static void turned(struct path *path, const struct profile *profile)
{
    half_outline(path, profile, 1);
    path_line(path, -profile->half[profile->count - 1], -100);
    half_outline(path, profile, -1);
}

void table_pot(struct canvas *canvas, int x, int foot, int size, const struct profile *profile,
               uint32_t color, uint32_t glaze)
{
    int widest = 0;
    for (int i = 0; i < profile->count; i++)
        if (profile->half[i] > widest) widest = profile->half[i];
    const int half = widest * size / 100, mouth = profile->half[profile->count - 1];
    struct path path;
    canvas_spot(canvas, x + half / 3, foot, half * 3 / 2, size / 12, 0x000000, 130);
    path_begin(&path, x, foot, size);
    turned(&path, profile);
    path_fill(&path, canvas,
              paint_across(color_shade(color, 320), color_shade(color, 110), x - half, x + half));
    path_fill(&path, canvas,
              paint_thin(paint_down(glaze, color, foot - size, foot - size * 45 / 100), 120));
    canvas_spot(canvas, x - half / 2, foot - size * 55 / 100, half / 5 + 2, size / 4, 0xFFFFFF, 90);
    path_begin(&path, x, foot, size);
    path_ellipse(&path, 0, -100, mouth, 4);
    path_fill(&path, canvas, paint_flat(color_shade(color, 70)));
}

void table_bottle(struct canvas *canvas, int x, int foot, int size, uint32_t glass, uint32_t label)
{
    struct path path;
    canvas_spot(canvas, x + size / 12, foot, size / 4, size / 26, 0x000000, 170);
    path_begin(&path, x, foot, size);
    path_move(&path, -13, 0);
    path_line(&path, -13, -58);
    path_curve(&path, -13, -70, -5, -76);
    path_line(&path, -5, -100);
    path_line(&path, 5, -100);
    path_line(&path, 5, -76);
    path_curve(&path, 13, -70, 13, -58);
    path_line(&path, 13, 0);
    path_fill(
        &path, canvas,
        paint_across(color_shade(glass, 300), color_shade(glass, 120), x - size / 8, x + size / 8));
    path_begin(&path, x, foot, size);
    path_box(&path, -13, -46, 13, -16);
    path_fill(&path, canvas,
              paint_across(label, color_shade(label, 190), x - size / 8, x + size / 8));
    path_begin(&path, x, foot, size);
    path_box(&path, -8, -36, 8, -34);
    path_box(&path, -5, -29, 5, -28);
    path_box(&path, -6, -102, 6, -86);
    path_fill(&path, canvas, paint_flat(color_shade(glass, 160)));
    canvas_spot(canvas, x - size * 9 / 100, foot - size * 40 / 100, size / 50 + 1, size * 30 / 100,
                0xFFFFFF, 120);
}

void table_glass(struct canvas *canvas, int x, int foot, int size, uint32_t wine)
{
    struct path path;
    canvas_spot(canvas, x + size / 8, foot, size / 3, size / 18, 0x000000, 130);
    path_begin(&path, x, foot, size);
    path_ellipse(&path, 0, -2, 19, 3);
    path_stroke(&path, 0, -2, 0, -46, 3, 3);
    path_fill(&path, canvas, paint_thin(paint_flat(0xE8EEF0), 190));
    path_begin(&path, x, foot, size);
    path_move(&path, -19, -100);
    path_curve(&path, -27, -50, 0, -44);
    path_curve(&path, 27, -50, 19, -100);
    path_fill(&path, canvas,
              paint_thin(paint_across(0xFFFFFF, 0xB9C6CC, x - size / 5, x + size / 5), 90));
    path_begin(&path, x, foot, size);
    path_move(&path, -22, -73);
    path_curve(&path, -21, -49, 0, -46);
    path_curve(&path, 21, -49, 22, -73);
    path_fill(
        &path, canvas,
        paint_across(color_shade(wine, 320), color_shade(wine, 190), x - size / 5, x + size / 5));
    path_begin(&path, x, foot, size);
    path_ellipse(&path, 0, -73, 22, 4);
    path_fill(&path, canvas, paint_flat(color_shade(wine, 340)));
    canvas_spot(canvas, x - size * 14 / 100, foot - size * 72 / 100, size / 34 + 1, size * 20 / 100,
                0xFFFFFF, 190);
}

void table_grapes(struct canvas *canvas, int x, int y, int size, uint32_t color, uint32_t seed)
{
    for (int row = 0; row < 6; row++)
        for (int i = 0; i < 6 - row; i++) {
            const int at = x + (2 * i - (5 - row)) * size / 2 + noise_between(seed, row, i, -4, 4);
            const int down = y + row * size * 7 / 10;
            disc(canvas, at, down, size / 2 + 3,
                 paint_round(color_shade(color, 330), color_shade(color, 150), at - size / 5,
                             down - size / 5, size));
        }
    plant_leaf(canvas, x, y - size / 2, size * 3, 58000, 0x5E7F3A);
    plant_leaf(canvas, x, y - size / 2, size * 3, 40000, 0x6F9145);
}

void table_loaf(struct canvas *canvas, int x, int foot, int length, uint32_t crust)
{
    struct path path;
    canvas_spot(canvas, x, foot - 4, length * 6 / 10, length / 14, 0x140C06, 200);
    path_begin(&path, x, foot, length);
    path_move(&path, -48, -4);
    path_curve(&path, -50, -36, 0, -37);
    path_curve(&path, 50, -36, 48, -4);
    path_curve(&path, 0, 2, -48, -4);
    path_fill(
        &path, canvas,
        paint_down(color_shade(crust, 310), color_shade(crust, 150), foot - length / 3, foot));
    for (int i = -2; i <= 2; i++) {
        path_begin(&path, x, foot, length);
        path_move(&path, i * 17 - 6, -31 + i * i);
        path_curve(&path, i * 17 + 4, -26, i * 17 + 6, -14);
        path_curve(&path, i * 17 - 2, -20, i * 17 - 6, -31 + i * i);
        path_fill(&path, canvas, paint_flat(color_mix(crust, 0xFBEBCB, 170)));
    }
}
