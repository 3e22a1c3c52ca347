/* Outdoors, far from houses: mountains, a path in the forest, a waterfall, a tent under the stars.
 */
#include "infra/seed/pictures/noise.h"
#include "infra/seed/pictures/plants.h"
#include "infra/seed/pictures/scenes.h"

void scene_mountains(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    const struct ridge far = {640, 330, 420, 6, true, take->seed + 1};
    const struct ridge peaks = {760, 520, 560, 6, true, take->seed + 2};
    const struct ridge slope = {1010, 190, 700, 5, false, take->seed + 3};
    const struct ridge front = {1230, 230, 820, 5, false, take->seed + 4};
    land_sky(canvas, take, 780, 90);
    land_sun(canvas, mood, noise_between(take->seed, 0, 0, 1000, 1400), 210, 38);
    land_mountain(canvas, &far, color_mix(mood->far, mood->haze, 110),
                  color_mix(mood->far, mood->haze, 20), mood->haze, 90);
    canvas_veil(canvas, 420, 760, mood->haze, 0, 150);
    land_mountain(canvas, &peaks, color_mix(mood->far, mood->sun, 70),
                  color_mix(mood->far, mood->near, 110), mood->haze, 190);
    canvas_veil(canvas, 640, 900, mood->haze, 0, 190);
    const uint32_t middle = color_mix(mood->far, mood->near, 150);
    land_ridge(canvas, &slope, middle, color_mix(middle, mood->haze, 110));
    plant_forest(canvas, &slope, 150, 90, middle, take->seed + 5);
    canvas_veil(canvas, 900, 1120, mood->haze, 0, 120);
    land_ridge(canvas, &front, mood->near, mood->near);
    plant_forest(canvas, &front, 60, 250, mood->near, take->seed + 6);
}

static void trunk(struct canvas *canvas, int x, int foot, int wide, uint32_t color, uint32_t light)
{
    struct path path;
    path_begin(&path, x, foot, 100);
    path_move(&path, -wide / 2, -foot - 20);
    path_line(&path, wide / 2, -foot - 20);
    path_curve(&path, wide / 2, -wide * 2, wide, 0);
    path_line(&path, -wide, 0);
    path_curve(&path, -wide / 2, -wide * 2, -wide / 2, -foot - 20);
    path_fill(&path, canvas, paint_across(light, color, x - wide / 2, x + wide / 2));
}

