/* Pictures in PostgreSQL: with them there, a backup is one backup, several instances and replicas see
 * the same files, and a key that a product has is one that can be read. What it costs, and where the
 * limit is, stands in docs/decisions/0005.
 */
#include "common/modules/media/media.h"
#include "common/pg/pg.h"
#include "statements.h"

#include <string.h>

struct media_pg {
    struct media port;
    struct pg_pool *read, *write;
    struct media_scaling scaling;
};

static enum status store(struct media_pg *self, struct call *call, const struct picture_set *set)
{
    const struct picture_file *files = set->files;
    const struct picture_file *large = &files[PICTURE_LARGE];
    return pg_write(self->write, call, &media_add_sql,
                    PG_ARGS(PG_TEXT(set->key), PG_INT(large->width), PG_INT(large->height),
                            PG_BYTES(files[PICTURE_SMALL].bytes, files[PICTURE_SMALL].length),
                            PG_BYTES(files[PICTURE_MEDIUM].bytes, files[PICTURE_MEDIUM].length),
                            PG_BYTES(large->bytes, large->length)),
                    NULL);
}

static enum status add_picture(struct media *media, struct call *call, enum picture_kind kind,
                               const void *bytes, size_t length, char key[PICTURE_KEY_CHARS + 1])
{
    struct media_pg *self = (struct media_pg *)media;
    struct picture_set *set;
    enum status status = media_scale(&self->scaling, call, kind, bytes, length, &set);
    if (status == STATUS_OK) status = store(self, call, set);
    if (status == STATUS_OK) memcpy(key, set->key, sizeof(set->key));
    return status;
}

static enum status read_picture(struct media *media, struct call *call, const char *key,
                                enum picture_size size, struct strbuf *out)
{
    struct media_pg *self = (struct media_pg *)media;
    struct pg_rows rows;
    enum status status = pg_read(self->read, call, &media_read_sql,
                                 PG_ARGS(PG_TEXT(key), PG_TEXT(picture_size_name(size))), &rows);
    if (status != STATUS_OK) return status;
    if (rows.count == 0) return call_fail(call, STATUS_NOT_FOUND, "there is no such picture");
    size_t length;
    const void *bytes = pg_bytes(&rows, 0, 0, &length);
    strbuf_add(out, bytes, length);
    return STATUS_OK;
}

struct media *media_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write,
                           const struct media_scaling *scaling)
{
    static const struct media_ops ops = {.add = add_picture, .read = read_picture};
    struct media_pg *self = arena_new(arena, struct media_pg);
    *self = (struct media_pg){{&ops}, read, write, *scaling};
    return &self->port;
}
