/* On the water: a kayak on a still lake, sails at sunset, a harbour, a canal between houses.
 */
#include "infra/seed/pictures/figures.h"
#include "infra/seed/pictures/noise.h"
#include "infra/seed/pictures/plants.h"
#include "infra/seed/pictures/scenes.h"
#include "infra/seed/pictures/town.h"

void scene_lake(struct canvas *canvas, const struct take *take)
{
    static const uint32_t boats[3] = {0xE0532F, 0xF0B429, 0xD6455D};
    const struct mood *mood = take->mood;
    const struct ridge peaks = {640, 420, 520, 6, true, take->seed + 2},
                       shore = {690, 110, 640, 5, false, take->seed + 3};
    land_sky(canvas, take, 700, 70);
    land_sun(canvas, mood, 1210, 240, 34);
    land_mountain(canvas, &peaks, color_mix(mood->far, mood->sun, 50),
                  color_mix(mood->far, mood->near, 90), mood->haze, 130);
    canvas_veil(canvas, 380, 700, mood->haze, 0, 170);
    land_ridge(canvas, &shore, color_mix(mood->far, mood->near, 150),
               color_mix(mood->near, mood->haze, 90));
    plant_forest(canvas, &shore, 150, 110, color_mix(mood->far, mood->near, 170), take->seed + 4);
    land_water(canvas, take, 690, 1210);
    canvas_spot(canvas, 500, 700, 900, 60, mood->haze, 130);
    const int x = noise_between(take->seed, 1, 1, 560, 900);
    figure_kayak(canvas, x, 960, 430, boats[take->number], color_mix(mood->near, 0x2A3A55, 128));
    if (take->number != 1)
        figure_kayak(canvas, x + 420, 850, -210, boats[(take->number + 1) % 3],
                     color_mix(mood->near, 0x5A2A2A, 128));
    for (int i = 0; i < 70; i++) /* reeds */
        plant_leaf(canvas, noise_between(take->seed + 5, i, 0, -30, 330), 1215,
                   130 + noise_between(take->seed, i, 1, 0, 210),
                   49152 + noise_between(take->seed, i, 2, -2400, 2400),
                   color_shade(mood->near, noise_between(take->seed, i, 3, 190, 300)));
}

void scene_sails(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    const struct ridge coast = {640, 130, 500, 5, false, take->seed + 2};
    const uint32_t sail = color_mix(0xFFFFFF, mood->sky[3], 70);
    land_sky(canvas, take, 650, 110);
    const int sun = noise_between(take->seed, 0, 0, 420, 1150);
    land_sun(canvas, mood, sun, take->mood->windows ? 500 : 260, 54);
    land_ridge(canvas, &coast, color_mix(mood->far, mood->haze, 60), mood->haze);
    land_water(canvas, take, 645, sun);
    land_waves(canvas, 645, color_mix(mood->water, mood->sky[3], 120), 60, take->seed + 3);
    figure_sailboat(canvas, sun > 800 ? 360 : 1240, 700, 150, sail,
                    color_mix(mood->near, 0x7A3B2E, 120));
    figure_sailboat(canvas, sun > 800 ? 620 : 1000, 680, -90, sail,
                    color_mix(mood->near, 0x2C4A63, 120));
    const int x = sun > 800 ? 560 : 960;
    canvas_spot(canvas, x, 1022, 260, 26, color_shade(mood->water, 100), 170);
    figure_sailboat(canvas, x, 1020, 620, color_shade(sail, 250),
                    color_mix(mood->near, 0x8A4A30, 150));
    canvas_spot(canvas, x + 30, 1034, 260, 12, 0xFFFFFF, 120);
    figure_birds(canvas, sun > 800 ? 1200 : 420, 330, 7, color_mix(mood->near, mood->haze, 60),
                 take->seed);
}

