/* One picture in, three sizes out: what an upload becomes, without HTTP and without a database.
 *
 * Whoever has a picture (an upload, the generator's drawing) calls this on a thread that may work
 * for a second; it touches nothing but its arguments, so threads may call it at once. What comes in
 * is not trusted: its header is read before anything is decoded, and one that claims too many
 * pixels, is not of the kind it is said to be, or ends early is STATUS_UNPROCESSABLE. What comes
 * out is always progressive JPEG written by us: no metadata, no profile, nothing of the original's
 * bytes survives.
 */
#ifndef STAGECRAFT_MEDIA_PICTURE_SCALE_H
#define STAGECRAFT_MEDIA_PICTURE_SCALE_H

#include "common/base/status.h"

#include <stddef.h>
#include <stdint.h>

enum picture_kind { PICTURE_PNG, PICTURE_JPEG };

/* The sizes fit into 400x300, 800x600 and 1600x1200; nothing is enlarged. */
enum picture_size { PICTURE_SMALL, PICTURE_MEDIUM, PICTURE_LARGE, PICTURE_SIZES };

enum {
    PICTURE_UPLOAD_MAX = 8 << 20,  /* bytes */
    PICTURE_PIXELS_MAX = 24 << 20, /* so that what is sold as 24 megapixels passes */
    PICTURE_SIDE_MAX = 10000,
    PICTURE_KEY_CHARS = 32,
    PICTURE_WHY_MAX = 128,
};

struct picture_file {
    unsigned char *bytes; /* a JPEG; belongs to its set */
    size_t length;
    int width, height;
};

/* Three files and the key they are stored under: the same pixels have the same key, because it is
   made of the bytes of all three (the first half of their SHA-256, lower-case hex). */
struct picture_set {
    char key[PICTURE_KEY_CHARS + 1];
    struct picture_file files[PICTURE_SIZES];
};

/* Decodes, turns as its Exif orientation says, puts what is transparent on white, scales, encodes.
   STATUS_UNPROCESSABLE when the picture is at fault, STATUS_UNAVAILABLE when there is no memory;
   `why` then says what is wrong, in words for the one who sent it. On STATUS_OK the set must be
   released. */
enum status picture_scale(enum picture_kind kind, const void *bytes, size_t length,
                          struct picture_set *out, char why[PICTURE_WHY_MAX]);

/* The same from pixels, row by row, each 0xRRGGBB; the sides are 1..PICTURE_SIDE_MAX, together at
   most PICTURE_PIXELS_MAX pixels. STATUS_UNAVAILABLE when there is no memory. */
enum status picture_from_pixels(const uint32_t *pixels, int width, int height,
                                struct picture_set *out, char why[PICTURE_WHY_MAX]);

void picture_set_release(struct picture_set *set);

/* "small", "medium", "large": in addresses and in the database. Static. */
const char *picture_size_name(enum picture_size size);

#endif
