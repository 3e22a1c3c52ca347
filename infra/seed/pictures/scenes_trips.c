/* A day away from the city: a train over a viaduct, a lighthouse, a castle by a lake, a village.
 */
#include "infra/seed/pictures/figures.h"
#include "infra/seed/pictures/noise.h"
#include "infra/seed/pictures/plants.h"
#include "infra/seed/pictures/scenes.h"
#include "infra/seed/pictures/town.h"

void scene_railway(struct canvas *canvas, const struct take *take)
{
    static const uint32_t coaches[3] = {0xB7352C, 0x24577A, 0x3E6B45};
    const struct mood *mood = take->mood;
    const struct ridge peaks = {600, 360, 480, 6, true, take->seed + 2},
                       meadow = {1190, 190, 900, 4, false, take->seed + 3};
    struct path path;
    land_sky(canvas, take, 640, 90);
    land_sun(canvas, mood, 300, 230, 36);
    land_mountain(canvas, &peaks, color_mix(mood->far, mood->sun, 50),
                  color_mix(mood->far, mood->near, 80), mood->haze, 120);
    canvas_veil(canvas, 380, 760, mood->haze, 0, 190);
    land_hills(canvas, take, 620, 860, 2);
    canvas_veil(canvas, 700, 960, mood->haze, 0, 120);
    town_bridge(canvas, 640, 1010, 7, color_mix(0xB9A88F, mood->wall, 110));
    for (int i = 0; i < 5; i++) {
        const int x = 180 + i * 214;
        const uint32_t color = color_mix(coaches[take->number], mood->near, mood->windows);
        path_begin(&path, x, 608, 100);
        path_box(&path, -100, -62, 100, 0);
        path_fill(&path, canvas,
                  paint_down(color_shade(color, 300), color_shade(color, 200), 546, 608));
        path_begin(&path, x, 608, 100);
        path_box(&path, -100, -70, 100, -60);
        for (int wheel = -3; wheel <= 3; wheel += 2)
            path_ellipse(&path, wheel * 26, 2, 11, 11);
        path_fill(&path, canvas, paint_flat(0x2B2A2E));
        path_begin(&path, x, 608, 100);
        for (int window = -3; window <= 3; window++)
            path_box(&path, window * 27 - 9, -50, window * 27 + 9, -24);
        path_fill(&path, canvas, paint_flat(mood->windows > 10 ? 0xFFE2A0 : 0xCFE3EC));
    }
    path_begin(&path, 1240, 608, 100);
    path_box(&path, -92, -64, -10, 0);
    path_box(&path, -12, -48, 96, -4);
    path_box(&path, 60, -84, 78, -46);
    path_box(&path, -98, -74, -4, -62);
    path_fill(&path, canvas, paint_down(0x4A4E55, 0x1C1D22, 520, 608));
    path_begin(&path, 1240, 608, 100);
    for (int wheel = 0; wheel < 4; wheel++)
        path_ellipse(&path, -70 + wheel * 50, 0, 19, 19);
    path_fill(&path, canvas, paint_flat(0x8E2A22));
    for (int i = 0; i < 13; i++)
        canvas_spot(canvas, 1300 - i * i * 7, 500 - i * 15, 34 + i * 13, 26 + i * 7,
                    color_mix(0xFFFFFF, mood->haze, 90), 190 - i * 12);
    land_ridge(canvas, &meadow, color_mix(mood->grass, mood->near, 40),
               color_mix(mood->grass, mood->near, 150));
    for (int i = 0; i < 12; i++) {
        const int x = noise_between(take->seed + 4, i, 0, 0, 1600);
        plant_tree(canvas, x, land_height(&meadow, x) + 40, 150 + (i & 3) * 30,
                   color_mix(mood->grass, mood->near, 70), mood->near, take->seed + (uint32_t)i);
    }
}

void scene_lighthouse(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    const struct ridge coast = {720, 120, 560, 5, false, take->seed + 2};
    const uint32_t rock = color_mix(mood->far, mood->near, 170),
                   grass = color_mix(mood->grass, mood->near, 60);
    struct path cliff;
    land_sky(canvas, take, 720, 120);
    land_sun(canvas, mood, 360, mood->windows > 20 ? 560 : 300, 46);
    land_ridge(canvas, &coast, color_mix(mood->far, mood->haze, 70), mood->haze);
    land_water(canvas, take, 715, 360);
    land_waves(canvas, 715, 0xFFFFFF, 60, take->seed + 3);
    for (int step = 0; step < 2; step++) {
        path_begin(&cliff, 0, 0, 100);
        path_move(&cliff, 1620, 560);
        path_curve(&cliff, 1300, 560, 1060, 640 - step * 12);
        path_curve(&cliff, 900, 670, 880, 700 - step * 8);
        for (int i = 0; i < 12; i++)
            path_line(&cliff, 880 - i * 26 + noise_between(take->seed, i, step, -44, 50),
                      700 + (i + 1) * 42);
        path_line(&cliff, 1620, 1220);
        if (step == 0) {
            path_fill(&cliff, canvas,
                      paint_down(color_shade(rock, 310), color_shade(rock, 150), 640, 1200));
            for (int i = 0; i < 60; i++) {
                struct path crack;
                const int x = noise_between(take->seed, i, 7, 820, 1600),
                          y = noise_between(take->seed, i, 8, 720, 1180);
                path_begin(&crack, x, y, 100);
                path_stroke(&crack, 0, 0, noise_between(take->seed, i, 9, -30, 10),
                            noise_between(take->seed, i, 10, 40, 120), 7, 1);
                path_fill(&crack, canvas,
                          paint_thin(paint_flat(color_shade(rock, i & 1 ? 330 : 110)), 80));
            }
        }
    }
    path_begin(&cliff, 0, 0, 100);
    path_move(&cliff, 1620, 550);
    path_curve(&cliff, 1300, 550, 1060, 630);
    path_curve(&cliff, 900, 664, 870, 704);
    path_curve(&cliff, 1000, 724, 1130, 712);
    path_curve(&cliff, 1300, 790, 1620, 770);
    path_fill(&cliff, canvas,
              paint_down(color_shade(grass, 320), color_shade(grass, 190), 560, 790));
    town_lighthouse(canvas, mood, 1130, 640, 470);
    town_house(canvas, take, 1300, 640, 150, 84, color_mix(0xF2ECE0, mood->wall, 80));
    for (int i = 0; i < 24; i++) {
        const int x = 560 + noise_between(take->seed + 5, i, 0, -90, 300),
                  y = 1090 + noise_between(take->seed + 5, i, 1, 0, 110);
        canvas_spot(canvas, x, y, 90, 16, 0xFFFFFF, 150);
    }
    figure_birds(canvas, 620, 380, 8,
                 color_mix(0xFFFFFF, mood->near, mood->windows > 20 ? 200 : 90), take->seed);
}

