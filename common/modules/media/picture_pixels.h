/* Plain pixels, and how they become fewer. Private to the module.
 *
 * Shrinking is by area: a pixel of the result is the average of all that lies under it, pixels on its
 * edge counting with the part that does. It takes one row at a time, so a decoder can pour its rows
 * through it and the large picture never exists. All of it is in integers: the same picture gives
 * the same bytes, and hence the same key, on every machine.
 */
#ifndef STAGECRAFT_MEDIA_PICTURE_PIXELS_H
#define STAGECRAFT_MEDIA_PICTURE_PIXELS_H

#include <stdbool.h>
#include <stdint.h>

struct picture_pixels {
    int width, height;
    unsigned char *rgb; /* rows from the top, three bytes a pixel; malloc */
};

struct picture_box {
    int width, height;
};

/* The largest size of the same shape that lies inside the box and is no larger than it was. */
struct picture_box picture_fit(struct picture_box from, struct picture_box box);

struct picture_shrinker {
    struct picture_box from, to;
    uint64_t unit;  /* of a row's sums: 256 / from.width, in 1 / 2^32 */
    uint32_t *row;  /* one source row, its width already that of the result */
    uint32_t *sums; /* what has come of the row of the result at hand */
    int rows_in, rows_out;
    unsigned char *rgb; /* the result */
};

/* False: no memory. `to` is no larger than `from`. */
bool picture_shrinker_open(struct picture_shrinker *shrinker, struct picture_box from,
                           struct picture_box to);

/* One row of `from`, three bytes a pixel. Exactly from.height of them come. */
void picture_shrinker_add(struct picture_shrinker *shrinker, const unsigned char *rgb);

/* The result, when all rows have come. The shrinker still wants its release. */
void picture_shrinker_take(struct picture_shrinker *shrinker, struct picture_pixels *out);
void picture_shrinker_release(struct picture_shrinker *shrinker);

/* Replaces the pixels by what fits into the box. False: no memory, and they are as before. */
bool picture_shrink(struct picture_pixels *pixels, struct picture_box box);

/* Turns and mirrors them so that a picture with this Exif orientation (1..8) stands upright. */
bool picture_turn(struct picture_pixels *pixels, int orientation);

#endif
