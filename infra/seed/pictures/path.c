/* Every edge leaves in each line of pixels it crosses how much of a pixel lies to its right, with
 * the sign of its direction. Summed from left to right that is how much of each pixel is inside: no
 * edge need be sorted. Four lines are sampled for each line of pixels.
 */
#include "infra/seed/pictures/path.h"

#include "infra/seed/pictures/noise.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { UNIT = 16, SAMPLES = 4, CURVE_STEPS = 12, ELLIPSE_STEPS = 48, INSIDE = 64 };

struct paint paint_flat(uint32_t color)
{
    return (struct paint){.from = color, .to = color, .y1 = 1, .part = ALL};
}

struct paint paint_down(uint32_t top, uint32_t bottom, int y0, int y1)
{
    return (struct paint){.from = top, .to = bottom, .y0 = y0, .y1 = y1, .part = ALL};
}

struct paint paint_across(uint32_t left, uint32_t right, int x0, int x1)
{
    return (struct paint){.from = left, .to = right, .x0 = x0, .x1 = x1, .part = ALL};
}

struct paint paint_round(uint32_t middle, uint32_t edge, int x, int y, int radius)
{
    return (struct paint){.from = middle,
                          .to = edge,
                          .x0 = x,
                          .y0 = y,
                          .x1 = x + radius,
                          .y1 = y,
                          .part = ALL,
                          .round = 1};
}

struct paint paint_thin(struct paint paint, int part)
{
    paint.part = part;
    return paint;
}

/* --- outlines --- */

void path_begin(struct path *path, int x, int y, int percent)
{
    path->origin_x = x * UNIT;
    path->origin_y = y * UNIT;
    path->scale = percent;
    path->count = 0;
    path->start_x = path->start_y = path->at_x = path->at_y = 0;
}

static int32_t to_x(const struct path *path, int x)
{
    return path->origin_x + x * path->scale * UNIT / 100;
}

static int32_t to_y(const struct path *path, int y)
{
    return path->origin_y + y * abs(path->scale) * UNIT / 100;
}

static void add_edge(struct path *path, int32_t x, int32_t y)
{
    assert(path->count < PATH_EDGES_MAX);
    path->edges[path->count++] = (struct path_edge){path->at_x, path->at_y, x, y};
    path->at_x = x;
    path->at_y = y;
}

static void close(struct path *path)
{
    if (path->at_x != path->start_x || path->at_y != path->start_y)
        add_edge(path, path->start_x, path->start_y);
}

void path_move(struct path *path, int x, int y)
{
    close(path);
    path->start_x = path->at_x = to_x(path, x);
    path->start_y = path->at_y = to_y(path, y);
}

void path_line(struct path *path, int x, int y)
{
    add_edge(path, to_x(path, x), to_y(path, y));
}

void path_curve(struct path *path, int bend_x, int bend_y, int x, int y)
{
    const int64_t x0 = path->at_x, y0 = path->at_y;
    const int64_t x1 = to_x(path, bend_x), y1 = to_y(path, bend_y);
    const int64_t x2 = to_x(path, x), y2 = to_y(path, y);
    for (int64_t t = 1; t <= CURVE_STEPS; t++) {
        const int64_t s = CURVE_STEPS - t, whole = (int64_t)CURVE_STEPS * CURVE_STEPS;
        add_edge(path, (int32_t)((s * s * x0 + 2 * s * t * x1 + t * t * x2) / whole),
                 (int32_t)((s * s * y0 + 2 * s * t * y1 + t * t * y2) / whole));
    }
}

void path_box(struct path *path, int left, int top, int right, int bottom)
{
    path_move(path, left, top);
    path_line(path, right, top);
    path_line(path, right, bottom);
    path_line(path, left, bottom);
    close(path);
}

void path_ellipse(struct path *path, int x, int y, int half_width, int half_height)
{
    const int64_t middle_x = to_x(path, x), middle_y = to_y(path, y);
    const int64_t wide = (int64_t)half_width * path->scale * UNIT / 100;
    const int64_t high = (int64_t)half_height * abs(path->scale) * UNIT / 100;
    close(path);
    for (int i = 0; i <= ELLIPSE_STEPS; i++) {
        const int angle = i % ELLIPSE_STEPS * 65536 / ELLIPSE_STEPS;
        const int32_t to_right = (int32_t)(middle_x + wide * noise_sine(angle + 16384) / 16384);
        const int32_t down = (int32_t)(middle_y + high * noise_sine(angle) / 16384);
        if (i > 0) {
            add_edge(path, to_right, down);
        } else {
            path->start_x = path->at_x = to_right;
            path->start_y = path->at_y = down;
        }
    }
}

static int64_t root(int64_t square)
{
    int64_t low = 0, high = (int64_t)1 << 31;
    while (high - low > 1) {
        const int64_t middle = (low + high) / 2;
        *(middle * middle <= square ? &low : &high) = middle;
    }
    return low;
}

