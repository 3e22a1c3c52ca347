/* The two formats: from a file's bytes to few pixels, and back. Private to the module; all of it
 * mistrusts the bytes. Statuses and `why` are those of picture_scale().
 */
#ifndef STAGECRAFT_MEDIA_PICTURE_CODEC_H
#define STAGECRAFT_MEDIA_PICTURE_CODEC_H

#include "common/modules/media/picture_pixels.h"
#include "common/modules/media/picture_scale.h"

#include <stddef.h>

/* Decodes into pixels that fit into the box, upright. */
enum status picture_read_jpeg(const void *bytes, size_t length, struct picture_box box,
                              struct picture_pixels *out, char why[PICTURE_WHY_MAX]);
enum status picture_read_png(const void *bytes, size_t length, struct picture_box box,
                             struct picture_pixels *out, char why[PICTURE_WHY_MAX]);

/* A progressive JPEG. False: no memory. */
bool picture_write_jpeg(const struct picture_pixels *pixels, int quality, struct picture_file *out);

/* --- what both decoders say --- */

enum status picture_refuse(char why[PICTURE_WHY_MAX], const char *sentence);
enum status picture_no_memory(char why[PICTURE_WHY_MAX]);

/* Refuses what its header claims: sides of 0, too long, or too many pixels together. */
enum status picture_check_claim(uint32_t width, uint32_t height, char why[PICTURE_WHY_MAX]);

#endif
