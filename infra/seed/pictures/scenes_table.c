/* In the kitchen and at the table: cooking and bread from above, wine and coffee, vines outside.
 */
#include "infra/seed/pictures/noise.h"
#include "infra/seed/pictures/plants.h"
#include "infra/seed/pictures/scenes.h"
#include "infra/seed/pictures/table.h"
#include "infra/seed/pictures/town.h"

static const uint32_t BASIL = 0x4F8A3C;

void scene_cooking(struct canvas *canvas, const struct take *take)
{
    static const uint32_t woods[3] = {0xA8764A, 0x5F4634, 0xC9A57B};
    static const uint32_t dishes[3] = {0xF0EBE0, 0x2F5D73, 0xE7D8C3};
    static const uint32_t meals[3] = {0xD8512F, 0xE2A73B, 0x8DA24C};
    const uint32_t seed = take->seed;
    struct path path;
    table_wood(canvas, 0, woods[take->number], seed);
    table_plate(canvas, 800, 610, 380, dishes[take->number]);
    canvas_spot(canvas, 800, 610, 250, 250, color_shade(meals[take->number], 170), 250);
    for (int i = 0; i < 210; i++) { /* pasta: loops on loops */
        const int angle = noise_between(seed, i, 0, 0, 65535),
                  far = noise_between(seed, i, 1, 0, 150);
        const int x = 800 + noise_sine(angle) * far / 16384,
                  y = 610 + noise_sine(angle + 16384) * far / 16384;
        const int bend = noise_between(seed, i, 2, -120, 120);
        path_begin(&path, x, y, 100);
        path_move(&path, -70, -6);
        path_curve(&path, 0, bend, 70, noise_between(seed, i, 3, -40, 40));
        path_curve(&path, 0, bend + 16, -70, 6);
        path_fill(&path, canvas,
                  paint_flat(color_shade(0xEBC878, noise_between(seed, i, 4, 200, 300))));
    }
    canvas_spot(canvas, 800, 590, 150, 130, meals[take->number], 235);
    table_grains(canvas, 800, 590, 110, 60, 15, meals[take->number], seed + 1);
    table_herbs(canvas, 800, 570, 66, BASIL, seed + 2);
    table_bowl(canvas, 260, 280, 165, 0x7C4A33, 0xC98B2F);
    table_grains(canvas, 260, 280, 125, 240, 8, 0xD99A2B, seed + 3);
    table_bowl(canvas, 1360, 260, 140, 0xE9E2D3, 0x8E2B1E);
    table_grains(canvas, 1360, 260, 105, 220, 7, 0xB5382A, seed + 4);
    table_tomato(canvas, 1330, 900, 96, 0xD2402E);
    table_tomato(canvas, 1490, 800, 76, 0xDD5A30);
    table_tomato(canvas, 1180, 1050, 66, 0xC73B2C);
    table_slice(canvas, 290, 900, 115, 0xF2C230, 0xF7DA5C);
    table_slice(canvas, 440, 1040, 86, 0xF2C230, 0xF7DA5C);
    table_herbs(canvas, 180, 620, 110, BASIL, seed + 5);
    table_herbs(canvas, 1480, 560, 100, BASIL, seed + 6);
    table_grains(canvas, 800, 1090, 260, 50, 7, 0x3A2F2A, seed + 7);
}

