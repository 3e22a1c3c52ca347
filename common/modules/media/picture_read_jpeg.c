/* JPEG, decoded by libjpeg-turbo straight into few pixels.
 *
 * The library can leave out high frequencies while it decodes: at 1/2, 1/4 or 1/8 it computes only
 * the pixels of that size, and a photo of 24 megapixels never exists as 72 MB of them. The rest of
 * the way is the shrinker's. A progressive file is the expensive one: its scans refine coefficients
 * that must all be kept, and a small file may have many scans; so their number and the library's
 * memory are bounded. What the library would paper over with grey (data that ends early or makes no
 * sense) is refused; bytes too many between two markers, which cameras do write, are not.
 */
#include "common/modules/media/picture_codec.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

enum {
    SCANS_MAX = 50, /* encoders write about ten */
    /* All coefficients of the largest picture in three full channels, and some room. */
    LIBRARY_MEMORY_MAX = PICTURE_PIXELS_MAX * 3 * (int)sizeof(JCOEF) + (8 << 20),
    EXIF_MAX = 0xFFFF,
};

struct reader {
    struct jpeg_error_mgr errors; /* first: the library hands it to us */
    struct jpeg_decompress_struct jpeg;
    struct jpeg_progress_mgr progress;
    struct picture_shrinker shrinker;
    JSAMPLE *row, *rgb; /* one row as it comes, and as RGB */
    int orientation;
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

static void on_error(j_common_ptr jpeg)
{
    struct reader *reader = (struct reader *)jpeg->err;
    switch (jpeg->err->msg_code) {
    case JERR_OUT_OF_MEMORY:
        give_up(reader, picture_no_memory(reader->why));
    case JERR_NO_BACKING_STORE:
        give_up(reader, picture_refuse(reader->why, "decoding the picture takes too much memory"));
    default:
        give_up(reader, picture_refuse(reader->why, "the picture is damaged, or a kind of JPEG "
                                                    "that cannot be read here"));
    }
}

static void on_message(j_common_ptr jpeg, int level)
{
    struct reader *reader = (struct reader *)jpeg->err;
    const int code = jpeg->err->msg_code;
    if (level >= 0 || code == JWRN_EXTRANEOUS_DATA) return;
    give_up(reader, picture_refuse(reader->why, code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER
                                                    ? "the picture ends early"
                                                    : "the picture is damaged"));
}

static void on_progress(j_common_ptr jpeg)
{
    struct reader *reader = (struct reader *)jpeg->err;
    if (reader->jpeg.input_scan_number <= SCANS_MAX) return;
    give_up(reader, picture_refuse(reader->why, "the picture has too many scans"));
}

/* --- orientation --- */

struct exif {
    const unsigned char *bytes; /* from the byte order on */
    size_t length;
    bool big_endian;
};

static uint32_t exif_number(const struct exif *exif, size_t at, size_t width)
{
    uint32_t number = 0;
    if (at > exif->length || width > exif->length - at) return 0;
    for (size_t i = 0; i < width; i++)
        number = number << 8 | exif->bytes[at + (exif->big_endian ? i : width - 1 - i)];
    return number;
}

/* The one entry of the first directory that matters here; 1 (upright) when anything is amiss. */
static int exif_orientation(const unsigned char *bytes, size_t length)
{
    enum { ORIENTATION = 0x0112, SHORT = 3, ENTRY_BYTES = 12 };
    if (length < 14 || memcmp(bytes, "Exif\0\0", 6) != 0) return 1;
    struct exif exif = {bytes + 6, length - 6, memcmp(bytes + 6, "MM", 2) == 0};
    const size_t directory = exif_number(&exif, 4, 4);
    const uint32_t entries = exif_number(&exif, directory, 2);
    for (uint32_t i = 0; i < entries; i++) {
        const size_t entry = directory + 2 + (size_t)i * ENTRY_BYTES;
        if (exif_number(&exif, entry, 2) != ORIENTATION) continue;
        if (exif_number(&exif, entry + 2, 2) != SHORT) return 1;
        const uint32_t orientation = exif_number(&exif, entry + 8, 2);
        return orientation >= 1 && orientation <= 8 ? (int)orientation : 1;
    }
    return 1;
}

static int find_orientation(const struct jpeg_decompress_struct *jpeg)
{
    for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next)
        if (marker->marker == JPEG_APP0 + 1)
            return exif_orientation(marker->data, marker->data_length);
    return 1;
}

