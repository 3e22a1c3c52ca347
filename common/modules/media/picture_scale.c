/* The pipeline. The large size is made of the decoded picture, the medium one of the large, the
 * small one of the medium: each step has a quarter of the pixels to look at, and averaging twice is
 * not seen. Averaging is over areas (a triangle twice as wide as a target pixel), so that nothing
 * glitters as it would if pixels were left out.
 */
#include "common/modules/media/picture_scale.h"

#include "common/base/bytes.h"
#include "common/modules/media/picture_decode.h"

#include <assert.h>
#include <gd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JPEG_QUALITY = 82 };

static const struct {
    const char *name;
    int width, height;
} sizes[PICTURE_SIZES] = {
    [PICTURE_SMALL] = {"small", 400, 300},
    [PICTURE_MEDIUM] = {"medium", 800, 600},
    [PICTURE_LARGE] = {"large", 1600, 1200},
};

const char *picture_size_name(enum picture_size size)
{
    return sizes[size].name;
}

static enum status no_memory(char why[PICTURE_WHY_MAX])
{
    snprintf(why, PICTURE_WHY_MAX, "there is no memory for the picture right now");
    return STATUS_UNAVAILABLE;
}

/* Replaces the image by one that fits; false: no memory. */
static bool shrink(gdImagePtr *image, int max_width, int max_height)
{
    const int64_t width = gdImageSX(*image), height = gdImageSY(*image);
    if (width <= max_width && height <= max_height) return true;
    int64_t to_width = max_width, to_height = (height * max_width + width / 2) / width;
    if (to_height > max_height) {
        to_height = max_height;
        to_width = (width * max_height + height / 2) / height;
    }
    if (to_width < 1) to_width = 1;
    if (to_height < 1) to_height = 1;
    gdImageSetInterpolationMethod(*image, GD_TRIANGLE);
    gdImagePtr smaller = gdImageScale(*image, (unsigned)to_width, (unsigned)to_height);
    if (!smaller) return false;
    gdImageDestroy(*image);
    *image = smaller;
    return true;
}

static bool encode(gdImagePtr image, struct picture_file *out)
{
    int length = 0;
    gdImageInterlace(image, 1); /* progressive */
    out->bytes = gdImageJpegPtr(image, &length, JPEG_QUALITY);
    out->length = (size_t)length;
    out->width = gdImageSX(image);
    out->height = gdImageSY(image);
    return out->bytes != NULL;
}

static void make_key(struct picture_set *set)
{
    char text[PICTURE_SIZES * (BYTES_SHA256_HEX - 1) + 1], all[BYTES_SHA256_HEX];
    for (int size = 0; size < PICTURE_SIZES; size++)
        bytes_sha256_hex(set->files[size].bytes, set->files[size].length,
                         text + size * (BYTES_SHA256_HEX - 1));
    bytes_sha256_hex(text, strlen(text), all);
    memcpy(set->key, all, PICTURE_KEY_CHARS);
    set->key[PICTURE_KEY_CHARS] = '\0';
}

/* Takes the image. */
static enum status make_sizes(gdImagePtr image, struct picture_set *out, char why[PICTURE_WHY_MAX])
{
    *out = (struct picture_set){0};
    bool made = true;
    for (int size = PICTURE_LARGE; made && size >= PICTURE_SMALL; size--)
        made = shrink(&image, sizes[size].width, sizes[size].height) &&
               encode(image, &out->files[size]);
    gdImageDestroy(image);
    if (!made) {
        picture_set_release(out);
        return no_memory(why);
    }
    make_key(out);
    return STATUS_OK;
}

enum status picture_scale(enum picture_kind kind, const void *bytes, size_t length,
                          struct picture_set *out, char why[PICTURE_WHY_MAX])
{
    gdImagePtr image = NULL;
    enum status status = picture_decode(kind, bytes, length, &image, why);
    return status == STATUS_OK ? make_sizes(image, out, why) : status;
}

enum status picture_from_pixels(const uint32_t *pixels, int width, int height,
                                struct picture_set *out, char why[PICTURE_WHY_MAX])
{
    assert(width > 0 && width <= PICTURE_SIDE_MAX && height > 0 && height <= PICTURE_SIDE_MAX &&
           width * height <= PICTURE_PIXELS_MAX);
    gdImagePtr image = gdImageCreateTrueColor(width, height);
    if (!image) return no_memory(why);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            gdImageTrueColorPixel(image, x, y) =
                (int)(pixels[(size_t)y * (size_t)width + (size_t)x] & 0xFFFFFF);
    return make_sizes(image, out, why);
}

void picture_set_release(struct picture_set *set)
{
    for (int size = 0; size < PICTURE_SIZES; size++)
        if (set->files[size].bytes) gdFree(set->files[size].bytes);
    *set = (struct picture_set){0};
}
