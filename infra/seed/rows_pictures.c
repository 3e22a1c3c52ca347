/* The pictures and their files: few rows, but long ones. A checksum has the picture's number in place of key
 * and bytes, which depend on the JPEG library; that the drawings stay the same is a test of its own.
 */
#include "infra/seed/pictures/canvas.h"
#include "infra/seed/sources.h"

#include <stdio.h>
#include <stdlib.h>

static const char *key_of(const struct plan *plan, int number)
{
    return plan->pictures ? plan->pictures->sets[number].key : NULL;
}

static void picture_step(struct source *source, struct table *tables)
{
    const struct plan *plan = ((struct pictures_source *)source)->plan;
    struct table *pictures = &tables[TABLE_PICTURES];
    const int number = (int)source->done++;
    table_named(pictures, number, key_of(plan, number));
    table_int(pictures, CANVAS_WIDTH);
    table_int(pictures, CANVAS_HEIGHT);
    table_time(pictures, (int64_t)plan->first_day * MS_PER_DAY);
    table_end_row(pictures);
}

/* As PostgreSQL reads bytea; NULL when there is no memory. */
static char *hex_of(const struct picture_file *file)
{
    char *text = malloc(2 * file->length + 3);
    if (!text) return NULL;
    text[0] = '\\';
    text[1] = 'x';
    for (size_t i = 0; i < file->length; i++) {
        text[2 * i + 2] = "0123456789abcdef"[file->bytes[i] >> 4];
        text[2 * i + 3] = "0123456789abcdef"[file->bytes[i] & 15];
    }
    text[2 * file->length + 2] = '\0';
    return text;
}

static void file_step(struct source *source, struct table *tables)
{
    const struct plan *plan = ((struct pictures_source *)source)->plan;
    struct table *files = &tables[TABLE_FILES];
    const int number = (int)source->done++;
    for (int size = 0; size < PICTURE_SIZES; size++) {
        char *bytes = plan->pictures ? hex_of(&plan->pictures->sets[number].files[size]) : NULL;
        table_named(files, number, key_of(plan, number));
        table_text(files, picture_size_name((enum picture_size)size));
        table_named(files, number, bytes); /* null is refused by the table, should memory be out */
        table_end_row(files);
        free(bytes);
    }
}

void pictures_source_init(struct pictures_source *out, const struct plan *plan)
{
    *out = (struct pictures_source){.base = {.step = picture_step, .total = pictures_count()},
                                    .plan = plan};
}

void files_source_init(struct pictures_source *out, const struct plan *plan)
{
    pictures_source_init(out, plan);
    out->base.step = file_step;
}
