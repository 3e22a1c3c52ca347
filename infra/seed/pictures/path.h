/* Shapes with smooth edges: an outline of lines and curves, filled with paint.
 *
 * An outline is given in units of its own around an origin, so that a tree can be drawn once and
 * planted near and far. Outlines that overlap in one path are drawn as one if they run the same way
 * round, and cut holes into each other if they do not; ellipses, boxes and strokes all run the same
 * way.
 */
#ifndef STAGECRAFT_SEED_PATH_H
#define STAGECRAFT_SEED_PATH_H

#include "infra/seed/pictures/canvas.h"

enum { PATH_EDGES_MAX = 4096 };

struct path_edge {
    int32_t x0, y0, x1, y1; /* in 16ths of a pixel */
};

struct path {
    int32_t origin_x, origin_y, scale;
    int32_t start_x, start_y, at_x, at_y;
    int count;
    struct path_edge edges[PATH_EDGES_MAX];
};

/* From `from` at the first point to `to` at the second, or from a middle outwards. */
struct paint {
    uint32_t from, to;
    int32_t x0, y0, x1, y1; /* the second point; its distance is the radius of a round one */
    int part;               /* ALL: opaque */
    int round;
};

struct paint paint_flat(uint32_t color);
struct paint paint_down(uint32_t top, uint32_t bottom, int y0, int y1);
struct paint paint_across(uint32_t left, uint32_t right, int x0, int x1);
struct paint paint_round(uint32_t middle, uint32_t edge, int x, int y, int radius);
struct paint paint_thin(struct paint paint, int part); /* the same, to be seen through */

/* An empty path whose unit is `percent` of a pixel; negative: mirrored left to right. */
void path_begin(struct path *path, int x, int y, int percent);

void path_move(struct path *path, int x, int y); /* closes what is open */
void path_line(struct path *path, int x, int y);
void path_curve(struct path *path, int bend_x, int bend_y, int x, int y);

void path_box(struct path *path, int left, int top, int right, int bottom);
void path_ellipse(struct path *path, int x, int y, int half_width, int half_height);
void path_stroke(struct path *path, int x0, int y0, int x1, int y1, int width0, int width1);

/* Fills; the path is kept and can be filled again. */
void path_fill(struct path *path, struct canvas *canvas, struct paint paint);

#endif
