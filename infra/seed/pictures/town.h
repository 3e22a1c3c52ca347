/* Houses, towers, bridges and lamps. x and `foot` are where a thing stands, `size` is its height.
 */
#ifndef STAGECRAFT_SEED_TOWN_H
#define STAGECRAFT_SEED_TOWN_H

#include "infra/seed/pictures/mood.h"
#include "infra/seed/pictures/path.h"

/* A house with a gable and windows, some of them lit as the mood has it. */
void town_house(struct canvas *canvas, const struct take *take, int x, int foot, int wide, int high,
                uint32_t wall);

/* Houses of many colours, wall to wall. */
void town_row(struct canvas *canvas, const struct take *take, int left, int right, int foot,
              int high);

/* High buildings against the sky; `color` is theirs, paler towards the foot. */
void town_skyline(struct canvas *canvas, const struct take *take, int foot, int high,
                  uint32_t color, uint32_t seed);

void town_church(struct canvas *canvas, int x, int foot, int size, uint32_t color);
void town_dome(struct canvas *canvas, int x, int foot, int size, uint32_t color);
void town_castle(struct canvas *canvas, const struct take *take, int x, int foot, int size,
                 uint32_t color);
void town_lighthouse(struct canvas *canvas, const struct mood *mood, int x, int foot, int size);

/* Arches from edge to edge; `top` is the roadway. */
void town_bridge(struct canvas *canvas, int top, int foot, int arches, uint32_t color);

void town_lamp(struct canvas *canvas, const struct mood *mood, int x, int foot, int size);

#endif