void scene_forest_path(struct canvas *canvas, const struct take *take)
{
    static const uint32_t airs[3][3] = {{0xF4F0C4, 0xA9C586, 0x2F5233},
                                        {0xFBE2B0, 0xD69A55, 0x5A3320},
                                        {0xE6EDE6, 0x9DB8AC, 0x2B4644}};
    const uint32_t light = airs[take->number][0], leaves = airs[take->number][1],
                   deep = airs[take->number][2];
    const uint32_t sky[] = {color_mix(leaves, light, 90), light, color_mix(light, leaves, 60)};
    struct path path;
    canvas_gradient(canvas, 0, 800, sky, 3);
    canvas_glow(canvas, 800, 430, 620, light, 120);
    land_ground(canvas, 690, CANVAS_HEIGHT, color_mix(leaves, light, 110),
                color_mix(leaves, deep, 170), take->seed + 8);
    path_begin(&path, 0, 0, 100);
    path_move(&path, 772, 728);
    path_curve(&path, 900, 820, 640, 920);
    path_curve(&path, 420, 1010, 380, 1210);
    path_line(&path, 1240, 1210);
    path_curve(&path, 1060, 1010, 980, 910);
    path_curve(&path, 940, 820, 818, 728);
    path_fill(&path, canvas, paint_down(color_mix(light, 0xC9A877, 110), 0x8A6B47, 720, 1200));
    for (int layer = 0; layer < 5; layer++) {
        const int foot = 700 + layer * layer * 24 + layer * 8, part = 40 + layer * 48;
        const uint32_t color = color_mix(light, deep, part);
        for (int i = 0; i < 16 - 2 * layer; i++) {
            const uint32_t seed = take->seed + 100 * (uint32_t)layer;
            int x = noise_between(seed, i, 0, -40, CANVAS_WIDTH + 40);
            const int clear = 110 + layer * 75;
            if (x > 800 - clear && x < 800 + clear) x += x < 800 ? -2 * clear : 2 * clear;
            trunk(canvas, x, foot + noise_between(seed, i, 1, -10, 20), 10 + layer * layer * 4,
                  color, color_mix(color, light, 60));
        }
        canvas_veil(canvas, 200, 760 + layer * layer * 24, light, 0, 50 - layer * 8);
    }
    for (int i = 0; i < 260; i++) {
        const int x = noise_between(take->seed + 9, i, 0, 0, CANVAS_WIDTH),
                  y = noise_between(take->seed + 9, i, 1, 0, 330);
        const int hang = (x - 800) * (x - 800) / 2400 + 40;
        if (y > hang) continue;
        canvas_spot(canvas, x, y, 60, 40,
                    color_mix(leaves, deep, noise_between(take->seed, i, 2, 0, 200)), 190);
    }
    for (int i = 0; i < 5; i++) { /* shafts of light */
        path_begin(&path, 500 + i * 150, 0, 100);
        path_move(&path, 0, -20);
        path_line(&path, 60, -20);
        path_line(&path, -180 + i * 20, 900);
        path_line(&path, -330 + i * 20, 900);
        path_fill(&path, canvas, paint_thin(paint_down(light, leaves, 0, 900), 26));
    }
    for (int i = 0; i < 90; i++) {
        const int x = noise_between(take->seed + 10, i, 0, 0, CANVAS_WIDTH),
                  y = noise_between(take->seed + 10, i, 1, 880, 1200);
        if (x > 330 && x < 1290) continue;
        for (int blade = -3; blade <= 3; blade++)
            plant_leaf(canvas, x, y, 40 + (y - 880) / 6, 49152 + blade * 4200,
                       color_mix(leaves, deep, noise_between(take->seed, i, 3, 60, 210)));
    }
}

static void falling_water(struct canvas *canvas, const struct take *take, int left, int right,
                          int top, int bottom)
{
    for (int x = left; x < right; x++) {
        const int streak = noise_ridge(take->seed + 3, x, 14, 3);
        for (int y = top + noise_line(take->seed, x, 30) / 4000; y < bottom; y++) {
            const int spread = (y - top) / 14 * (x - (left + right) / 2) / ((right - left) / 2 + 1);
            const int flow = noise_line(take->seed + 5 + (uint32_t)(x / 9), y, 120);
            canvas_blend(canvas, x + spread, y, color_mix(0xBFD6DF, 0xFFFFFF, streak >> 8),
                         120 + (flow >> 9));
        }
    }
}

/* A wall with an open middle, in cells of 2 by 2 pixels: rock, and moss where it is damp. */
static void rock_wall(struct canvas *canvas, const struct take *take, uint32_t rock, uint32_t moss)
{
    for (int x = 0; x < CANVAS_WIDTH; x += 2) {
        const int off = x < 800 ? 800 - x : x - 800;
        const int edge = 390 + (noise_ridge(take->seed + 2, x, 260, 5) >> 9) -
                         (off > 260 ? 90 : off * off / 750);
        for (int y = edge & ~1; y < 960; y += 2) {
            const int rough = noise_field(take->seed + 4, x * 2, y / 2, 120, 4);
            const int green = (noise_field(take->seed + 6, x, y * 2, 160, 4) - 27000) / 40 +
                              (y < edge + 40 ? 200 : 0);
            uint32_t color = color_shade(rock, 120 + (rough >> 8) * 7 / 8);
            if (green > 0)
                color = color_mix(color, color_shade(moss, 170 + (rough >> 9)),
                                  green > 220 ? 220 : green);
            for (int i = 0; i < 4; i++)
                canvas_blend(canvas, x + (i & 1), y + (i >> 1), color, ALL);
        }
    }
}