void path_stroke(struct path *path, int x0, int y0, int x1, int y1, int width0, int width1)
{
    const int32_t ax = to_x(path, x0), ay = to_y(path, y0), bx = to_x(path, x1),
                  by = to_y(path, y1);
    const int64_t along_x = bx - ax, along_y = by - ay;
    const int64_t length = root(along_x * along_x + along_y * along_y) * (path->scale < 0 ? -1 : 1);
    if (length == 0) return;
    const int64_t half0 = (int64_t)width0 * abs(path->scale) * UNIT / 200;
    const int64_t half1 = (int64_t)width1 * abs(path->scale) * UNIT / 200;
    const int32_t from_x = (int32_t)(-along_y * half0 / length),
                  from_y = (int32_t)(along_x * half0 / length);
    const int32_t to_x1 = (int32_t)(-along_y * half1 / length),
                  to_y1 = (int32_t)(along_x * half1 / length);
    close(path);
    path->start_x = path->at_x = ax - from_x;
    path->start_y = path->at_y = ay - from_y;
    add_edge(path, bx - to_x1, by - to_y1);
    add_edge(path, bx + to_x1, by + to_y1);
    add_edge(path, ax + from_x, ay + from_y);
    close(path);
}

/* --- filling --- */

struct box {
    int left, top, right, bottom;
};

static int max(int a, int b)
{
    return a > b ? a : b;
}

static int min(int a, int b)
{
    return a < b ? a : b;
}

static struct box box_of(const struct path *path)
{
    struct box box = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    for (int i = 0; i < path->count; i++) {
        const struct path_edge *edge = &path->edges[i];
        box.left = min(box.left, min(edge->x0, edge->x1));
        box.right = max(box.right, max(edge->x0, edge->x1));
        box.top = min(box.top, min(edge->y0, edge->y1));
        box.bottom = max(box.bottom, max(edge->y0, edge->y1));
    }
    return (struct box){max(box.left / UNIT - 1, 0), max(box.top / UNIT - 1, 0),
                        min(box.right / UNIT + 2, CANVAS_WIDTH),
                        min(box.bottom / UNIT + 2, CANVAS_HEIGHT)};
}

static void add_coverage(int16_t *line, const struct box *box, int64_t x, int sign)
{
    const int at = (int)(x >> 8) - box->left;
    const int beyond = (int)(x & 255) * INSIDE / 256;
    if (at < 0) {
        line[0] = (int16_t)(line[0] + sign * INSIDE);
    } else if (at < box->right - box->left) {
        line[at] = (int16_t)(line[at] + sign * (INSIDE - beyond));
        line[at + 1] = (int16_t)(line[at + 1] + sign * beyond);
    }
}

/* x of the crossing in 256ths of a pixel, at each sampled line. */
static void add_crossings(const struct path_edge *edge, const struct box *box, int16_t *inside)
{
    const int sign = edge->y0 < edge->y1 ? 1 : -1;
    const int32_t top = min(edge->y0, edge->y1), bottom = max(edge->y0, edge->y1);
    const int spacing = UNIT / SAMPLES, half = spacing / 2, width = box->right - box->left + 1;
    if (top == bottom) return;
    int32_t y = max(top, box->top * UNIT);
    y += (half - y) & (spacing - 1); /* the first sampled line at or below */
    for (; y < bottom && y < box->bottom * UNIT; y += spacing) {
        const int64_t x =
            (int64_t)edge->x0 * 16 +
            ((int64_t)(edge->x1 - edge->x0) * 16 * (y - edge->y0)) / (edge->y1 - edge->y0);
        add_coverage(inside + (size_t)(y / UNIT - box->top) * (size_t)width, box, x, sign);
    }
}

/* How far between the paint's points, 0 … ALL. */
static int part_along(const struct paint *paint, int x, int y)
{
    const int64_t along_x = paint->x1 - paint->x0, along_y = paint->y1 - paint->y0;
    const int64_t square = along_x * along_x + along_y * along_y;
    const int64_t dx = x - paint->x0, dy = y - paint->y0;
    const int64_t part = paint->round ? (dx * dx + dy * dy) * ALL / square
                                      : (dx * along_x + dy * along_y) * ALL / square;
    return part < 0 ? 0 : part > ALL ? ALL : (int)part;
}

static void fill_row(struct canvas *canvas, const struct box *box, int y, const int16_t *line,
                     const struct paint *paint)
{
    uint32_t *row = &canvas->pixels[y * CANVAS_WIDTH];
    const bool plain = paint->from == paint->to, by_row = !paint->round && paint->x0 == paint->x1;
    uint32_t color =
        plain ? paint->from : color_mix(paint->from, paint->to, part_along(paint, 0, y));
    int sum = 0;
    for (int x = box->left; x < box->right; x++) {
        sum += line[x - box->left];
        if (sum == 0) continue;
        const int inside = min(abs(sum), INSIDE * SAMPLES) * paint->part / (INSIDE * SAMPLES);
        if (!plain && !by_row) color = color_mix(paint->from, paint->to, part_along(paint, x, y));
        row[x] = color_mix(row[x], color, inside);
    }
}

void path_fill(struct path *path, struct canvas *canvas, struct paint paint)
{
    close(path);
    if (path->count == 0) return;
    const struct box box = box_of(path);
    if (box.left >= box.right || box.top >= box.bottom) return;
    const size_t width = (size_t)(box.right - box.left + 1),
                 height = (size_t)(box.bottom - box.top);
    int16_t *inside = calloc(width * height, sizeof(*inside));
    if (!inside) abort();
    for (int i = 0; i < path->count; i++)
        add_crossings(&path->edges[i], &box, inside);
    for (size_t row = 0; row < height; row++)
        fill_row(canvas, &box, box.top + (int)row, inside + row * width, &paint);
    free(inside);
}
