/* Decodes a picture after its header has been read. */
#include "common/modules/media/picture_decode.h"

#include <stdio.h>

enum status picture_decode(enum picture_kind kind, const void *bytes, size_t length,
                           gdImagePtr *out, char why[PICTURE_WHY_MAX])
{
    *out = kind == PICTURE_PNG ? gdImageCreateFromPngPtr((int)length, (void *)bytes)
                               : gdImageCreateFromJpegPtrEx((int)length, (void *)bytes, 0);
    if (*out) return STATUS_OK;
    snprintf(why, PICTURE_WHY_MAX, "the picture cannot be decoded");
    return STATUS_UNPROCESSABLE;
}