void scene_waterfall(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    const uint32_t rock = color_mix(mood->near, 0x5B5650, 150),
                   moss = color_mix(mood->grass, mood->near, 110);
    const struct ridge back = {430, 260, 300, 5, false, take->seed + 1};
    land_sky(canvas, take, 460, 60);
    land_ridge(canvas, &back, color_mix(mood->far, mood->grass, 90), mood->haze);
    plant_forest(canvas, &back, 130, 120, color_mix(mood->far, mood->near, 130), take->seed);
    canvas_veil(canvas, 180, 480, mood->haze, 0, 120);
    rock_wall(canvas, take, rock, moss);
    falling_water(canvas, take, 700, 870, 395, 930);
    falling_water(canvas, take, 905, 950, 405, 930);
    land_water(canvas, take, 930, -1);
    canvas_spot(canvas, 810, 930, 330, 120, 0xFFFFFF, 190);
    canvas_spot(canvas, 900, 850, 460, 260, 0xF2F7F7, 80);
    for (int i = 0; i < 26; i++) {
        const int x = noise_between(take->seed + 11, i, 0, 0, CANVAS_WIDTH),
                  y = 1010 + noise_between(take->seed + 11, i, 1, 0, 190);
        if (x > 460 && x < 1180 && y < 1120) continue;
        const int wide = 60 + (y - 1000) / 2;
        struct path stone;
        path_begin(&stone, x, y, 100);
        path_ellipse(&stone, 0, 0, wide, wide * 5 / 9);
        path_fill(
            &stone, canvas,
            paint_down(color_shade(rock, 330), color_shade(rock, 130), y - wide / 2, y + wide / 2));
    }
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < 5; i++)
            plant_pine(canvas, side ? 1620 - i * 70 : -20 + i * 66,
                       1080 + noise_between(take->seed, i, side, 0, 90), 560 - i * 70,
                       color_shade(mood->near, 250 - i * 8),
                       take->seed + (uint32_t)(i + 10 * side));
}

void scene_night_sky(struct canvas *canvas, const struct take *take)
{
    static const uint32_t tents[3] = {0xF2A33A, 0xE86A50, 0x57B5A6};
    const struct mood *mood = take->mood;
    const struct ridge far = {860, 260, 460, 6, true, take->seed + 1},
                       near = {1060, 130, 700, 5, false, take->seed + 2};
    struct path tent;
    land_sky(canvas, take, 880, 0);
    for (int y = 0; y < 860; y += 2) /* the milky way */
        for (int x = 0; x < CANVAS_WIDTH; x += 2) {
            const int off = x * 5 / 9 - y + 30, band = off * off / 90;
            if (band > 400) continue;
            const int dust = noise_field(take->seed + 3, x, y, 150, 5) - 24000 - band * 60;
            if (dust <= 0) continue;
            for (int i = 0; i < 4; i++)
                canvas_blend(canvas, x + (i & 1), y + (i >> 1), 0xC9C4EA,
                             dust / 190 > 130 ? 130 : dust / 190);
        }
    land_stars(canvas, 860, take->seed, 1500);
    land_mountain(canvas, &far, color_shade(mood->far, 290), mood->far, mood->haze, 60);
    canvas_veil(canvas, 700, 960, mood->haze, 0, 130);
    land_ridge(canvas, &near, mood->near, mood->near);
    plant_forest(canvas, &near, 70, 170, mood->near, take->seed + 4);
    const int x = noise_between(take->seed, 9, 9, 560, 1000), y = 1120;
    canvas_glow(canvas, x, y - 40, 420, tents[take->number], 110);
    path_begin(&tent, x, y, 170);
    path_move(&tent, -90, 0);
    path_line(&tent, -6, -92);
    path_line(&tent, 80, 0);
    path_fill(&tent, canvas, paint_round(0xFFE9B0, tents[take->number], x - 10, y - 30, 150));
    path_begin(&tent, x, y, 170);
    path_move(&tent, -6, -92);
    path_line(&tent, 120, -10);
    path_line(&tent, 80, 0);
    path_fill(&tent, canvas, paint_flat(color_shade(tents[take->number], 150)));
    path_begin(&tent, x, y, 170);
    path_move(&tent, -6, -92);
    path_line(&tent, 14, 0);
    path_line(&tent, -24, 0);
    path_fill(&tent, canvas, paint_flat(0x5A3A22));
    plant_grass(canvas, 70, mood->near, take->seed + 5);
}
