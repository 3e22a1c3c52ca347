/* Trees, grass and vines. `size` is a height in pixels; x and y are where it stands.
 */
#ifndef STAGECRAFT_SEED_PLANTS_H
#define STAGECRAFT_SEED_PLANTS_H

#include "infra/seed/pictures/land.h"

void plant_pine(struct canvas *canvas, int x, int y, int size, uint32_t color, uint32_t seed);

/* A round crown, lit from above. */
void plant_tree(struct canvas *canvas, int x, int y, int size, uint32_t crown, uint32_t trunk,
                uint32_t seed);

/* A tall dark flame of a tree, as in the south. */
void plant_cypress(struct canvas *canvas, int x, int y, int size, uint32_t color);

/* `count` pines along a ridge, as high as `size` and lower. */
void plant_forest(struct canvas *canvas, const struct ridge *ridge, int count, int size,
                  uint32_t color, uint32_t seed);

/* Blades from the lower edge of the picture. */
void plant_grass(struct canvas *canvas, int size, uint32_t color, uint32_t seed);

/* A leaf from its stalk, `turn` in 65536ths of a full turn. */
void plant_leaf(struct canvas *canvas, int x, int y, int size, int turn, uint32_t color);

#endif
