/* Nothing in nature is quite regular, and everything quite irregular looks like noise: so every
 * branch has its place in a pattern and is then moved a little.
 */
#include "infra/seed/pictures/plants.h"

#include "infra/seed/pictures/noise.h"

void plant_pine(struct canvas *canvas, int x, int y, int size, uint32_t color, uint32_t seed)
{
    enum { TIERS = 9 };
    struct path tree;
    path_begin(&tree, x, y, size);
    path_box(&tree, -2, -14, 2, 0);
    path_fill(&tree, canvas, paint_flat(color_shade(color, 180)));
    path_begin(&tree, x, y, size);
    path_move(&tree, 0, -100);
    for (int side = 1; side >= -1; side -= 2)
        for (int i = 1; i <= TIERS; i++) {
            const int tier = side > 0 ? i : TIERS + 1 - i;
            const int reach = 3 + tier * 22 / TIERS + noise_between(seed, tier, side, -3, 3);
            const int low = -100 + tier * 92 / TIERS + noise_between(seed, tier, side + 5, -2, 2);
            if (side > 0) path_line(&tree, reach, low);
            path_line(&tree, side * reach / 2, low - 3);
            if (side < 0) path_line(&tree, -reach, low);
        }
    path_fill(&tree, canvas,
              paint_across(color_shade(color, 285), color, x - size / 4, x + size / 5));
}

void plant_tree(struct canvas *canvas, int x, int y, int size, uint32_t crown, uint32_t trunk,
                uint32_t seed)
{
    struct path part;
    path_begin(&part, x, y, size);
    path_stroke(&part, 0, 0, 0, -55, 9, 4);
    path_stroke(&part, 0, -30, 16, -58, 4, 2);
    path_stroke(&part, 0, -34, -15, -60, 4, 2);
    path_fill(&part, canvas, paint_flat(trunk));
    for (int i = 0; i < 34; i++) {
        const int angle = noise_between(seed, i, 0, 0, 65535);
        const int far = noise_between(seed, i, 1, 2, 27);
        const int to_x = noise_sine(angle) * far / 16384;
        const int to_y = -68 + noise_sine(angle + 16384) * far * 4 / 5 / 16384;
        const int light = 196 - (to_y + 68) * 3 + noise_between(seed, i, 2, -16, 26) - to_x;
        path_begin(&part, x, y, size);
        path_ellipse(&part, to_x, to_y, 12 - far / 4, 10 - far / 5);
        path_fill(&part, canvas, paint_flat(color_shade(crown, light < 90 ? 90 : light)));
    }
}

void plant_cypress(struct canvas *canvas, int x, int y, int size, uint32_t color)
{
    struct path tree;
    path_begin(&tree, x, y, size);
    path_move(&tree, 0, -100);
    path_curve(&tree, 14, -50, 9, -4);
    path_line(&tree, -9, -4);
    path_curve(&tree, -14, -50, 0, -100);
    path_fill(&tree, canvas,
              paint_across(color_shade(color, 300), color_shade(color, 190), x - size / 10,
                           x + size / 10));
}

void plant_forest(struct canvas *canvas, const struct ridge *ridge, int count, int size,
                  uint32_t color, uint32_t seed)
{
    for (int i = 0; i < count; i++) {
        const int x = noise_between(seed, i, 0, -20, CANVAS_WIDTH + 20);
        const int here = noise_between(seed, i, 1, size * 45 / 100, size);
        plant_pine(canvas, x, land_height(ridge, x) + here / 8 + 4, here,
                   color_shade(color, noise_between(seed, i, 2, 225, 275)), seed + (uint32_t)i);
    }
}

void plant_grass(struct canvas *canvas, int size, uint32_t color, uint32_t seed)
{
    struct path blade;
    for (int i = 0; i < 420; i++) {
        const int x = noise_between(seed, i, 0, -20, CANVAS_WIDTH + 20);
        const int high = size * noise_between(seed, i, 1, 30, 100) / 100;
        const int bend = noise_between(seed, i, 2, -high / 3, high / 3);
        path_begin(&blade, x, CANVAS_HEIGHT + 8, 100);
        path_move(&blade, -3, 0);
        path_curve(&blade, -1, -high * 2 / 3, bend, -high);
        path_curve(&blade, 3, -high / 2, 4, 0);
        path_fill(&blade, canvas,
                  paint_flat(color_shade(color, noise_between(seed, i, 3, 150, 290))));
    }
}

void plant_leaf(struct canvas *canvas, int x, int y, int size, int turn, uint32_t color)
{
    const int sine = noise_sine(turn), cosine = noise_sine(turn + 16384);
    const int tip_x = size * cosine / 16384, tip_y = size * sine / 16384;
    const int wide = size > 120 ? 24 + size / 10 : size / 3; /* long leaves are narrow */
    const int side_x = -sine * wide / 16384, side_y = cosine * wide / 16384;
    struct path leaf;
    path_begin(&leaf, x, y, 100);
    path_move(&leaf, 0, 0);
    path_curve(&leaf, tip_x / 2 + side_x, tip_y / 2 + side_y, tip_x, tip_y);
    path_curve(&leaf, tip_x / 2 - side_x, tip_y / 2 - side_y, 0, 0);
    path_fill(&leaf, canvas, paint_flat(color));
    path_begin(&leaf, x, y, 100);
    path_stroke(&leaf, 0, 0, tip_x * 9 / 10, tip_y * 9 / 10, 2, 1);
    path_fill(&leaf, canvas, paint_thin(paint_flat(color_shade(color, 330)), 150));
}
