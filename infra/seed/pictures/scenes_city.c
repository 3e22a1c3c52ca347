/* In the city: a skyline over the river, an old square, a bridge at dawn, a street at night.
 */
#include "infra/seed/pictures/figures.h"
#include "infra/seed/pictures/noise.h"
#include "infra/seed/pictures/plants.h"
#include "infra/seed/pictures/scenes.h"
#include "infra/seed/pictures/town.h"

void scene_skyline(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    land_sky(canvas, take, 800, 80);
    if (mood->windows > 50) land_stars(canvas, 500, take->seed, 260);
    if (mood->windows > 50)
        land_moon(canvas, 1240, 210, 52);
    else
        land_sun(canvas, mood, 330, 470, 50);
    town_skyline(canvas, take, 790, 420, color_mix(mood->far, mood->haze, 90), take->seed + 1);
    canvas_veil(canvas, 480, 800, mood->haze, 0, 110);
    town_skyline(canvas, take, 800, 560, color_mix(mood->far, mood->near, 120), take->seed + 2);
    town_skyline(canvas, take, 806, 330, color_mix(mood->far, mood->near, 220), take->seed + 3);
    land_water(canvas, take, 805, mood->windows > 50 ? 1240 : 330);
    canvas_spot(canvas, 800, 806, 1000, 46, mood->haze, 90);
}

static void pavement(struct canvas *canvas, int top, uint32_t far, uint32_t near)
{
    struct path stones;
    land_ground(canvas, top, CANVAS_HEIGHT, far, near, 5);
    path_begin(&stones, 0, 0, 100);
    for (int i = 0; i < 15; i++) {
        const int y = top + (CANVAS_HEIGHT - top) * i * i / 200;
        path_box(&stones, -10, y, CANVAS_WIDTH + 10, y + 1 + i / 5);
    }
    path_fill(&stones, canvas, paint_thin(paint_flat(0x000000), 30));
    for (int i = -16; i <= 16; i++) {
        path_begin(&stones, 800, 0, 100);
        path_stroke(&stones, i * 60, top, i * 190, CANVAS_HEIGHT + 40, 1, 4);
        path_fill(&stones, canvas, paint_thin(paint_flat(0x000000), 26));
    }
}

static void parasol(struct canvas *canvas, int x, int foot, int size, uint32_t color)
{
    struct path path;
    canvas_spot(canvas, x, foot, size * 7 / 10, size / 9, 0x000000, 90);
    path_begin(&path, x, foot, size);
    path_stroke(&path, 0, 0, 0, -90, 3, 3);
    path_box(&path, -38, -36, -8, -33);
    path_box(&path, 12, -36, 42, -33);
    path_box(&path, -24, -34, -22, 0);
    path_box(&path, 26, -34, 28, 0);
    path_fill(&path, canvas, paint_flat(0x4A3B30));
    path_begin(&path, x, foot, size);
    path_move(&path, -58, -68);
    path_curve(&path, -30, -100, 0, -102);
    path_curve(&path, 30, -100, 58, -68);
    for (int i = 4; i > -4; i--)
        path_curve(&path, i * 14 - 5, -60, i * 14 - 14, -68);
    path_fill(
        &path, canvas,
        paint_across(color_shade(color, 290), color_shade(color, 200), x - size / 2, x + size / 2));
}

void scene_old_town(struct canvas *canvas, const struct take *take)
{
    static const uint32_t cloths[3] = {0xC9463D, 0xE7DCC4, 0x2F6B68};
    const struct mood *mood = take->mood;
    land_sky(canvas, take, 820, 90);
    land_sun(canvas, mood, 1270, 300, 36);
    land_hills(canvas, take, 480, 700, 2);
    town_church(canvas, 560, 790, 640, color_mix(mood->far, mood->wall, 170));
    canvas_veil(canvas, 300, 800, mood->haze, 0, 70);
    town_row(canvas, take, -60, 470, 850, 400);
    town_row(canvas, take, 980, 1660, 850, 400);
    town_row(canvas, take, 470, 980, 826, 230);
    pavement(canvas, 826, color_mix(0xC9BBA4, mood->wall, 120),
             color_mix(0x8F8374, mood->near, 70));
    for (int i = 0; i < 2; i++)
        town_lamp(canvas, mood, i ? 1180 : 420, 960, 330);
    for (int i = 0; i < 9; i++) {
        const int x = 330 + i * 112, y = 890 + noise_between(take->seed, i, 1, 0, 60);
        canvas_spot(canvas, x + 16, y, 46, 8, 0x000000, 90);
        figure_person(canvas, x, y, 84 + (y - 890) / 2,
                      color_mix(noise_bits(take->seed, i, 9) & 0x7F7F7F, mood->near, 120), 0);
    }
    parasol(canvas, 230, 1130, 330, cloths[take->number]);
    parasol(canvas, 1340, 1120, 320, cloths[take->number]);
    figure_birds(canvas, 780, 230, 6, color_mix(mood->near, mood->haze, 60), take->seed);
}