void scene_bakery(struct canvas *canvas, const struct take *take)
{
    static const uint32_t cloths[3] = {0xE6DDCB, 0x6F8797, 0xC98E76};
    const uint32_t seed = take->seed, wall = color_mix(cloths[take->number], 0x3A2A20, 70);
    const uint32_t walls[] = {color_shade(wall, 200), wall, color_shade(wall, 290)};
    struct path path;
    canvas_gradient(canvas, 0, 760, walls, 3);
    canvas_spot(canvas, 520, 240, 900, 600, 0xFFE9C4, 120);
    path_begin(&path, 0, 0, 100);
    path_box(&path, 900, 250, 1640, 276);
    path_fill(&path, canvas, paint_down(0x8B6240, 0x57391F, 250, 276));
    static const struct profile jar = {5, {30, 36, 36, 34, 22}},
                                jug = {6, {24, 34, 36, 26, 18, 24}};
    for (int i = 0; i < 4; i++)
        table_pot(canvas, 1010 + i * 160, 252, 130 + (i & 1) * 50, i & 1 ? &jug : &jar,
                  i & 1 ? 0xB98A5E : 0xE4DBCA, 0x8DA0A0);
    table_wood(canvas, 740, 0xB98456, seed);
    canvas_veil(canvas, 740, 800, 0x000000, 90, 0);
    for (int i = 0; i < 70; i++) /* flour */
        canvas_spot(canvas, noise_between(seed, i, 0, 200, 1400),
                    noise_between(seed, i, 1, 960, 1190), noise_between(seed, i, 2, 20, 130),
                    noise_between(seed, i, 3, 8, 30), 0xFFF8EC, 110);
    path_begin(&path, 470, 1010, 100); /* a board */
    path_box(&path, -370, -14, 420, 26);
    path_fill(&path, canvas, paint_down(0xD9AE7C, 0x8C5F38, 990, 1040));
    table_loaf(canvas, 330, 1000, 470, 0xB8692C);
    table_loaf(canvas, 640, 1004, 360, 0xC9823C);
    path_begin(&path, 1110, 1050, 100);
    path_stroke(&path, -330, 30, 330, -60, 66, 66);
    path_fill(&path, canvas, paint_down(0xD8A56A, 0x8B5B2E, 970, 1090));
    path_begin(&path, 1110, 1050, 100);
    path_stroke(&path, -440, 45, -330, 30, 26, 30);
    path_stroke(&path, 330, -60, 440, -75, 30, 26);
    path_fill(&path, canvas, paint_down(0x9C6B3B, 0x5C3A1C, 980, 1090));
    table_pot(canvas, 1340, 960, 270, &(struct profile){6, {26, 40, 50, 54, 56, 58}}, 0xEFE7D8,
              cloths[take->number]);
    canvas_spot(canvas, 1340, 690, 150, 36, 0xFFF9EE, 250);
    for (int i = 0; i < 9; i++) { /* ears of wheat */
        const int x = 120 + i * 22, lean = (i - 4) * 26;
        path_begin(&path, x, 880, 100);
        path_stroke(&path, 0, 0, lean, -330, 4, 3);
        path_fill(&path, canvas, paint_flat(0xB98F3E));
        for (int grain = 0; grain < 9; grain++)
            for (int side = -1; side <= 1; side += 2)
                plant_leaf(canvas, x + lean * (66 + grain * 4) / 100,
                           880 - 330 * (66 + grain * 4) / 100, 34, 49152 + side * 5200,
                           color_shade(0xDDB455, 230 + grain * 6));
    }
    table_pot(canvas, 200, 1000, 230, &(struct profile){5, {30, 40, 38, 28, 32}},
              cloths[(take->number + 1) % 3], 0xFFFFFF);
}

