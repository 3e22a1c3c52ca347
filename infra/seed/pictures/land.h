/* What lies under open sky: clouds, sun and stars, ridges and mountains, meadows, water.
 */
#ifndef STAGECRAFT_SEED_LAND_H
#define STAGECRAFT_SEED_LAND_H

#include "infra/seed/pictures/mood.h"
#include "infra/seed/pictures/path.h"

/* Fills everything above the horizon; `clouds` is how much of the sky they take. */
void land_sky(struct canvas *canvas, const struct take *take, int horizon, int clouds);
void land_sun(struct canvas *canvas, const struct mood *mood, int x, int y, int radius);
void land_moon(struct canvas *canvas, int x, int y, int radius);
void land_stars(struct canvas *canvas, int horizon, uint32_t seed, int count);

/* A line of hills: `step` pixels from one to the next. */
struct ridge {
    int base, height, step, octaves;
    bool sharp; /* peaks instead of hills */
    uint32_t seed;
};

int land_height(const struct ridge *ridge, int x); /* y of its line */
void land_ridge(struct canvas *canvas, const struct ridge *ridge, uint32_t color, uint32_t foot);

/* With faces in the light and in shadow, and snow down to `snow` pixels below the peaks. */
void land_mountain(struct canvas *canvas, const struct ridge *ridge, uint32_t lit, uint32_t shadow,
                   uint32_t foot, int snow);

/* `count` ridges one behind the other from `top` to `bottom`, the far ones in the haze. */
void land_hills(struct canvas *canvas, const struct take *take, int top, int bottom, int count);

/* A meadow, a field, a square: stripes that grow wider towards us. */
void land_ground(struct canvas *canvas, int top, int bottom, uint32_t far, uint32_t near,
                 uint32_t seed);

/* A lake or the sea below `shore`, with the way of the sun at `sun_x` (negative: none). */
void land_water(struct canvas *canvas, const struct take *take, int shore, int sun_x);

/* Waves of the open sea: `color` on the crests. */
void land_waves(struct canvas *canvas, int shore, uint32_t color, int part, uint32_t seed);

#endif