void scene_bridge(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    const uint32_t stone = color_mix(mood->far, mood->near, 130);
    land_sky(canvas, take, 800, 90);
    land_sun(canvas, mood, 1120, 400, 46);
    land_hills(canvas, take, 420, 600, 2);
    town_castle(canvas, take, 420, 560, 330, color_mix(mood->far, mood->haze, 60));
    canvas_veil(canvas, 250, 720, mood->haze, 0, 110);
    town_row(canvas, take, -50, 1650, 740, 170);
    canvas_veil(canvas, 520, 760, mood->haze, 10, 150);
    town_bridge(canvas, 690, 850, 5, color_mix(stone, mood->wall, 90));
    for (int i = 0; i < 5; i++)
        town_lamp(canvas, mood, 160 + i * 320, 668, 130);
    for (int i = 0; i < 8; i++)
        figure_person(canvas, 90 + i * 190 + noise_between(take->seed, i, 0, -60, 60), 668, 52,
                      color_mix(mood->near, stone, 60), 0);
    land_water(canvas, take, 850, 1120);
    figure_motorboat(canvas, 700, 1000, 330, color_mix(mood->near, 0x20405A, 100),
                     color_mix(0xF3EDDD, mood->wall, 120));
    figure_birds(canvas, 700, 240, 8, color_mix(mood->near, mood->haze, 60), take->seed);
}

/* Rain has fallen: the street doubles every light. */
void scene_night_street(struct canvas *canvas, const struct take *take)
{
    static const uint32_t signs[] = {0xFF5D73, 0x5AD1FF, 0xFFC857, 0x8BE37A, 0xC79BFF};
    const struct mood *mood = take->mood;
    land_sky(canvas, take, 870, 60);
    if (mood->windows > 50) land_stars(canvas, 420, take->seed, 160);
    town_skyline(canvas, take, 770, 330, color_mix(mood->far, mood->near, 70), take->seed + 1);
    canvas_glow(canvas, 800, 740, 520, 0xF7B26A, 90);
    for (int depth = 0; depth < 6; depth++) {
        const int near = depth * depth, foot = 780 + near * 8, high = 220 + near * 20;
        for (int side = -1; side <= 1; side += 2) {
            const int wide = high / 2, x = 800 + side * (100 + near * 16 + depth * 34 + wide / 2);
            const uint32_t wall = color_mix(mood->wall, mood->near, 90 + depth * 12);
            for (int next = 0; next < 3; next++)
                town_house(canvas, take, x + side * next * wide, foot, wide, high, wall);
            if (depth > 1) {
                const uint32_t color = signs[noise_between(take->seed, depth, side, 0, 4)];
                struct path sign;
                const int at = x - side * wide / 2, y = foot - high / 2;
                canvas_glow(canvas, at, y, 60 + near * 8, color, 130);
                path_begin(&sign, at, y, 40 + near * 8);
                path_box(&sign, -9, -32, 9, 32);
                path_fill(&sign, canvas, paint_flat(color_mix(color, 0xFFFFFF, 110)));
            }
        }
    }
    land_water(canvas, take, 860, 800);
    canvas_veil(canvas, 860, CANVAS_HEIGHT, color_mix(mood->near, 0x2A2630, 128), 60, 150);
    for (int i = 0; i < 4; i++) {
        const int x = 620 + i * 110, y = 930 + (i * 53) % 90;
        struct path umbrella;
        figure_person(canvas, x, y, 170, color_shade(mood->near, 200), 0);
        path_begin(&umbrella, x, y - 150, 100);
        path_move(&umbrella, -62, 0);
        path_curve(&umbrella, -50, -62, 0, -66);
        path_curve(&umbrella, 50, -62, 62, 0);
        path_curve(&umbrella, 0, -18, -62, 0);
        path_fill(&umbrella, canvas,
                  paint_down(color_mix(signs[(i + take->number) % 5], mood->near, 110), mood->near,
                             y - 216, y - 140));
    }
    for (int side = -1; side <= 1; side += 2)
        town_lamp(canvas, mood, 800 + side * 330, 1010, 470);
}
