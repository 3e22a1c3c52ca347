/* PNG, by libpng, row by row through the shrinker: of a picture of any size there is one row in
 * memory. Only an interlaced one, whose rows come in seven passes over the whole, must be there as a
 * whole (4 bytes for each of its pixels). All of PNG's colours become RGB of 8 bits; what is
 * transparent is put on white, because JPEG knows no transparency. Texts, profiles and other
 * extras are skipped unread: compressed, they are a favourite place for bombs.
 */
#include "common/modules/media/picture_codec.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    png_structp png;
    png_infop info;
    struct picture_shrinker shrinker;
    const unsigned char *bytes; /* what has not been read */
    size_t left;
    unsigned char *rgba; /* a row as the library gives it; of an interlaced picture, all rows */
    unsigned char *rgb;  /* one row */
    enum status status;
    char *why;
    jmp_buf refused;
};

/* --- what the library tells us --- */

_Noreturn static void give_up(struct reader *reader, enum status status)
{
    reader->status = status;
    longjmp(reader->refused, 1);
}

static void on_error(png_structp png, const char *message)
{
    struct reader *reader = png_get_error_ptr(png);
    (void)message;
    give_up(reader, picture_refuse(reader->why, "the picture is damaged"));
}

static void on_warning(png_structp png, const char *message)
{
    (void)png, (void)message;
}

static void on_read(png_structp png, unsigned char *out, size_t length)
{
    struct reader *reader = png_get_io_ptr(png);
    if (length > reader->left)
        give_up(reader, picture_refuse(reader->why, "the picture ends early"));
    memcpy(out, reader->bytes, length);
    reader->bytes += length;
    reader->left -= length;
}

static void *allocate(struct reader *reader, size_t size)
{
    void *memory = malloc(size);
    if (!memory) give_up(reader, picture_no_memory(reader->why));
    return memory;
}

static void *on_malloc(png_structp png, png_alloc_size_t size)
{
    return allocate(png_get_mem_ptr(png), size);
}

static void on_free(png_structp png, void *memory)
{
    (void)png;
    free(memory);
}

/* --- pixels --- */

static void put_on_white(const unsigned char *rgba, unsigned char *rgb, int width)
{
    for (int x = 0; x < width; x++, rgba += 4, rgb += 3)
        for (int channel = 0; channel < 3; channel++)
            rgb[channel] =
                (unsigned char)((rgba[channel] * rgba[3] + 255 * (255 - rgba[3]) + 127) / 255);
}

/* Leaves by longjmp when the picture is at fault. */
static void read_header(struct reader *reader, struct picture_box *size)
{
    static const unsigned char skipped[] = "iCCP\0tEXt\0zTXt\0iTXt\0eXIf\0sPLT\0hIST";
    png_structp png = reader->png;
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX); /* what is too much, we say */
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, skipped, sizeof(skipped) / 5);
    png_set_read_fn(png, reader, on_read);
    png_read_info(png, reader->info);
    const png_uint_32 width = png_get_image_width(png, reader->info);
    const png_uint_32 height = png_get_image_height(png, reader->info);
    const enum status claim = picture_check_claim(width, height, reader->why);
    if (claim != STATUS_OK) give_up(reader, claim);
    *size = (struct picture_box){(int)width, (int)height};
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
}

static void read_rows(struct reader *reader, struct picture_box size)
{
    const int passes = png_set_interlace_handling(reader->png);
    const size_t row_bytes = (size_t)size.width * 4;
    const size_t step = passes > 1 ? row_bytes : 0; /* else every row lies where the last one lay */
    png_read_update_info(reader->png, reader->info);
    if (png_get_rowbytes(reader->png, reader->info) != row_bytes)
        give_up(reader, picture_refuse(reader->why, "the picture is of a kind that is not known"));
    reader->rgba = allocate(reader, passes > 1 ? row_bytes * (size_t)size.height : row_bytes);
    reader->rgb = allocate(reader, (size_t)size.width * 3);
    for (int pass = 1; pass <= passes; pass++)
        for (int y = 0; y < size.height; y++) {
            unsigned char *row = reader->rgba + step * (size_t)y;
            png_read_row(reader->png, row, NULL);
            if (pass < passes) continue;
            put_on_white(row, reader->rgb, size.width);
            picture_shrinker_add(&reader->shrinker, reader->rgb);
        }
    png_read_end(reader->png, NULL);
}

static void read_picture(struct reader *reader, struct picture_box box)
{
    struct picture_box size;
    reader->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning,
                                           reader, on_malloc, on_free);
    if (reader->png) reader->info = png_create_info_struct(reader->png);
    if (!reader->info) give_up(reader, picture_no_memory(reader->why));
    read_header(reader, &size);
    if (!picture_shrinker_open(&reader->shrinker, size, picture_fit(size, box)))
        give_up(reader, picture_no_memory(reader->why));
    read_rows(reader, size);
}

enum status picture_read_png(const void *bytes, size_t length, struct picture_box box,
                             struct picture_pixels *out, char why[PICTURE_WHY_MAX])
{
    struct reader *reader = calloc(1, sizeof(*reader));
    if (!reader) return picture_no_memory(why);
    reader->bytes = bytes;
    reader->left = length;
    reader->why = why;
    if (setjmp(reader->refused) == 0) {
        read_picture(reader, box);
        picture_shrinker_take(&reader->shrinker, out);
    }
    const enum status status = reader->status;
    png_destroy_read_struct(&reader->png, &reader->info, NULL);
    picture_shrinker_release(&reader->shrinker);
    free(reader->rgba);
    free(reader->rgb);
    free(reader);
    return status;
}
