/* What every test of pictures needs, whatever the format. Results are decoded with libjpeg itself, not
 * with the code under test.
 */
#include "tests/unit/media/made.h"

#include "tests/unit/media/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

enum { LOSS = 6 }; /* what a channel of an even colour may be off by */

uint32_t made_colour(int x, int y, int width, int height)
{
    static const uint32_t quarters[] = {0xE01010, 0x10C020, 0x1020D0, 0xFFFFFF};
    return quarters[(y >= height / 2) * 2 + (x >= width / 2)];
}

static void put_number(unsigned char *at, uint32_t number, int width)
{
    for (int i = 0; i < width; i++)
        at[i] = (unsigned char)(number >> 8 * (width - 1 - i));
}

static uint32_t crc32_of(const unsigned char *bytes, size_t length)
{
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

void made_lie_png(struct made *png, uint32_t width, uint32_t height)
{
    unsigned char *header = png->bytes + 12; /* "IHDR", width, height, five bytes, their sum */
    put_number(header + 4, width, 4);
    put_number(header + 8, height, 4);
    put_number(header + 17, crc32_of(header, 17), 4);
}

void made_lie_jpeg(struct made *jpeg, uint16_t width, uint16_t height)
{
    unsigned char *at = jpeg->bytes + 2;
    while (at[1] < 0xC0 || at[1] > 0xC2)
        at += 2 + (at[2] << 8 | at[3]);
    put_number(at + 5, height, 2);
    put_number(at + 7, width, 2);
}

uint32_t made_pixel(const struct picture_file *file, int x, int y)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    JSAMPLE *row = malloc((size_t)file->width * 3);
    jpeg.err = jpeg_std_error(&errors); /* ends the program when the file is not sound */
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, file->bytes, file->length);
    jpeg_read_header(&jpeg, TRUE);
    assert_int_equal(jpeg.image_width, file->width);
    assert_int_equal(jpeg.image_height, file->height);
    jpeg_start_decompress(&jpeg);
    for (int i = 0; i <= y; i++)
        jpeg_read_scanlines(&jpeg, &row, 1);
    assert_int_equal(errors.num_warnings, 0);
    jpeg_destroy_decompress(&jpeg);
    const JSAMPLE *pixel = row + 3 * x;
    const uint32_t colour = (uint32_t)pixel[0] << 16 | (uint32_t)pixel[1] << 8 | pixel[2];
    free(row);
    return colour;
}

void assert_quarters(const struct picture_file *file, const uint32_t colours[4])
{
    for (int i = 0; i < 4; i++) {
        const int x = file->width * (i % 2 ? 3 : 1) / 4, y = file->height * (i / 2 ? 3 : 1) / 4;
        const uint32_t got = made_pixel(file, x, y);
        for (int shift = 0; shift < 24; shift += 8) {
            const int off = (int)(got >> shift & 255) - (int)(colours[i] >> shift & 255);
            if (abs(off) > LOSS) fail_msg("quarter %d is %06x, not %06x", i, got, colours[i]);
        }
    }
}

struct picture_set scaled(enum picture_kind kind, struct made made)
{
    struct picture_set set;
    char why[PICTURE_WHY_MAX] = "";
    const enum status status = picture_scale(kind, made.bytes, made.length, &set, why);
    free(made.bytes);
    if (status != STATUS_OK) fail_msg("refused: %s", why);
    return set;
}

void assert_refused(enum picture_kind kind, const void *bytes, size_t length, const char *why)
{
    struct picture_set set;
    char said[PICTURE_WHY_MAX] = "";
    const enum status status = picture_scale(kind, bytes, length, &set, said);
    if (status == STATUS_OK) {
        picture_set_release(&set);
        fail_msg("%zu bytes were taken for a picture", length);
    }
    assert_int_equal(status, STATUS_UNPROCESSABLE);
    if (why) assert_string_equal(said, why);
}