void scene_harbour(struct canvas *canvas, const struct take *take)
{
    static const uint32_t hulls[] = {0x1F4E79, 0xB23A2E, 0x2F6B57, 0xE2B23C, 0x3A3F4B};
    const struct mood *mood = take->mood;
    struct path quay;
    land_sky(canvas, take, 760, 100);
    land_hills(canvas, take, 430, 640, 2);
    if (take->number == 1)
        town_church(canvas, 1090, 600, 420, color_mix(mood->far, mood->wall, 150));
    town_row(canvas, take, -40, CANVAS_WIDTH, 760, 300);
    path_begin(&quay, 0, 0, 100);
    path_box(&quay, -10, 756, 1610, 802);
    path_fill(&quay, canvas,
              paint_down(color_mix(0x8D8478, mood->wall, 90), color_mix(0x4C463F, mood->near, 90),
                         756, 802));
    land_water(canvas, take, 800, mood->windows > 20 ? 700 : -1);
    for (int i = 0; i < 7; i++) {
        const int x = 90 + i * 240 + noise_between(take->seed, i, 1, -50, 50),
                  y = 840 + noise_between(take->seed, i, 2, 0, 40) + (i & 1) * 130;
        const uint32_t hull =
            color_mix(hulls[noise_between(take->seed, i, 3, 0, 4)], mood->near, mood->windows + 20);
        canvas_spot(canvas, x, y + 10, 130, 16, color_shade(mood->water, 90), 170);
        if (i % 3 == 1)
            figure_motorboat(canvas, x, y, 230 + (i & 1) * 60, hull,
                             color_mix(0xF2EFE6, mood->wall, 80));
        else
            figure_sailboat(canvas, x, y, (i & 1 ? 1 : -1) * (210 + (i & 1) * 80),
                            color_mix(0xFFFFFF, mood->wall, 90), hull);
    }
    figure_birds(canvas, 500, 220, 9, color_mix(mood->near, mood->haze, 90), take->seed);
}

/* Houses on both sides, smaller with distance, and the water between them. */
void scene_canal(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    struct path bank;
    land_sky(canvas, take, 800, 80);
    if (mood->windows > 20) land_sun(canvas, mood, 800, 560, 36);
    town_dome(canvas, 830, 740, 330, color_mix(mood->far, mood->haze, 90));
    for (int depth = 0; depth < 7; depth++) {
        const int near = depth * depth, foot = 735 + near * 5, high = 150 + near * 13;
        const int wide = high * 46 / 100, inner = 70 + near * 12 + depth * 26;
        static const uint32_t walls[] = {0xC8553D, 0xE9C48A, 0x8FA7A2, 0xE7DCC8,
                                         0xA4583F, 0xD9A05B, 0x7D8FA3};
        for (int side = -1; side <= 1; side += 2) {
            const uint32_t wall = color_mix(walls[noise_between(take->seed, depth, side, 0, 6)],
                                            mood->wall, mood->windows > 30 ? 150 : 60);
            for (int next = 0; next < 4; next++)
                town_house(canvas, take, 800 + side * (inner + wide / 2 + next * wide), foot, wide,
                           high - next * 9, color_mix(wall, mood->haze, 130 - depth * 20));
        }
        if (depth < 6) canvas_veil(canvas, 500, 800, mood->haze, 0, 22);
    }
    land_water(canvas, take, 800, mood->windows > 20 ? 800 : -1);
    for (int side = -1; side <= 1; side += 2) {
        path_begin(&bank, 800, 0, side * 100);
        path_move(&bank, 60, 745);
        path_line(&bank, 810, 745);
        path_line(&bank, 810, 1100);
        path_line(&bank, 590, 940);
        path_line(&bank, 250, 815);
        path_fill(&bank, canvas,
                  paint_down(color_mix(0xA79A86, mood->wall, 100),
                             color_mix(0x5B5348, mood->near, 80), 740, 1100));
    }
    canvas_spot(canvas, 790, 1050, 330, 30, color_shade(mood->water, 100), 160);
    figure_motorboat(canvas, 780, 1040, 520, color_mix(0x274B5E, mood->near, 60),
                     color_mix(0xF3EDDD, mood->wall, 70));
    for (int i = 0; i < 3; i++) {
        town_lamp(canvas, mood, 250 - i * 0 + i * 190, 940 - i * 72, 210 - i * 55);
        town_lamp(canvas, mood, 1350 - i * 190, 940 - i * 72, 210 - i * 55);
    }
}
