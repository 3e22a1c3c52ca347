/* From a file's bytes to pixels: the part that must trust nothing. Private to the module.
 */
#ifndef STAGECRAFT_MEDIA_PICTURE_DECODE_H
#define STAGECRAFT_MEDIA_PICTURE_DECODE_H

#include "common/modules/media/picture_scale.h"

#include <gd.h>

/* An opaque true-colour image that the caller destroys. Statuses and `why` as picture_scale(). */
enum status picture_decode(enum picture_kind kind, const void *bytes, size_t length,
                           gdImagePtr *out, char why[PICTURE_WHY_MAX]);

#endif
