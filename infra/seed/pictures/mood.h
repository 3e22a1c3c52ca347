/* The light of a scene: which colours sky, haze, land and water have at that hour.
 */
#ifndef STAGECRAFT_SEED_MOOD_H
#define STAGECRAFT_SEED_MOOD_H

#include <stdbool.h>
#include <stdint.h>

enum mood_name { MOOD_DAWN, MOOD_DAY, MOOD_GOLDEN, MOOD_DUSK, MOOD_NIGHT, MOOD_MIST, MOODS };

struct mood {
    uint32_t sky[4]; /* from the zenith to the horizon */
    uint32_t sun, haze, far, near, grass, water, wall;
    int windows; /* how many of a hundred windows are lit */
};

const struct mood *mood_named(enum mood_name name);

/* One way to photograph a scene. */
struct take {
    const struct mood *mood;
    int number; /* 0, 1, 2: which of a scene's colour schemes */
    uint32_t seed;
};

#endif