void scene_spices(struct canvas *canvas, const struct take *take)
{
    static const uint32_t tables[3] = {0x3B3A40, 0x7A5A42, 0x46606B};
    static const uint32_t spices[9] = {0xC8402A, 0xE3A22B, 0x7B8C3A, 0x8A4B2A, 0xF0E2C2,
                                       0x5B2E22, 0xD97B2C, 0x9AA35A, 0xB23A48};
    const uint32_t seed = take->seed;
    table_wood(canvas, 0, tables[take->number], seed);
    for (int i = 0; i < 9; i++) {
        const int x = 330 + i % 3 * 470 + noise_between(seed, i, 0, -24, 24),
                  y = 220 + i / 3 * 380 + noise_between(seed, i, 1, -20, 20);
        const int radius = noise_between(seed, i, 2, 140, 182);
        const uint32_t spice = spices[(i * 4 + take->number * 2) % 9];
        table_bowl(canvas, x, y, radius, i % 2 ? 0xE6DED0 : 0x6E4A34, color_shade(spice, 190));
        table_grains(canvas, x - 8, y - 8, radius * 7 / 10, 330, i % 4 == 0 ? 13 : 7, spice,
                     seed + 10 + (uint32_t)i);
    }
    table_herbs(canvas, 90, 420, 120, BASIL, seed + 3);
    table_herbs(canvas, 1530, 820, 120, BASIL, seed + 4);
    table_slice(canvas, 1510, 300, 92, 0xE8862A, 0xF3A64A);
    table_slice(canvas, 90, 980, 92, 0x6FA03A, 0xC3DC8A);
    table_grains(canvas, 560, 600, 70, 26, 9, 0x2C2320, seed + 5);
    table_grains(canvas, 1040, 980, 90, 30, 9, 0xC8402A, seed + 6);
}

void scene_wine(struct canvas *canvas, const struct take *take)
{
    static const uint32_t wines[3] = {0x7A1230, 0xE2BE5A, 0xD9788A};
    const struct mood *mood = take->mood;
    const uint32_t seed = take->seed;
    land_sky(canvas, take, 560, 70);
    land_sun(canvas, mood, 1180, 250, 40);
    land_hills(canvas, take, 380, 700, 4);
    for (int i = 0; i < 6; i++)
        plant_cypress(canvas, 90 + i * 70 + (i & 1) * 20, 660 + i * 4, 170 - (i & 1) * 40,
                      color_mix(mood->near, mood->haze, 60));
    canvas_veil(canvas, 300, 820, mood->haze, 60, 130); /* out of focus */
    table_wood(canvas, 820, 0x8A5B3A, seed);
    canvas_veil(canvas, 820, 1000, mood->haze, 110, 0);
    table_bottle(canvas, 520, 1000, 720, wines[take->number] == 0x7A1230 ? 0x24361F : 0x5B6B34,
                 0xF1E8D2);
    table_glass(canvas, 800, 1040, 480, wines[take->number]);
    table_glass(canvas, 1050, 990, 440, wines[take->number]);
    struct path path;
    path_begin(&path, 1290, 1090, 100);
    path_box(&path, -250, -16, 250, 20);
    path_fill(&path, canvas, paint_down(0xC9935C, 0x70462A, 1074, 1110));
    path_begin(&path, 1200, 1074, 100);
    path_move(&path, -120, 0);
    path_line(&path, -120, -70);
    path_line(&path, 90, -110);
    path_line(&path, 90, 0);
    path_fill(&path, canvas, paint_down(0xF7DE8C, 0xD9AA45, 964, 1074));
    path_begin(&path, 1200, 1074, 100);
    for (int i = 0; i < 5; i++)
        path_ellipse(&path, -90 + i * 38, -24 - (i * 29) % 50, 9, 7);
    path_fill(&path, canvas, paint_flat(0xC79433));
    table_grapes(canvas, 1410, 960, 44, take->number == 1 ? 0xA9B84A : 0x5A2B63, seed);
    table_grapes(canvas, 270, 1030, 42, take->number == 1 ? 0x5A2B63 : 0xA9B84A, seed + 1);
}

