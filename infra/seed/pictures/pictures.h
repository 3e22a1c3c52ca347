/* The pictures of the seeded products: a few for each category, drawn when they are loaded.
 *
 * They are drawings and not photographs, because everything here is made from numbers: no files are
 * brought along, and nobody's rights are in them. A picture's number says what it shows; its key is
 * made of the JPEG's bytes, which another version of libjpeg may write differently.
 */
#ifndef STAGECRAFT_SEED_PICTURES_H
#define STAGECRAFT_SEED_PICTURES_H

#include "common/modules/media/picture_scale.h"

enum { PICTURES_PER_CATEGORY = 3, PICTURES_MAX = 64 };

struct pictures {
    int count;
    struct picture_set sets[PICTURES_MAX]; /* by number */
};

/* How many there are. */
int pictures_count(void);

/* Which one the `variant`-th product of that category shows; -1: none. */
int pictures_number(const char *category, uint32_t variant);

/* What a picture shows, as 0xRRGGBB pixels of CANVAS_WIDTH by CANVAS_HEIGHT: the same everywhere. */
void pictures_paint(int number, uint32_t *pixels);

/* Draws and scales all of them, on two threads: about three seconds. Release them also after a
   failure; `why` then says what is missing. */
enum status pictures_draw(struct pictures *out, char why[PICTURE_WHY_MAX]);
void pictures_release(struct pictures *pictures);

#endif
