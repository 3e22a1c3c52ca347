/* JPEG files of the kinds that cameras, scanners and print shops write, by libjpeg. */
#include "tests/unit/media/made.h"

#include "tests/unit/media/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

enum { SCANS_MAX = 70 };

/* Light to ink, without black; Adobe's programs store what is left of the paper. */
static size_t put_pixel(JSAMPLE *at, uint32_t colour, enum made_space space)
{
    const JSAMPLE rgb[] = {(JSAMPLE)(colour >> 16), (JSAMPLE)(colour >> 8), (JSAMPLE)colour};
    switch (space) {
    case MADE_GREY:
        at[0] = rgb[1];
        return 1;
    case MADE_CMYK:
    case MADE_CMYK_PLAIN:
        for (int i = 0; i < 3; i++)
            at[i] = space == MADE_CMYK ? rgb[i] : (JSAMPLE)(255 - rgb[i]);
        at[3] = space == MADE_CMYK ? 255 : 0;
        return 4;
    default:
        memcpy(at, rgb, 3);
        return 3;
    }
}

/* One scan for each coefficient of the first colour: legal, and nobody writes it. */
static void set_scans(struct jpeg_compress_struct *jpeg, jpeg_scan_info scans[SCANS_MAX], int count)
{
    scans[0] = (jpeg_scan_info){.comps_in_scan = jpeg->num_components};
    for (int i = 0; i < jpeg->num_components; i++)
        scans[0].component_index[i] = i;
    for (int i = 1; i < count; i++)
        scans[i] = (jpeg_scan_info){.comps_in_scan = 1, .Ss = i, .Se = i};
    jpeg->scan_info = scans;
    jpeg->num_scans = count;
}

struct made made_jpeg(const struct made_jpeg *options)
{
    static const J_COLOR_SPACE spaces[] = {JCS_RGB, JCS_GRAYSCALE, JCS_CMYK, JCS_CMYK};
    static const int components[] = {3, 1, 4, 4};
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg_scan_info scans[SCANS_MAX];
    unsigned char *bytes = NULL;
    unsigned long length = 0;
    JSAMPLE *row = malloc((size_t)options->width * 4);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &length);
    jpeg.image_width = (JDIMENSION)options->width;
    jpeg.image_height = (JDIMENSION)options->height;
    jpeg.in_color_space = spaces[options->space];
    jpeg.input_components = components[options->space];
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 90, TRUE);
    if (options->progressive) jpeg_simple_progression(&jpeg);
    if (options->scans) set_scans(&jpeg, scans, options->scans);
    if (options->space == MADE_CMYK_PLAIN) jpeg.write_Adobe_marker = FALSE;
    jpeg_start_compress(&jpeg, TRUE);
    if (options->exif)
        jpeg_write_marker(&jpeg, JPEG_APP0 + 1, options->exif, (unsigned)options->exif_length);
    for (int y = 0; y < options->height; y++) {
        JSAMPLE *at = row;
        for (int x = 0; x < options->width; x++)
            at += put_pixel(at, made_colour(x, y, options->width, options->height), options->space);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(row);
    return (struct made){bytes, length};
}
