/* Pictures made for tests: four quarters, red and green above, blue and white below, so that one that
 * was turned, mirrored or miscoloured can be told at a glance.
 */
#ifndef STAGECRAFT_TESTS_UNIT_MEDIA_MADE_H
#define STAGECRAFT_TESTS_UNIT_MEDIA_MADE_H

#include "common/modules/media/picture_scale.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a file; free() them. */
struct made {
    unsigned char *bytes;
    size_t length;
};

/* The colour of the quarter in which (x, y) lies: 0xRRGGBB. */
uint32_t made_colour(int x, int y, int width, int height);

struct made_png {
    int width, height;
    int colour_type, depth; /* of libpng; 0 and 0: RGB of 8 bits */
    bool interlaced;
    unsigned alpha;      /* of types that have it, 0..255 */
    const char *comment; /* a compressed text, or NULL */
};

struct made made_png(const struct made_png *options);

enum made_space { MADE_RGB, MADE_GREY, MADE_CMYK, MADE_CMYK_PLAIN /* without Adobe's marker */ };

struct made_jpeg {
    int width, height;
    enum made_space space;
    bool progressive;
    int scans;        /* 0: as usual; else about so many */
    const void *exif; /* body of an APP1 marker, or NULL */
    size_t exif_length;
};

struct made made_jpeg(const struct made_jpeg *options);

/* Writes other sides into the header. */
void made_lie_png(struct made *png, uint32_t width, uint32_t height);
void made_lie_jpeg(struct made *jpeg, uint16_t width, uint16_t height);

/* A pixel of a JPEG: 0xRRGGBB. */
uint32_t made_pixel(const struct picture_file *file, int x, int y);

/* Fails unless the middle of each quarter has these colours, give or take what JPEG loses: above left
   and right, below left and right. */
void assert_quarters(const struct picture_file *file, const uint32_t colours[4]);

/* picture_scale() that must succeed, and frees `made`; picture_scale() that must not. */
struct picture_set scaled(enum picture_kind kind, struct made made);
void assert_refused(enum picture_kind kind, const void *bytes, size_t length, const char *why);

#endif