void scene_coffee(struct canvas *canvas, const struct take *take)
{
    static const uint32_t tables[3] = {0x9C6B45, 0xC9CDC8, 0x3E3A3C},
                          cups[3] = {0xF4EFE6, 0x2F5D62, 0xC8694A};
    const uint32_t seed = take->seed;
    table_wood(canvas, 0, tables[take->number], seed);
    table_cup(canvas, 560, 500, 205, cups[take->number], 0x8A5630);
    table_cup(canvas, 1180, 820, 165, cups[take->number], 0x5C3520);
    for (int i = 0; i < 130; i++) { /* beans */
        const int x = noise_between(seed, i, 0, 880, 1640), y = noise_between(seed, i, 1, -20, 470);
        if (x - 760 < y) continue;
        struct path bean;
        canvas_spot(canvas, x + 5, y + 7, 26, 20, 0x140C06, 170);
        path_begin(&bean, x, y, 100);
        path_ellipse(&bean, 0, 0, 21, 15);
        path_fill(&bean, canvas, paint_down(0x8A5230, 0x3C2011, y - 15, y + 15));
        path_begin(&bean, x, y, 100);
        path_stroke(&bean, -17, 3, 17, -3, 3, 3);
        path_fill(&bean, canvas, paint_flat(0x2A150A));
    }
    for (int i = 0; i < 8; i++) { /* chocolates */
        const int x = 150 + i % 4 * 170, y = 950 + i / 4 * 150;
        struct path piece;
        canvas_spot(canvas, x + 10, y + 14, 96, 84, 0x140C06, 210);
        path_begin(&piece, x, y, 100);
        path_box(&piece, -62, -52, 62, 52);
        path_fill(&piece, canvas,
                  paint_down(i % 3 == 1 ? 0xF0DFC0 : 0x6B3E24, i % 3 == 1 ? 0xC9AE82 : 0x351B0E,
                             y - 52, y + 52));
        path_begin(&piece, x, y, 100);
        path_stroke(&piece, -46, 28, 46, -28, 7, 7);
        path_fill(&piece, canvas, paint_flat(i % 3 == 1 ? 0x6B3E24 : 0xE9D2A8));
    }
    plant_leaf(canvas, 1440, 1080, 190, 50000, 0x5B7F4A);
    plant_leaf(canvas, 1440, 1080, 170, 58000, 0x6C9158);
}

void scene_vineyard(struct canvas *canvas, const struct take *take)
{
    const struct mood *mood = take->mood;
    const struct ridge near = {640, 130, 800, 4, false, take->seed + 3};
    const uint32_t leaf = color_mix(take->number == 1 ? 0xB8862F : 0x6F9A3A, mood->near, 60);
    land_sky(canvas, take, 620, 90);
    land_sun(canvas, mood, 1080, 330, 46);
    land_hills(canvas, take, 430, 620, 3);
    canvas_veil(canvas, 380, 640, mood->haze, 0, 110);
    land_ridge(canvas, &near, color_mix(mood->grass, mood->haze, 60), mood->grass);
    town_house(canvas, take, 380, 610, 130, 70, color_mix(0xF0E2C6, mood->wall, 110));
    for (int i = 0; i < 5; i++)
        plant_cypress(canvas, 470 + i * 34, 618, 120 - (i & 1) * 26,
                      color_mix(mood->near, mood->grass, 60));
    land_ground(canvas, 630, CANVAS_HEIGHT, color_mix(mood->grass, 0xC9A46A, 90),
                color_mix(0x8A6238, mood->near, 80), take->seed);
    for (int row = -13; row <= 13; row++) /* rows that meet at the horizon */
        for (int i = 0; i < 44; i++) {
            const int depth = i * i * 600 / (43 * 43), y = 640 + depth;
            const int x = 860 + row * (22 + depth * 2 / 3), size = 5 + depth / 9;
            if (x < -120 || x > CANVAS_WIDTH + 120) continue;
            const int light = 190 + noise_between(take->seed + 5, row, i, 0, 110);
            canvas_spot(canvas, x + size / 2, y + size / 2, size * 2, size / 2 + 1, 0x1A140C, 120);
            for (int k = 0; k < 3; k++)
                canvas_spot(canvas,
                            x + noise_between(take->seed, i, row * 3 + k, -size / 3, size / 3),
                            y - size / 3 - k * size / 3, size + 2, size + 2,
                            color_shade(leaf, light - 30 + k * 34), 250);
        }
}
