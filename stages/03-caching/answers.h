/* Finished answers: the bytes that were sent for a page of the catalog, sent again as they are.
 *
 * A home page that lies in the near cache still costs its writing as JSON and a hash of all its bytes for the ETag,
 * which is more than everything else about the request. So this wrap of the handler port keeps the answers to
 * the catalog's public reads beside the values they were made of. It has no times and no invalidation of its
 * own: an answer is as good as its value (catalog_cache_confirm()), and is not looked at when that is gone.
 */
#ifndef STAGECRAFT_STAGES_ANSWERS_H
#define STAGECRAFT_STAGES_ANSWERS_H

#include "common/http/handler.h"
#include "stages/03-caching/catalog_cache.h"

struct answers;

/* Around `inner`, of one loop; `bytes_max` for all answers together. */
struct answers *answers_around(struct arena *arena, struct handler *inner,
                               struct catalog_cache *cache, size_t bytes_max);
struct handler *answers_handler(struct answers *answers);

/* Frees what is kept. */
void answers_close(struct answers *answers);

/* Answers sent as they were; only grows. */
const _Atomic int64_t *answers_repeated(const struct answers *answers);

#endif