void scene_castle(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    const struct ridge back = {700, 300, 480, 6, true, take->seed + 2},
                       hill = {860, 250, 1100, 3, false, take->seed + 12};
    land_sky(canvas, take, 720, 90);
    land_sun(canvas, mood, 1290, 250, 38);
    land_mountain(canvas, &back, color_mix(mood->far, mood->sun, 30),
                  color_mix(mood->far, mood->near, 60), mood->haze, 90);
    canvas_veil(canvas, 420, 760, mood->haze, 0, 190);
    int top = 300;
    for (int x = 500; x < 1000; x += 20) /* on the highest point */
        if (land_height(&hill, x) < land_height(&hill, top)) top = x;
    if (top < 400) top = 620;
    town_castle(canvas, take, top, land_height(&hill, top) + 26, 430,
                color_mix(0xD8CCB8, mood->wall, 130));
    land_ridge(canvas, &hill, color_mix(mood->grass, mood->near, 90),
               color_mix(mood->grass, mood->haze, 60));
    plant_forest(canvas, &hill, 120, 74, color_mix(mood->grass, mood->near, 170), take->seed + 5);
    land_water(canvas, take, 850, -1);
    canvas_spot(canvas, 800, 852, 900, 40, mood->haze, 120);
    figure_sailboat(canvas, 1220, 960, 150, color_mix(0xFFFFFF, mood->sky[3], 60), mood->near);
    for (int i = 0; i < 7; i++)
        plant_pine(canvas, i < 4 ? -10 + i * 80 : 1370 + (i - 4) * 110, 1230, 520 - (i % 4) * 60,
                   color_shade(mood->near, 230 + 8 * (i % 4)), take->seed + (uint32_t)i);
}

void scene_village(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    const struct ridge peaks = {560, 330, 420, 6, true, take->seed + 2};
    land_sky(canvas, take, 600, 90);
    land_sun(canvas, mood, 1180, 190, 36);
    land_mountain(canvas, &peaks, color_mix(mood->far, mood->sun, 40),
                  color_mix(mood->far, mood->near, 80), mood->haze, 150);
    canvas_veil(canvas, 330, 640, mood->haze, 0, 170);
    for (int i = 0; i < 4; i++) { /* meadows like a patchwork */
        const struct ridge field = {
            700 + i * 130, 120, 700 - i * 60, 3, false, take->seed + 20 + (uint32_t)i};
        const uint32_t green = color_mix(color_mix(mood->grass, i & 1 ? 0xC9B45A : mood->near, 40),
                                         mood->haze, 120 - i * 34);
        land_ridge(canvas, &field, color_shade(green, 290), green);
        if (i < 3)
            for (int tree = 0; tree < 16; tree++) {
                const int x = noise_between(take->seed + 30, tree, i, 0, 1600);
                plant_tree(canvas, x, land_height(&field, x) + 26 + i * 6, 44 + i * 26,
                           color_mix(mood->grass, mood->near, 90 + i * 20), mood->near,
                           take->seed + (uint32_t)tree);
            }
        if (i != 1) continue;
        town_church(canvas, 800, 850, 300, color_mix(0xF4EFE4, mood->wall, 110));
        for (int house = 0; house < 11; house++) {
            const int x = 430 + house * 74 + noise_between(take->seed, house, 50, -16, 16);
            const int y = 836 + noise_between(take->seed, house, 51, 0, 56);
            town_house(canvas, take, x, y, 78, 54,
                       color_mix(noise_bits(take->seed, house, 52) & 1 ? 0xF1E6D0 : 0xE7C79C,
                                 mood->wall, 90));
        }
    }
    plant_grass(canvas, 120, color_mix(mood->grass, mood->near, 60), take->seed + 6);
    for (int i = 0; i < 90; i++) /* flowers */
        canvas_spot(canvas, noise_between(take->seed + 8, i, 0, 0, 1600),
                    noise_between(take->seed + 8, i, 1, 1090, 1200), 9, 9,
                    i % 3 == 0   ? 0xF4D24B
                    : i % 3 == 1 ? 0xE86A7A
                                 : 0xF7F4EE,
                    250);
}
