/* Which scenes suit which category, and in what light. A scene may serve two categories; the light, the
 * colours and the seed make it another picture.
 */
#include "infra/seed/pictures/pictures.h"

#include "infra/seed/pictures/scenes.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWING_THREADS = 2 };

struct motif {
    const char *category;
    scene_fn *scene;
    enum mood_name mood;
    int colors;
};

/* PICTURES_PER_CATEGORY in a row for each. */
static const struct motif motifs[] = {
    {"city-tours", scene_old_town, MOOD_DAY, 0},
    {"city-tours", scene_bridge, MOOD_GOLDEN, 1},
    {"city-tours", scene_night_street, MOOD_NIGHT, 2},
    {"boats", scene_sails, MOOD_GOLDEN, 1},
    {"boats", scene_harbour, MOOD_DAY, 0},
    {"boats", scene_canal, MOOD_DUSK, 2},
    {"cooking", scene_cooking, MOOD_DAY, 0},
    {"cooking", scene_bakery, MOOD_DAY, 1},
    {"cooking", scene_spices, MOOD_DAY, 2},
    {"museums", scene_castle, MOOD_DAY, 0},
    {"museums", scene_old_town, MOOD_DUSK, 2},
    {"museums", scene_canal, MOOD_DAY, 1},
    {"concerts", scene_night_street, MOOD_DUSK, 1},
    {"concerts", scene_skyline, MOOD_NIGHT, 0},
    {"concerts", scene_old_town, MOOD_NIGHT, 1},
    {"nature", scene_mountains, MOOD_DAY, 0},
    {"nature", scene_forest_path, MOOD_DAY, 0},
    {"nature", scene_waterfall, MOOD_DAY, 1},
    {"wine", scene_wine, MOOD_GOLDEN, 1},
    {"wine", scene_vineyard, MOOD_DAY, 0},
    {"wine", scene_coffee, MOOD_DAY, 0},
    {"sports", scene_lake, MOOD_DAY, 0},
    {"sports", scene_mountains, MOOD_DAWN, 1},
    {"sports", scene_sails, MOOD_DAY, 2},
    {"family", scene_castle, MOOD_GOLDEN, 1},
    {"family", scene_lighthouse, MOOD_DAY, 0},
    {"family", scene_railway, MOOD_DAY, 2},
    {"day-trips", scene_railway, MOOD_GOLDEN, 0},
    {"day-trips", scene_village, MOOD_DAY, 1},
    {"day-trips", scene_lighthouse, MOOD_DUSK, 2},
    {"photography", scene_night_sky, MOOD_NIGHT, 0},
    {"photography", scene_skyline, MOOD_GOLDEN, 1},
    {"photography", scene_lake, MOOD_DUSK, 2},
};
enum { MOTIFS = sizeof(motifs) / sizeof(motifs[0]) };
static_assert(MOTIFS <= (int)PICTURES_MAX && MOTIFS % (int)PICTURES_PER_CATEGORY == 0,
              "a row for each category, and room for all");

int pictures_count(void)
{
    return MOTIFS;
}

int pictures_number(const char *category, uint32_t variant)
{
    for (int first = 0; first < MOTIFS; first += PICTURES_PER_CATEGORY)
        if (strcmp(motifs[first].category, category) == 0)
            return first + (int)(variant % PICTURES_PER_CATEGORY);
    return -1;
}

void pictures_paint(int number, uint32_t *pixels)
{
    const struct motif *motif = &motifs[number];
    struct canvas canvas = {.pixels = pixels};
    const struct take take = {.mood = mood_named(motif->mood),
                              .number = motif->colors,
                              .seed = 1000 * (uint32_t)number + 7};
    memset(pixels, 0, sizeof(*pixels) * CANVAS_WIDTH * CANVAS_HEIGHT);
    motif->scene(&canvas, &take);
    canvas_finish(&canvas, take.seed);
}

/* --- all of them --- */

struct drawing {
    struct pictures *out;
    atomic_int next;
    _Atomic enum status status;
    char why[DRAWING_THREADS][PICTURE_WHY_MAX];
    atomic_int threads;
};

static void *draw(void *context)
{
    struct drawing *drawing = context;
    char *why = drawing->why[atomic_fetch_add(&drawing->threads, 1)];
    uint32_t *pixels = malloc(sizeof(*pixels) * CANVAS_WIDTH * CANVAS_HEIGHT);
    enum status status = pixels ? STATUS_OK : STATUS_UNAVAILABLE;
    if (!pixels) snprintf(why, PICTURE_WHY_MAX, "there is no memory for a picture");
    int number;
    while (status == STATUS_OK && (number = atomic_fetch_add(&drawing->next, 1)) < MOTIFS) {
        pictures_paint(number, pixels);
        status = picture_from_pixels(pixels, CANVAS_WIDTH, CANVAS_HEIGHT,
                                     &drawing->out->sets[number], why);
    }
    if (status != STATUS_OK) atomic_store(&drawing->status, status);
    free(pixels);
    return NULL;
}

enum status pictures_draw(struct pictures *out, char why[PICTURE_WHY_MAX])
{
    struct drawing drawing = {.out = out, .status = STATUS_OK};
    pthread_t other;
    *out = (struct pictures){.count = MOTIFS};
    const bool helped = pthread_create(&other, NULL, draw, &drawing) == 0;
    draw(&drawing);
    if (helped) pthread_join(other, NULL);
    for (int i = 0; i < DRAWING_THREADS; i++)
        if (drawing.why[i][0]) snprintf(why, PICTURE_WHY_MAX, "%s", drawing.why[i]);
    return atomic_load(&drawing.status);
}

void pictures_release(struct pictures *pictures)
{
    for (int i = 0; i < pictures->count; i++)
        picture_set_release(&pictures->sets[i]);
    pictures->count = 0;
}
