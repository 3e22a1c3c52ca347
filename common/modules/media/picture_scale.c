/* The pipeline. The large size is made of the decoded picture, the medium one of the large, the
 * small one of the medium: each step has a quarter of the pixels to look at, and averaging twice is
 * not seen. The decoders shrink while they read, so the large size is the largest there ever is.
 */
#include "common/modules/media/picture_scale.h"

#include "common/base/bytes.h"
#include "common/modules/media/picture_codec.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { JPEG_QUALITY = 82 };

static const struct {
    const char *name;
    struct picture_box box;
} sizes[PICTURE_SIZES] = {
    [PICTURE_SMALL] = {"small", {400, 300}},
    [PICTURE_MEDIUM] = {"medium", {800, 600}},
    [PICTURE_LARGE] = {"large", {1600, 1200}},
};

const char *picture_size_name(enum picture_size size)
{
    return sizes[size].name;
}

/* --- what both decoders say --- */

enum status picture_refuse(char why[PICTURE_WHY_MAX], const char *sentence)
{
    snprintf(why, PICTURE_WHY_MAX, "%s", sentence);
    return STATUS_UNPROCESSABLE;
}

enum status picture_no_memory(char why[PICTURE_WHY_MAX])
{
    snprintf(why, PICTURE_WHY_MAX, "there is no memory for the picture right now");
    return STATUS_UNAVAILABLE;
}

enum status picture_check_claim(uint32_t width, uint32_t height, char why[PICTURE_WHY_MAX])
{
    if (width > 0 && width <= PICTURE_SIDE_MAX && height > 0 && height <= PICTURE_SIDE_MAX &&
        width * height <= PICTURE_PIXELS_MAX)
        return STATUS_OK;
    snprintf(why, PICTURE_WHY_MAX,
             "the picture has %" PRIu32 " x %" PRIu32
             " pixels; at most %d on a side and 24 megapixels together",
             width, height, PICTURE_SIDE_MAX);
    return STATUS_UNPROCESSABLE;
}

/* --- the pipeline --- */

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

/* Takes the pixels. */
static enum status make_sizes(struct picture_pixels *pixels, struct picture_set *out,
                              char why[PICTURE_WHY_MAX])
{
    bool made = true;
    *out = (struct picture_set){0};
    for (int size = PICTURE_LARGE; made && size >= PICTURE_SMALL; size--)
        made = picture_shrink(pixels, sizes[size].box) &&
               picture_write_jpeg(pixels, JPEG_QUALITY, &out->files[size]);
    free(pixels->rgb);
    if (!made) {
        picture_set_release(out);
        return picture_no_memory(why);
    }
    make_key(out);
    return STATUS_OK;
}

enum status picture_scale(enum picture_kind kind, const void *bytes, size_t length,
                          struct picture_set *out, char why[PICTURE_WHY_MAX])
{
    static const struct {
        const char *name;
        unsigned char begins[8];
        size_t length;
    } kinds[] = {
        [PICTURE_PNG] = {"PNG", {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}, 8},
        [PICTURE_JPEG] = {"JPEG", {0xFF, 0xD8, 0xFF}, 3},
    };
    if (length < kinds[kind].length || memcmp(bytes, kinds[kind].begins, kinds[kind].length) != 0) {
        snprintf(why, PICTURE_WHY_MAX, "this is not a %s picture", kinds[kind].name);
        return STATUS_UNPROCESSABLE;
    }
    struct picture_pixels pixels = {0};
    const struct picture_box large = sizes[PICTURE_LARGE].box;
    const enum status status = kind == PICTURE_PNG
                                   ? picture_read_png(bytes, length, large, &pixels, why)
                                   : picture_read_jpeg(bytes, length, large, &pixels, why);
    return status == STATUS_OK ? make_sizes(&pixels, out, why) : status;
}

enum status picture_from_pixels(const uint32_t *from, int width, int height,
                                struct picture_set *out, char why[PICTURE_WHY_MAX])
{
    assert(width > 0 && width <= PICTURE_SIDE_MAX && height > 0 && height <= PICTURE_SIDE_MAX &&
           width * height <= PICTURE_PIXELS_MAX);
    const size_t count = (size_t)width * (size_t)height;
    struct picture_pixels pixels = {width, height, malloc(count * 3)};
    if (!pixels.rgb) return picture_no_memory(why);
    for (size_t i = 0; i < count; i++)
        for (int channel = 0; channel < 3; channel++)
            pixels.rgb[3 * i + (size_t)channel] = (unsigned char)(from[i] >> (16 - 8 * channel));
    return make_sizes(&pixels, out, why);
}

void picture_set_release(struct picture_set *set)
{
    for (int size = 0; size < PICTURE_SIZES; size++)
        free(set->files[size].bytes);
    *set = (struct picture_set){0};
}
