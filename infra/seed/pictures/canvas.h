/* A picture while it is drawn: pixels, and what can be done to all of them or to a soft spot.
 *
 * Everything here is in whole numbers, so that a picture is the same on every machine. Colours are
 * 0xRRGGBB; how much of something is 0 … 256 (ALL), which divides by a shift. Coordinates are
 * pixels, from the left and from the top; what lies outside is not drawn.
 */
#ifndef STAGECRAFT_SEED_CANVAS_H
#define STAGECRAFT_SEED_CANVAS_H

#include <stdint.h>

enum { CANVAS_WIDTH = 1600, CANVAS_HEIGHT = 1200, ALL = 256 };

struct canvas {
    uint32_t *pixels; /* CANVAS_WIDTH * CANVAS_HEIGHT, the owner's */
};

/* `part` of `b`, the rest of `a`. */
uint32_t color_mix(uint32_t a, uint32_t b, int part);

/* Darker below ALL, lighter above it (up to 2 * ALL). */
uint32_t color_shade(uint32_t color, int light);

/* Mixes one pixel. */
void canvas_blend(struct canvas *canvas, int x, int y, uint32_t color, int part);

/* Rows `top` … `bottom` - 1 from the first of `count` colours to the last, evenly spaced, with a
   little noise so that no bands are seen. */
void canvas_gradient(struct canvas *canvas, int top, int bottom, const uint32_t *colors, int count);

/* A veil of colour that grows from `part_top` to `part_bottom`. */
void canvas_veil(struct canvas *canvas, int top, int bottom, uint32_t color, int part_top,
                 int part_bottom);

/* A soft ellipse: `part` in its middle, nothing at its edge. Light, shadow, mist. */
void canvas_spot(struct canvas *canvas, int x, int y, int half_width, int half_height,
                 uint32_t color, int part);

/* The same, but it adds light: where it is bright already it becomes white. */
void canvas_glow(struct canvas *canvas, int x, int y, int radius, uint32_t color, int part);

/* Rows from `shore` down mirror what is above, restless as water is, `part` tinted with `tint`. */
void canvas_mirror(struct canvas *canvas, int shore, uint32_t tint, int part, uint32_t seed);

/* The last thing: darker corners and the grain of a photograph. */
void canvas_finish(struct canvas *canvas, uint32_t seed);

#endif
