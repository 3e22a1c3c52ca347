/* PNG files of every colour type, written by libpng. */
#include "tests/unit/media/made.h"

#include "tests/unit/media/groups.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

static void append(png_structp png, unsigned char *bytes, size_t length)
{
    struct made *out = png_get_io_ptr(png);
    out->bytes = realloc(out->bytes, out->length + length);
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

static void write_header(png_structp png, png_infop info, const struct made_png *options, int type,
                         int depth)
{
    png_set_IHDR(png, info, (png_uint_32)options->width, (png_uint_32)options->height, depth, type,
                 options->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
    if (type == PNG_COLOR_TYPE_PALETTE) {
        static const png_color colours[] = {
            {0xE0, 0x10, 0x10}, {0x10, 0xC0, 0x20}, {0x10, 0x20, 0xD0}, {0xFF, 0xFF, 0xFF}};
        const png_byte alpha[] = {(png_byte)options->alpha, 255, 255, 255};
        png_set_PLTE(png, info, colours, 4);
        png_set_tRNS(png, info, alpha, 4, NULL);
    }
    if (options->comment) {
        png_text text = {.compression = PNG_TEXT_COMPRESSION_zTXt, .key = (char *)"Comment"};
        text.text = (char *)options->comment;
        text.text_length = strlen(options->comment);
        png_set_text(png, info, &text, 1);
    }
    png_write_info(png, info);
    if (depth < 8) png_set_packing(png);
}

/* One pixel in the layout of the type; returns how many bytes it has. */
static size_t put_pixel(unsigned char *at, uint32_t colour, int index, int type, int depth,
                        unsigned alpha)
{
    unsigned char channels[4] = {(unsigned char)(colour >> 16), (unsigned char)(colour >> 8),
                                 (unsigned char)colour, (unsigned char)alpha};
    size_t count = 3;
    if (type == PNG_COLOR_TYPE_PALETTE || depth < 8) {
        at[0] = (unsigned char)(type == PNG_COLOR_TYPE_PALETTE ? index : index % 2);
        return 1;
    }
    if (!(type & PNG_COLOR_MASK_COLOR)) {
        channels[0] = channels[1]; /* grey: as bright as its green */
        channels[1] = (unsigned char)alpha;
        count = 1;
    }
    if (type & PNG_COLOR_MASK_ALPHA) count++;
    for (size_t i = 0; i < count; i++) {
        at[i * (size_t)depth / 8] = channels[i];
        if (depth == 16) at[i * 2 + 1] = channels[i];
    }
    return count * (size_t)depth / 8;
}

struct made made_png(const struct made_png *options)
{
    const int depth = options->depth ? options->depth : 8;
    const int type = options->depth ? options->colour_type : PNG_COLOR_TYPE_RGB;
    const int width = options->width, height = options->height;
    struct made out = {0};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    unsigned char *row = malloc((size_t)width * 8);
    if (setjmp(png_jmpbuf(png))) abort();
    png_set_write_fn(png, &out, append, NULL);
    png_set_compression_level(png, 1);
    write_header(png, info, options, type, depth);
    const int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < height; y++) {
            unsigned char *at = row;
            for (int x = 0; x < width; x++) {
                const int index = (y >= height / 2) * 2 + (x >= width / 2);
                at += put_pixel(at, made_colour(x, y, width, height), index, type, depth,
                                options->alpha);
            }
            png_write_row(png, row);
        }
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    free(row);
    return out;
}
