/* Things on a table, seen from above or from the side. Sizes are radii from above, heights from the
 * side.
 */
#ifndef STAGECRAFT_SEED_TABLE_H
#define STAGECRAFT_SEED_TABLE_H

#include "infra/seed/pictures/path.h"

/* Boards that fill the picture from `top` down. */
void table_wood(struct canvas *canvas, int top, uint32_t color, uint32_t seed);

/* --- from above --- */

void table_plate(struct canvas *canvas, int x, int y, int radius, uint32_t color);
void table_bowl(struct canvas *canvas, int x, int y, int radius, uint32_t color, uint32_t content);
void table_cup(struct canvas *canvas, int x, int y, int radius, uint32_t color, uint32_t drink);
void table_slice(struct canvas *canvas, int x, int y, int radius, uint32_t peel, uint32_t flesh);
void table_tomato(struct canvas *canvas, int x, int y, int radius, uint32_t color);
void table_herbs(struct canvas *canvas, int x, int y, int size, uint32_t color, uint32_t seed);

/* Many small things scattered in a circle: spices, rice, beads. */
void table_grains(struct canvas *canvas, int x, int y, int radius, int count, int size,
                  uint32_t color, uint32_t seed);

/* --- from the side --- */

/* A thrown pot: half widths from the foot up at equal steps of its height, in hundredths of it. */
struct profile {
    int count;
    int half[10];
};
void table_pot(struct canvas *canvas, int x, int foot, int size, const struct profile *profile,
               uint32_t color, uint32_t glaze);
void table_bottle(struct canvas *canvas, int x, int foot, int size, uint32_t glass, uint32_t label);
void table_glass(struct canvas *canvas, int x, int foot, int size, uint32_t wine);
void table_grapes(struct canvas *canvas, int x, int y, int size, uint32_t color, uint32_t seed);
void table_loaf(struct canvas *canvas, int x, int foot, int length, uint32_t crust);

#endif
