/* Shrinking works in exact fractions. A row of the source is cut into from.width * to.width units: a
 * source pixel has to.width of them, a pixel of the result from.width. As the result is not wider,
 * a source pixel touches one pixel of the result, or two neighbours. Rows go the same way.
 */
#include "common/modules/media/picture_pixels.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS = 3 };

static size_t row_bytes(int width)
{
    return (size_t)width * CHANNELS;
}

struct picture_box picture_fit(struct picture_box from, struct picture_box box)
{
    if (from.width <= box.width && from.height <= box.height) return from;
    const int64_t width = from.width, height = from.height;
    struct picture_box to = {box.width, (int)((height * box.width + width / 2) / width)};
    if (to.height > box.height)
        to = (struct picture_box){(int)((width * box.height + height / 2) / height), box.height};
    if (to.width < 1) to.width = 1;
    if (to.height < 1) to.height = 1;
    return to;
}

/* --- the shrinker --- */

bool picture_shrinker_open(struct picture_shrinker *shrinker, struct picture_box from,
                           struct picture_box to)
{
    assert(to.width > 0 && to.width <= from.width && to.height > 0 && to.height <= from.height);
    const size_t columns = row_bytes(to.width);
    *shrinker = (struct picture_shrinker){
        .from = from,
        .to = to,
        .unit = ((uint64_t)256 << 32) / (uint64_t)from.width,
        .row = malloc(columns * sizeof(uint32_t)),
        .sums = calloc(columns, sizeof(uint32_t)),
        .rgb = malloc(columns * (size_t)to.height),
    };
    if (shrinker->row && shrinker->sums && shrinker->rgb) return true;
    picture_shrinker_release(shrinker);
    return false;
}

static void add_pixel(uint32_t *sums, const unsigned char *rgb, uint32_t weight)
{
    for (int channel = 0; channel < CHANNELS; channel++)
        sums[channel] += rgb[channel] * weight;
}

/* Makes shrinker->row of a source row: averages in 1/256. */
static void narrow(struct picture_shrinker *shrinker, const unsigned char *rgb)
{
    const uint32_t from = (uint32_t)shrinker->from.width, to = (uint32_t)shrinker->to.width;
    uint32_t *row = shrinker->row, *at = row, room = from; /* units left in the pixel `at` */
    memset(row, 0, row_bytes(shrinker->to.width) * sizeof(*row));
    for (uint32_t x = 0; x < from; x++, rgb += CHANNELS) {
        if (room > to) {
            add_pixel(at, rgb, to);
            room -= to;
            continue;
        }
        add_pixel(at, rgb, room);
        at += CHANNELS;
        if (to > room) add_pixel(at, rgb, to - room);
        room = from - (to - room);
    }
    for (uint32_t i = 0; i < to * CHANNELS; i++)
        row[i] = (uint32_t)((row[i] * shrinker->unit + (1u << 31)) >> 32);
}

static void add_row(struct picture_shrinker *shrinker, uint32_t weight)
{
    const int columns = shrinker->to.width * CHANNELS;
    for (int i = 0; i < columns; i++)
        shrinker->sums[i] += shrinker->row[i] * weight;
}

static void end_row(struct picture_shrinker *shrinker)
{
    const size_t columns = row_bytes(shrinker->to.width);
    const uint32_t whole = (uint32_t)shrinker->from.height * 256;
    unsigned char *out = shrinker->rgb + columns * (size_t)shrinker->rows_out++;
    for (size_t i = 0; i < columns; i++)
        out[i] = (unsigned char)((shrinker->sums[i] + whole / 2) / whole);
    memset(shrinker->sums, 0, columns * sizeof(*shrinker->sums));
}

void picture_shrinker_add(struct picture_shrinker *shrinker, const unsigned char *rgb)
{
    const uint32_t from = (uint32_t)shrinker->from.height, to = (uint32_t)shrinker->to.height;
    assert(shrinker->rows_in < shrinker->from.height);
    narrow(shrinker, rgb);
    const uint32_t begin = (uint32_t)shrinker->rows_in++ * to;
    const uint32_t edge = (uint32_t)(shrinker->rows_out + 1) * from;
    const uint32_t inside = edge - begin < to ? edge - begin : to;
    add_row(shrinker, inside);
    if (begin + inside == edge) end_row(shrinker);
    if (inside < to) add_row(shrinker, to - inside);
}

void picture_shrinker_take(struct picture_shrinker *shrinker, struct picture_pixels *out)
{
    assert(shrinker->rows_out == shrinker->to.height);
    *out = (struct picture_pixels){shrinker->to.width, shrinker->to.height, shrinker->rgb};
    shrinker->rgb = NULL;
}

void picture_shrinker_release(struct picture_shrinker *shrinker)
{
    free(shrinker->row);
    free(shrinker->sums);
    free(shrinker->rgb);
    *shrinker = (struct picture_shrinker){0};
}

/* --- whole pictures --- */

bool picture_shrink(struct picture_pixels *pixels, struct picture_box box)
{
    const struct picture_box from = {pixels->width, pixels->height};
    const struct picture_box to = picture_fit(from, box);
    struct picture_shrinker shrinker;
    if (to.width == from.width && to.height == from.height) return true;
    if (!picture_shrinker_open(&shrinker, from, to)) return false;
    for (int y = 0; y < from.height; y++)
        picture_shrinker_add(&shrinker, pixels->rgb + row_bytes(from.width) * (size_t)y);
    free(pixels->rgb);
    picture_shrinker_take(&shrinker, pixels);
    picture_shrinker_release(&shrinker);
    return true;
}

/* Where the pixel of the upright picture lies in the one that was stored. */
static size_t stored_at(const struct picture_pixels *stored, int orientation, int x, int y)
{
    const int right = stored->width - 1, bottom = stored->height - 1;
    const int across[9] = {0, x, right - x, right - x, x, y, y, right - y, right - y};
    const int down[9] = {0, y, y, bottom - y, bottom - y, x, bottom - x, bottom - x, x};
    return ((size_t)down[orientation] * (size_t)stored->width + (size_t)across[orientation]) *
           CHANNELS;
}

bool picture_turn(struct picture_pixels *pixels, int orientation)
{
    assert(orientation >= 1 && orientation <= 8);
    if (orientation == 1) return true;
    const bool lying = orientation > 4;
    struct picture_pixels upright = {
        .width = lying ? pixels->height : pixels->width,
        .height = lying ? pixels->width : pixels->height,
        .rgb = malloc(row_bytes(pixels->width) * (size_t)pixels->height),
    };
    unsigned char *out = upright.rgb;
    if (!out) return false;
    for (int y = 0; y < upright.height; y++)
        for (int x = 0; x < upright.width; x++, out += CHANNELS)
            memcpy(out, pixels->rgb + stored_at(pixels, orientation, x, y), CHANNELS);
    free(pixels->rgb);
    *pixels = upright;
    return true;
}
