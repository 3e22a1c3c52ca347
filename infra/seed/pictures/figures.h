/* Boats, people, birds and balloons. `size` is a height in pixels unless said otherwise; negative
 * sizes look the other way.
 */
#ifndef STAGECRAFT_SEED_FIGURES_H
#define STAGECRAFT_SEED_FIGURES_H

#include "infra/seed/pictures/path.h"

void figure_sailboat(struct canvas *canvas, int x, int y, int size, uint32_t sail, uint32_t hull);
void figure_kayak(struct canvas *canvas, int x, int y, int length, uint32_t color, uint32_t person);
void figure_motorboat(struct canvas *canvas, int x, int y, int length, uint32_t hull,
                      uint32_t cabin);

/* Somebody seen from afar: standing, or with both arms raised. */
void figure_person(struct canvas *canvas, int x, int foot, int size, uint32_t color, int arms_up);
void figure_cyclist(struct canvas *canvas, int x, int foot, int size, uint32_t color);

void figure_birds(struct canvas *canvas, int x, int y, int count, uint32_t color, uint32_t seed);
void figure_balloon(struct canvas *canvas, int x, int y, int size, uint32_t one, uint32_t other);
void figure_fish(struct canvas *canvas, int x, int y, int length, uint32_t color, uint32_t stripe);

#endif