/* --- pixels --- */

/* Ink to light. Adobe's programs, which write nearly all such files, store them inverted. */
static void rgb_of_cmyk(const struct reader *reader, JSAMPLE *rgb, const JSAMPLE *cmyk)
{
    const unsigned flip = reader->jpeg.saw_Adobe_marker ? 0 : 255;
    for (JDIMENSION x = 0; x < reader->jpeg.output_width; x++, rgb += 3, cmyk += 4)
        for (int channel = 0; channel < 3; channel++)
            rgb[channel] = (JSAMPLE)(((cmyk[channel] ^ flip) * (cmyk[3] ^ flip) + 127) / 255);
}

/* How far the library itself may go: what comes must not be smaller than what is wanted. */
static void choose_scale(struct jpeg_decompress_struct *jpeg, struct picture_box to)
{
    jpeg->scale_num = 1;
    for (jpeg->scale_denom = 8; jpeg->scale_denom > 1; jpeg->scale_denom /= 2) {
        jpeg_calc_output_dimensions(jpeg);
        if (jpeg->output_width >= (JDIMENSION)to.width &&
            jpeg->output_height >= (JDIMENSION)to.height)
            break;
    }
}

static struct picture_box fit_lying(struct picture_box from, struct picture_box box, bool lying)
{
    if (lying) box = (struct picture_box){box.height, box.width};
    return picture_fit(from, box);
}

/* Leaves by longjmp when the picture is at fault. */
static void read_pixels(struct reader *reader, const void *bytes, size_t length,
                        struct picture_box box)
{
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    jpeg_create_decompress(jpeg);
    jpeg->mem->max_memory_to_use = LIBRARY_MEMORY_MAX;
    jpeg->progress = &reader->progress;
    jpeg_mem_src(jpeg, bytes, length);
    jpeg_save_markers(jpeg, JPEG_APP0 + 1, EXIF_MAX);
    jpeg_read_header(jpeg, TRUE);
    const enum status claim =
        picture_check_claim(jpeg->image_width, jpeg->image_height, reader->why);
    if (claim != STATUS_OK) give_up(reader, claim);

    reader->orientation = find_orientation(jpeg);
    const struct picture_box claimed = {(int)jpeg->image_width, (int)jpeg->image_height};
    const struct picture_box to = fit_lying(claimed, box, reader->orientation > 4);
    const bool ink = jpeg->num_components == 4;
    jpeg->out_color_space = ink ? JCS_CMYK : JCS_RGB;
    choose_scale(jpeg, to);
    jpeg_start_decompress(jpeg);

    const struct picture_box from = {(int)jpeg->output_width, (int)jpeg->output_height};
    const size_t width = jpeg->output_width;
    reader->row = malloc(width * 4);
    reader->rgb = ink ? malloc(width * 3) : NULL;
    if (!reader->row || (ink && !reader->rgb) ||
        !picture_shrinker_open(&reader->shrinker, from, to))
        give_up(reader, picture_no_memory(reader->why));
    while (jpeg->output_scanline < jpeg->output_height) {
        jpeg_read_scanlines(jpeg, &reader->row, 1);
        if (ink) rgb_of_cmyk(reader, reader->rgb, reader->row);
        picture_shrinker_add(&reader->shrinker, ink ? reader->rgb : reader->row);
    }
    jpeg_finish_decompress(jpeg);
}

enum status picture_read_jpeg(const void *bytes, size_t length, struct picture_box box,
                              struct picture_pixels *out, char why[PICTURE_WHY_MAX])
{
    struct reader *reader = calloc(1, sizeof(*reader));
    if (!reader) return picture_no_memory(why);
    reader->jpeg.err = jpeg_std_error(&reader->errors);
    reader->errors.error_exit = on_error;
    reader->errors.emit_message = on_message;
    reader->progress.progress_monitor = on_progress;
    reader->why = why;
    if (setjmp(reader->refused) == 0) {
        read_pixels(reader, bytes, length, box);
        picture_shrinker_take(&reader->shrinker, out);
        if (!picture_turn(out, reader->orientation)) {
            free(out->rgb);
            reader->status = picture_no_memory(why);
        }
    }
    const enum status status = reader->status;
    jpeg_destroy_decompress(&reader->jpeg);
    picture_shrinker_release(&reader->shrinker);
    free(reader->row);
    free(reader->rgb);
    free(reader);
    return status;
}
