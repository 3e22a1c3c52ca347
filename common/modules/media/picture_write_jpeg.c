/* JPEG on the way out: progressive, so that a slow line shows a coarse picture first, with colour at
 * half resolution, as eyes have it. Memory that runs out is the only thing that can go wrong.
 */
#include "common/modules/media/picture_codec.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

enum { FIRST_BYTES = 64 * 1024 };

struct writer {
    struct jpeg_error_mgr errors; /* first: the library hands it to us */
    struct jpeg_compress_struct jpeg;
    struct jpeg_destination_mgr sink;
    unsigned char *bytes;
    size_t length, capacity;
    jmp_buf failed;
};

static void on_error(j_common_ptr jpeg)
{
    longjmp(((struct writer *)jpeg->err)->failed, 1);
}

/* --- where the bytes go: the library's own sink loses memory when memory runs out --- */

static void grow(struct writer *writer)
{
    const size_t capacity = writer->capacity ? 2 * writer->capacity : FIRST_BYTES;
    unsigned char *bytes = realloc(writer->bytes, capacity);
    if (!bytes) longjmp(writer->failed, 1);
    writer->sink.next_output_byte = bytes + writer->capacity;
    writer->sink.free_in_buffer = capacity - writer->capacity;
    writer->bytes = bytes;
    writer->capacity = capacity;
}

static void on_begin(j_compress_ptr jpeg)
{
    grow((struct writer *)jpeg->err);
}

/* The buffer is full, whatever free_in_buffer says. */
static boolean on_full(j_compress_ptr jpeg)
{
    grow((struct writer *)jpeg->err);
    return TRUE;
}

static void on_end(j_compress_ptr jpeg)
{
    struct writer *writer = (struct writer *)jpeg->err;
    writer->length = writer->capacity - writer->sink.free_in_buffer;
}

/* --- what goes there --- */

static void write_pixels(struct writer *writer, const struct picture_pixels *pixels, int quality)
{
    struct jpeg_compress_struct *jpeg = &writer->jpeg;
    jpeg_create_compress(jpeg);
    jpeg->dest = &writer->sink;
    jpeg->image_width = (JDIMENSION)pixels->width;
    jpeg->image_height = (JDIMENSION)pixels->height;
    jpeg->input_components = 3;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg_simple_progression(jpeg);
    jpeg_start_compress(jpeg, TRUE);
    for (int y = 0; y < pixels->height; y++) {
        JSAMPROW row = pixels->rgb + (size_t)y * (size_t)pixels->width * 3;
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
}

bool picture_write_jpeg(const struct picture_pixels *pixels, int quality, struct picture_file *out)
{
    struct writer *writer = calloc(1, sizeof(*writer));
    if (!writer) return false;
    writer->jpeg.err = jpeg_std_error(&writer->errors);
    writer->errors.error_exit = on_error;
    writer->sink.init_destination = on_begin;
    writer->sink.empty_output_buffer = on_full;
    writer->sink.term_destination = on_end;
    if (setjmp(writer->failed) == 0) write_pixels(writer, pixels, quality);
    jpeg_destroy_compress(&writer->jpeg);
    const bool written = writer->length > 0;
    if (written)
        *out = (struct picture_file){writer->bytes, writer->length, pixels->width, pixels->height};
    else
        free(writer->bytes);
    free(writer);
    return written;
}
