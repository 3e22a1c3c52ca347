/* media: pictures of products, each in three sizes, under a key made of their content.
 *
 * What is stored under a key never changes, so answers may be cached for ever. Which product shows
 * which picture is not known here: the catalog keeps the key.
 */
#ifndef STAGECRAFT_MEDIA_MEDIA_H
#define STAGECRAFT_MEDIA_MEDIA_H

#include "common/base/call.h"
#include "common/base/strbuf.h"
#include "common/modules/media/picture_scale.h"

enum { MEDIA_FILE_MAX = 8 << 20 }; /* bytes; as the database checks too */

/* --- the port --- */

struct media;

/* Makes the sizes and stores them; `key` names them from now on. It may take seconds. Adding what is
   there already is no error and has the same key. STATUS_UNPROCESSABLE with a sentence when the
   picture is at fault; STATUS_UNAVAILABLE when too many are waiting to be scaled. */
typedef enum status media_add_fn(struct media *media, struct call *call, enum picture_kind kind,
                                 const void *bytes, size_t length, char key[PICTURE_KEY_CHARS + 1]);

/* Appends the JPEG to `out`, which has room for MEDIA_FILE_MAX. STATUS_NOT_FOUND for an unknown key. */
typedef enum status media_read_fn(struct media *media, struct call *call, const char *key,
                                  enum picture_size size, struct strbuf *out);

struct media_ops {
    media_add_fn *add;
    media_read_fn *read;
};

struct media {
    const struct media_ops *ops;
};

static inline enum status media_add(struct media *media, struct call *call, enum picture_kind kind,
                                    const void *bytes, size_t length,
                                    char key[PICTURE_KEY_CHARS + 1])
{
    return media->ops->add(media, call, kind, bytes, length, key);
}

static inline enum status media_read(struct media *media, struct call *call, const char *key,
                                     enum picture_size size, struct strbuf *out)
{
    return media->ops->read(media, call, key, size, out);
}

struct pg_pool;
struct offload;
struct loop;

/* Where scaling runs: threads of its own, because it takes long and much memory. As many pictures
   are decoded at once as it has threads. */
struct media_scaling {
    struct offload *offload;
    struct loop *loop;
};

/* On PostgreSQL. The scaling is copied. */
struct media *media_pg_new(struct arena *arena, struct pg_pool *read, struct pg_pool *write,
                           const struct media_scaling *scaling);

/* --- the rules (media.c) --- */

/* picture_scale() off the loop. The set lives in the call's arena. */
enum status media_scale(const struct media_scaling *scaling, struct call *call,
                        enum picture_kind kind, const void *bytes, size_t length,
                        struct picture_set **out);

/* True for what could be a key: 32 lower-case hex characters. */
bool media_is_key(const char *text);

#endif
